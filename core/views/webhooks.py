"""Endpoints that are told of events: kept, tried, and what was sent to them sent again."""

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from core import webhooks as actions
from core.access import person
from core.errors import Invalid
from core.http import render_page, see_other
from core.models import User, WebhookEndpoint, WebhookMessage
from core.roles import Permission
from core.webhook_forms import EndpointForm

PAGE = 25


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def webhooks(request: HttpRequest) -> HttpResponse:
    """Every endpoint, and a form for one more; its secret is shown in the answer, once."""
    user = person(request, Permission.MANAGE_WEBHOOKS)
    form = EndpointForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.create_endpoint(**form.cleaned_data, by=user, at=now())
            return secret_page(request, made.endpoint, made.secret)
        except Invalid as problem:
            told(form, problem)
    waiting = Count("messages", filter=Q(messages__state=WebhookMessage.State.PENDING))
    endpoints = WebhookEndpoint.objects.select_related("created_by").annotate(waiting=waiting).order_by("pk")
    context = {"form": form, "endpoints": endpoints}
    return render_page(request, "core/webhooks.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def webhook(request: HttpRequest, pk: int) -> HttpResponse:
    """One endpoint: what it is told, and what was sent."""
    user, endpoint = kept(request, pk)
    form = EndpointForm.of(endpoint, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_endpoint(endpoint, **form.cleaned_data, by=user, at=now())
            return back(request, endpoint)
        except Invalid as problem:
            told(form, problem)
    messages = WebhookMessage.objects.filter(endpoint=endpoint).order_by("-pk")
    page = Paginator(messages, PAGE).get_page(request.GET.get("page"))
    old = endpoint.old_ends_at if endpoint.old_ends_at and endpoint.old_ends_at > now() else None
    context = {"endpoint": endpoint, "form": form, "page": page, "old_ends_at": old}
    return render_page(request, "core/webhook.html", context, status=422 if form.errors else 200)


@never_cache
@require_POST
def webhook_rotation(request: HttpRequest, pk: int) -> HttpResponse:
    user, endpoint = kept(request, pk)
    return secret_page(request, endpoint, actions.rotate_secret(endpoint, by=user, at=now()))


@require_POST
def webhook_test(request: HttpRequest, pk: int) -> HttpResponse:
    user, endpoint = kept(request, pk)
    actions.send_test(endpoint, by=user, at=now())
    actions.drain(endpoint, at=now())
    return back(request, endpoint)


@require_POST
def webhook_switch(request: HttpRequest, pk: int) -> HttpResponse:
    """On when it is off, and off when it is on."""
    user, endpoint = kept(request, pk)
    if endpoint.disabled_at:
        actions.enable(endpoint, by=user, at=now())
    else:
        actions.disable(endpoint, why="", by=user, at=now())
    return back(request, endpoint)


@require_POST
def webhook_removal(request: HttpRequest, pk: int) -> HttpResponse:
    user, endpoint = kept(request, pk)
    actions.remove_endpoint(endpoint, by=user, at=now())
    return see_other(request, reverse("core:webhooks"))


@require_POST
def webhook_replay(request: HttpRequest, pk: int, message: int) -> HttpResponse:
    user, endpoint = kept(request, pk)
    actions.replay(get_object_or_404(endpoint.messages.select_related("endpoint"), pk=message), by=user, at=now())
    return back(request, endpoint)


def kept(request: HttpRequest, pk: int) -> tuple[User, WebhookEndpoint]:
    user = person(request, Permission.MANAGE_WEBHOOKS)
    return user, get_object_or_404(WebhookEndpoint, pk=pk)


def secret_page(request: HttpRequest, endpoint: WebhookEndpoint, secret: str) -> HttpResponse:
    return render_page(request, "core/webhook_secret.html", {"endpoint": endpoint, "secret": secret})


def back(request: HttpRequest, endpoint: WebhookEndpoint) -> HttpResponse:
    return see_other(request, reverse("core:webhook", args=[endpoint.pk]))


def told(form: EndpointForm, problem: Invalid) -> None:
    names = {"events": "chosen"}
    for field, message in problem.errors.items():
        form.add_error(names.get(field, field), message)
