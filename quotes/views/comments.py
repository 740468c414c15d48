"""What happened to a quote, and what colleagues say about it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_POST, require_safe

from core.errors import Invalid
from core.http import is_partial, render_page, see_other
from core.models import User
from quotes import access
from quotes.actions.comments import add_comment, remove_comment
from quotes.models import Comment, QuoteVersion
from quotes.queries.timeline import story


@require_safe
def timeline(request: HttpRequest, number: str) -> HttpResponse:
    """One list of events and comments: a page, and a panel of the quote's pages."""
    user, version = access.version(request, number)
    return show(request, user, version)


@require_POST
def comments(request: HttpRequest, number: str) -> HttpResponse:
    """Say something to colleagues; what cannot be said stays in the field, with the reason."""
    user, version = access.version(request, number)
    text = request.POST.get("text", "").replace("\x00", "")
    try:
        add_comment(version.quote, text=text, by=user, at=now())
    except Invalid as problem:
        return show(request, user, version, text=text, problem=" ".join(problem.errors.values()), status=422)
    return changed(request, user, version)


@require_POST
def removal(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Take one's own comment back."""
    user, version = access.version(request, number)
    comment = get_object_or_404(Comment.objects.select_related("quote"), quote=version.quote_id, pk=pk)
    remove_comment(comment, by=user, at=now())
    return changed(request, user, version)


def changed(request: HttpRequest, user: User, version: QuoteVersion) -> HttpResponse:
    if is_partial(request):
        return show(request, user, version)
    return see_other(request, reverse("quotes:timeline", args=[version.quote.number]))


def show(
    request: HttpRequest, user: User, version: QuoteVersion, *, text: str = "", problem: str = "", status: int = 200
) -> HttpResponse:
    context = {"quote": version.quote, "version": version, "story": story(version, user), "text": text}
    return render_page(request, "quotes/timeline.html", {**context, "problem": problem}, part="timeline", status=status)
