"""Clauses and layouts: the list, a version with its preview, and its way to publication."""

from typing import Any, NamedTuple

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import Refused
from core.http import render_page, see_other
from core.languages import lazily as _lazy
from core.models import User
from quotes import access
from quotes.actions import paper as actions
from quotes.documents import QuoteDocument
from quotes.documents.child import NotMade, made_apart
from quotes.forms.paper import ClauseForm, LayoutForm, NewClauseForm, NewLayoutForm, initial
from quotes.models import Clause, Edition, Layout
from quotes.queries.paper import editions, families, family, preview_snapshot, previews, problems_of
from quotes.queries.selling import logo_bytes
from quotes.rules import paper_life
from quotes.rules.clauses import VARIABLES
from quotes.rules.paper import EVERY, placed
from quotes.views.edits import seen

NO_HASH = "0" * 64


class Kind(NamedTuple):
    """What clauses and layouts differ in."""

    name: str
    model: Any
    form: Any
    new_form: Any
    title: Any
    about: Any


KINDS = {
    "clauses": Kind(
        "clauses",
        Clause,
        ClauseForm,
        NewClauseForm,
        _lazy("Clauses"),
        _lazy("The terms of every quote in words, with variables for its own facts."),
    ),
    "layouts": Kind(
        "layouts",
        Layout,
        LayoutForm,
        NewLayoutForm,
        _lazy("Layouts"),
        _lazy("Which sections a document has and in which order, by selling entity and language."),
    ),
}


@require_http_methods(["GET", "HEAD", "POST"])
def kinds(request: HttpRequest, kind: str) -> HttpResponse:
    """Every clause or layout; POST begins one of one's own."""
    user, about = access.documents(request), kind_of(kind)
    form = about.new_form(request.POST or None, initial=new_values(about))
    if request.method == "POST" and form.is_valid():
        content = dict(form.cleaned_data)
        row = actions.start(about.model, content.pop("code"), by=user, at=now(), content=content)
        return see_other(request, address(kind, row.code))
    context = {
        "kind": about,
        "rows": families(about.model),
        "form": form,
        "why_not_write": paper_life.why_not_write(by=user),
        "variables": VARIABLES,
    }
    status = 422 if form.is_bound else 200
    return render_page(request, "quotes/documents/list.html", context, part="new-edition", status=status)


@require_safe
def edition(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """The draft, or the version in force."""
    return show(request, access.documents(request), kind_of(kind), code)


@require_POST
def drafts(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """Open the next version."""
    user, about = access.documents(request), kind_of(kind)
    actions.start(about.model, code, by=user, at=now())
    return see_other(request, address(kind, code))


@require_POST
def edits(request: HttpRequest, kind: str, code: str, version: int) -> HttpResponse:
    """Keep what was typed into the draft."""
    about = kind_of(kind)
    user, row = access.edition(request, about.model, code, version)
    form = about.form(request.POST, initial=initial(row))
    if not form.is_valid():
        return show(request, user, about, code, form=form, status=422)
    actions.edit(row, by=user, at=now(), edit_number=seen(request), **form.cleaned_data)
    return see_other(request, address(kind, code))


@require_POST
def publication(request: HttpRequest, kind: str, code: str, version: int) -> HttpResponse:
    user, row = access.edition(request, kind_of(kind).model, code, version)
    actions.publish(row, by=user, at=now())
    return see_other(request, address(kind, code))


@require_POST
def discarding(request: HttpRequest, kind: str, code: str, version: int) -> HttpResponse:
    user, row = access.edition(request, kind_of(kind).model, code, version)
    actions.discard(row, by=user, at=now())
    return see_other(request, reverse("quotes:editions", args=[kind]))


@require_POST
def retirement(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    user = access.documents(request)
    actions.retire(kind_of(kind).model, code, by=user, at=now())
    return see_other(request, reverse("quotes:editions", args=[kind]))


@require_safe
def preview(request: HttpRequest, kind: str, code: str, version: int) -> HttpResponse:
    """The newest submitted quote as this version would print it, marked as a preview and kept nowhere."""
    _user, row = access.edition(request, kind_of(kind).model, code, version)
    text = preview_snapshot(row)
    if not text:
        raise Refused(_("A preview shows the newest submitted quote, and there is none yet. Submit one first."))
    try:
        logo = logo_bytes(QuoteDocument.parse(text, NO_HASH).style.logo) or b""
        pdf = made_apart(text, NO_HASH, logo=logo, watermark=_("Preview"))
    except NotMade as problem:
        raise Refused(str(problem)) from None
    response = HttpResponse(pdf, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="preview-{code}-v{version}.pdf"'
    response.headers["Cache-Control"] = "no-store, private"
    return response


def kind_of(kind: str) -> Kind:
    if kind not in KINDS:
        raise Http404
    return KINDS[kind]


def new_values(about: Kind) -> dict[str, Any]:
    """What a new one starts as."""
    return dict(initial(Layout(sections=list(EVERY)) if about.model is Layout else None))


def address(kind: str, code: str) -> str:
    return reverse("quotes:edition", args=[kind, code])


def show(
    request: HttpRequest, user: User, about: Kind, code: str, *, form: Any = None, status: int = 200
) -> HttpResponse:
    versions: list[Any] = editions(about.model, code)
    draft = next((row for row in versions if row.status == Edition.Status.DRAFT), None)
    try:
        found = family(about.model, code, versions)
    except LookupError:
        raise Http404 from None
    row = draft or found.shown
    state = "draft" if draft else found.status
    problems = problems_of(row) if draft else []
    context = {
        "kind": about,
        "row": row,
        "state": state,
        "versions": versions,
        "problems": problems,
        "form": (form or about.form(initial=initial(draft))) if draft else None,
        "previews": previews(row) if about.model is Clause else [],
        "sections": placed(row.sections) if about.model is Layout else [],
        "variables": VARIABLES if about.model is Clause else {},
        "in_force": found.status in ("published", "standard"),
        "why_not_start": paper_life.why_not_start(code, draft.version if draft else None, by=user),
        "why_not_edit": paper_life.why_not_edit(state, by=user),
        "why_not_retire": paper_life.why_not_retire(found.status, by=user),
        "why_not_publish": paper_life.why_not_publish(state, by=user, author_ids=row.author_ids, problems=problems),
    }
    return render_page(request, "quotes/documents/edition.html", context, part="edition", status=status)
