"""What happened to a quote, and what colleagues say about it and its rows."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.data_words import told
from core.errors import Conflict, Invalid
from core.http import is_partial, render_page, see_other
from core.languages import lazily as _lazy
from core.models import User
from quotes import access
from quotes.actions.comments import add_comment, remove_comment, reopen_thread, resolve_thread
from quotes.models import Comment, QuoteVersion
from quotes.queries.talk import LINE, Spoken, mentionable, row_of, thread_of, threads
from quotes.queries.timeline import story
from quotes.rules.comments import why_not_comment
from quotes.rules.outline import NOTE, SECTION

TALK = {
    LINE: (_lazy("Comment on this line"), _lazy("Nobody has said anything about this line yet.")),
    SECTION: (_lazy("Comment on this section"), _lazy("Nobody has said anything about this section yet.")),
    NOTE: (_lazy("Comment on this note"), _lazy("Nobody has said anything about this note yet.")),
    "": (_lazy("Comment"), ""),  # of what no version has any more
}


@dataclass(frozen=True)
class Typed:
    """What was written and could not be said, and where: an answer in a thread, or a comment of its own."""

    text: str = ""
    thread: int | None = None
    problem: str = ""

    @property
    def alone(self) -> bool:
        return bool(self.problem) and self.thread is None


@require_safe
def timeline(request: HttpRequest, number: str) -> HttpResponse:
    """One list of events and comments: a page, and a panel of the quote's pages."""
    user, version = access.version(request, number)
    return show(request, user, version, request.GET)


@require_safe
def line(request: HttpRequest, number: str, key: str) -> HttpResponse:
    """What is said about a line, section or note, also one that has gone: a page, and a dialog of the quote's pages."""
    user, version = access.version(request, number)
    response = show_line(request, user, version, key)
    if is_partial(request):
        response.headers["HX-Trigger-After-Swap"] = '{"dialog:open": {"id": "talk"}}'
    return response


@require_POST
def comments(request: HttpRequest, number: str) -> HttpResponse:
    """Say something to colleagues; what cannot be said stays in the field, with the reason."""
    user, version = access.version(request, number)
    asked = request.POST
    text, thread = asked.get("text", "").replace("\x00", ""), asked.get("thread", "")
    first = comment_of(version, int(thread)) if thread.isdecimal() else None
    try:
        add_comment(version.quote, text=text, by=user, at=now(), line=asked.get("line", ""), thread=first)
    except Invalid as problem:
        typed = Typed(text, first.pk if first else None, " ".join(problem.errors.values()))
        return again(request, user, version, typed=typed, status=422)
    return changed(request, user, version)


@require_POST
def removal(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Take one's own comment back."""
    user, version = access.version(request, number)
    remove_comment(comment_of(version, pk), by=user, at=now())
    return changed(request, user, version)


@require_POST
def resolution(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Be done with a thread, or open it again; what somebody else did meanwhile is shown as it is now."""
    user, version = access.version(request, number)
    act = reopen_thread if request.POST.get("to") == "open" else resolve_thread
    try:
        act(comment_of(version, pk), by=user, at=now())
    except Conflict:
        if not is_partial(request):
            raise
    return changed(request, user, version)


def comment_of(version: QuoteVersion, pk: int) -> Comment:
    found = thread_of(version.quote, pk)
    if found is None:
        raise Http404
    return found


def changed(request: HttpRequest, user: User, version: QuoteVersion) -> HttpResponse:
    if is_partial(request):
        response = again(request, user, version)
        if request.POST.get("line"):
            response.headers["HX-Trigger"] = "talked"
        return response
    number, key = version.quote.number, request.POST.get("line", "")
    back = reverse("quotes:line_comments", args=[number, key]) if key else reverse("quotes:timeline", args=[number])
    return see_other(request, back)


def again(
    request: HttpRequest, user: User, version: QuoteVersion, *, typed: Typed | None = None, status: int = 200
) -> HttpResponse:
    """The panel that was written in: of the row, or of the whole quote."""
    if key := request.POST.get("line", ""):
        return show_line(request, user, version, key, typed=typed, status=status)
    return show(request, user, version, request.POST, typed=typed, status=status)


def show(
    request: HttpRequest,
    user: User,
    version: QuoteVersion,
    asked: QueryDict,
    *,
    typed: Typed | None = None,
    status: int = 200,
) -> HttpResponse:
    found = story(version, user, show=asked.get("show", ""))
    context = {"quote": version.quote, "version": version, "story": found, "typed": typed or Typed()}
    return render_page(request, "quotes/timeline.html", context, part="timeline", status=status)


def show_line(
    request: HttpRequest, user: User, version: QuoteVersion, key: str, *, typed: Typed | None = None, status: int = 200
) -> HttpResponse:
    talk = threads(version, user, line=key)
    row = row_of(version.quote, key) or next((Spoken("", one.line_name) for one in talk), None)
    if row is None:
        raise Http404(_("No version of this quote has this row."))
    ask, nothing = TALK[row.kind]
    context = {
        "quote": version.quote,
        "version": version,
        "line": key,
        "line_name": told(row.name),
        "ask": ask,
        "nothing": nothing,
        "threads": talk,
        "names": mentionable(version, user),
        "why_not_comment": why_not_comment(user),
        "typed": typed or Typed(),
    }
    return render_page(request, "quotes/talk.html", context, part="talk-part", status=status)
