"""What the catalog's texts are in another language: read, and changed through the catalog as code."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from catalog.access import MAY_NOT_EDIT, editor, reader
from catalog.actions.code import apply_catalog
from catalog.documents import Catalog, WordbookPart
from catalog.documents.wordbooks import said_now, wordbook
from catalog.queries.wordbooks import languages, words_in
from core.errors import Invalid
from core.http import render_page, see_other
from core.models import User
from core.roles import Permission, may

LONGEST = 2000


@require_http_methods(["GET", "HEAD", "POST"])
def words(request: HttpRequest, language: str) -> HttpResponse:
    """What is missing first; everything, or what a search finds."""
    names = dict(languages())
    if language not in names:
        raise Http404
    user = editor(request) if request.method == "POST" else reader(request)
    asked = request.POST if request.method == "POST" else request.GET
    show, search = asked.get("show", "missing"), asked.get("q", "")[:100]
    typed, problem = {}, ""
    if request.method == "POST":
        typed = typed_words(request)
        try:
            save(language, typed, by=user)
        except Invalid as wrong:
            problem = " ".join(wrong.errors.values())
        else:
            query = urlencode({"show": show, "q": search, "saved": "1"})
            return see_other(request, f"{reverse('catalog:words', args=[language])}?{query}")
    page = wordbook(language, search=search, missing_only=show != "all")
    context = {
        "language": language,
        "name": names[language],
        "page": page,
        "rows": [(row, typed.get(row.text, row.word)) for row in page.rows],
        "show": "all" if show == "all" else "missing",
        "search": search,
        "saved": request.GET.get("saved") == "1",
        "problem": problem,
        "editable": may(user, Permission.EDIT_CATALOG),
        "why_not": MAY_NOT_EDIT,
    }
    return render_page(request, "catalog/words.html", context, status=422 if problem else 200)


def typed_words(request: HttpRequest) -> dict[str, str]:
    """Text by text, as the form has them side by side."""
    pairs = zip(request.POST.getlist("text"), request.POST.getlist("word"), strict=False)
    return {text: word.replace("\x00", "").strip() for text, word in pairs}


def save(language: str, typed: dict[str, str], *, by: User) -> None:
    """What differs from the wordbook, as a file of the catalog says it: a word is replaced, never taken away."""
    known, said = words_in(language).said, set(said_now())
    changed = {text: word for text, word in typed.items() if text in said and word != known.get(text, "")}
    for text, word in changed.items():
        if not word:
            raise Invalid({"word": _("“{text}” needs a word; to show the original, write it again.").format(text=text)})
        if len(word) > LONGEST:
            raise Invalid({"word": _("The word for “{text}” is too long.").format(text=text[:60])})
    if changed:
        wanted = Catalog(wordbooks=[WordbookPart(language=language, words=changed)])
        apply_catalog(wanted, by=by, at=now())
