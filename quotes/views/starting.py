"""A quote like another one: from a version, or from a template that was made of one."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import Invalid
from core.http import render_page, see_other
from quotes import access
from quotes.actions.starting import Started, start_from, start_like
from quotes.actions.templates import remove_template, save_template
from quotes.forms.starting import StartForm
from quotes.models import QuoteVersion
from quotes.queries.templates import template_rows


@require_http_methods(["GET", "HEAD", "POST"])
def copies(request: HttpRequest, number: str, version_number: int) -> HttpResponse:
    """Start another quote with what this version offers, or keep it as a template."""
    user, source = access.copyable(request, number, version_number)
    form = StartForm(request.POST if request.method == "POST" else None, initial={"title": source.title})
    if request.method == "POST" and form.is_valid():
        try:
            started = start_like(source, by=user, at=now(), **form.cleaned_data)
        except Invalid as problem:
            form.add_error(None, " ".join(problem.errors.values()))
        else:
            return to_new(request, started)
    return show_copies(request, source, form, status=422 if form.is_bound else 200)


@require_POST
def save(request: HttpRequest, number: str, version_number: int) -> HttpResponse:
    """Keep what this version offers as a template."""
    user, source = access.copyable(request, number, version_number)
    try:
        template = save_template(source, name=request.POST.get("name", "").replace("\x00", ""), by=user, at=now())
    except Invalid as problem:
        form = StartForm(initial={"title": source.title})
        return show_copies(request, source, form, status=422, problem=" ".join(problem.errors.values()))
    messages.success(request, _("The template {name} is saved.").format(name=template.name))
    return see_other(request, reverse("quotes:templates"))


@require_safe
def templates(request: HttpRequest) -> HttpResponse:
    """All templates, to start a quote from."""
    user = access.seller(request)
    return render_page(request, "quotes/templates.html", {"rows": template_rows(user)})


@require_http_methods(["GET", "HEAD", "POST"])
def template(request: HttpRequest, pk: int) -> HttpResponse:
    """Start a quote from this template."""
    user, found = access.template(request, pk)
    initial = {"title": found.pattern["title"], "customer": request.GET.get("customer", "")}
    form = StartForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            started = start_from(found.pattern, origin=found.name, by=user, at=now(), **form.cleaned_data)
        except Invalid as problem:
            form.add_error(None, " ".join(problem.errors.values()))
        else:
            return to_new(request, started)
    context = {"form": form, "template": found}
    return render_page(request, "quotes/template.html", context, part="start", status=422 if form.is_bound else 200)


@require_POST
def removal(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget one's own template."""
    user, found = access.template(request, pk)
    remove_template(found, by=user, at=now())
    messages.success(request, _("The template {name} is removed.").format(name=found.name))
    return see_other(request, reverse("quotes:templates"))


def to_new(request: HttpRequest, started: Started) -> HttpResponse:
    """To the new draft; what could not be carried over is said there, and stays in its timeline."""
    for sentence in started.left_out[:5]:
        messages.warning(request, sentence)
    return see_other(request, reverse("quotes:detail", args=[started.version.quote.number]))


def show_copies(
    request: HttpRequest, source: QuoteVersion, form: StartForm, *, status: int = 200, problem: str = ""
) -> HttpResponse:
    context = {"version": source, "quote": source.quote, "form": form, "problem": problem}
    return render_page(request, "quotes/copies.html", context, part="copies", status=status)
