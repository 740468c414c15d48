"""Saved views of the list of quotes: keep one, change it, remove it."""

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.errors import Invalid
from core.http import render_page, see_other, toast
from core.models import User
from quotes import access
from quotes.actions.saved_views import change_view, remove_view, save_view
from quotes.forms.listing import FilterForm, ViewForm
from quotes.queries.saved_views import view_links


@require_http_methods(["GET", "HEAD", "POST"])
def views(request: HttpRequest) -> HttpResponse:
    """One's own views and those that others share. A POST keeps the list whose query it sends."""
    user = access.seer(request)
    if request.method != "POST":
        return show(request, user)
    form = ViewForm(request.POST)
    if not form.is_valid():
        return show(request, user, problem=form.problem())
    chosen = FilterForm(QueryDict(request.POST.get("query", "").removeprefix("?"))).filter()
    try:
        view = save_view(**form.cleaned_data, query=chosen.query(), by=user, at=now())
    except Invalid as problem:
        return show(request, user, problem=" ".join(problem.errors.values()))
    return see_other(request, f"{reverse('quotes:list')}{view.query}")


@require_POST
def view(request: HttpRequest, pk: int) -> HttpResponse:
    """Change one of one's own views."""
    user, found = access.saved_view(request, pk)
    form = ViewForm(request.POST)
    if not form.is_valid():
        return show(request, user, problem=form.problem())
    change_view(found, **form.cleaned_data, at=now())
    return changed(request, user, _("{name} is saved.").format(name=found.name))


@require_POST
def removal(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget one of one's own views; the quotes in it stay as they are."""
    user, found = access.saved_view(request, pk)
    remove_view(found)
    return changed(request, user, _("{name} is removed.").format(name=found.name))


def changed(request: HttpRequest, user: User, text: str) -> HttpResponse:
    if getattr(request, "htmx", None):
        return toast(show(request, user), text, level="success")
    return see_other(request, reverse("quotes:views"))


def show(request: HttpRequest, user: User, *, problem: str = "") -> HttpResponse:
    context = {"views": view_links(user), "problem": problem}
    return render_page(request, "quotes/saved_views.html", context, part="saved-views", status=422 if problem else 200)
