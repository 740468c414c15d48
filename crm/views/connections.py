"""CRMs: who keeps the connections sees, makes, maps, switches and ends them here."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import Invalid
from core.forms import mark
from core.http import render_page, see_other
from crm import access
from crm.actions import connections as actions
from crm.forms import AddressForm, ChangesForm, ConnectionForm, MappingForm
from crm.models import Connection
from crm.queries.connections import connections, inbound_url, preview
from crm.rules.mappings import STARTS, Terms
from crm.rules.words import EVENTS
from quotes.rules.opportunities import label_of

PAGE = 25


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def overview(request: HttpRequest) -> HttpResponse:
    """Every connection, and a form for one more; its secrets are shown in the answer, once."""
    user = access.keeper(request)
    form = ConnectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.create_connection(**form.cleaned_data, by=user, at=now())
            return secrets_page(request, made.connection, secret=made.secret, our_secret=made.our_secret)
        except Invalid as problem:
            mark(form, problem)
    context = {"form": form, "connections": connections()}
    return render_page(request, "crm/connections.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def connection(request: HttpRequest, system: str) -> HttpResponse:
    """One connection: what came in, and what may change of it."""
    user, found = access.connection(request, system)
    form = ChangesForm(found, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        actions.change_connection(found, **form.cleaned_data, by=user, at=now())
        return back(request, found)
    return show(request, found, form=form, status=422 if form.is_bound else 200)


@never_cache
@require_POST
def address(request: HttpRequest, system: str) -> HttpResponse:
    """Tell the CRM of quotes at another address; its secret is shown once."""
    user, found = access.connection(request, system)
    form = AddressForm(request.POST)
    if form.is_valid():
        try:
            secret = actions.open_address(found, url=form.cleaned_data["url"], by=user, at=now())
            return secrets_page(request, found, our_secret=secret)
        except Invalid as problem:
            mark(form, problem)
    return show(request, found, address_form=form, status=422)


@never_cache
@require_POST
def rotation(request: HttpRequest, system: str) -> HttpResponse:
    user, found = access.connection(request, system)
    return secrets_page(request, found, secret=actions.rotate_secret(found, by=user, at=now()))


@require_POST
def switch(request: HttpRequest, system: str) -> HttpResponse:
    user, found = access.connection(request, system)
    actions.switch(found, on=bool(found.disabled_at), by=user, at=now())
    return back(request, found)


@require_POST
def removal(request: HttpRequest, system: str) -> HttpResponse:
    user, found = access.connection(request, system)
    actions.remove_connection(found, by=user, at=now())
    return see_other(request, reverse("crm:overview"))


@require_http_methods(["GET", "HEAD", "POST"])
def mapping(request: HttpRequest, system: str) -> HttpResponse:
    """Which field of the CRM is which of ours; `?start=hubspot` fills in what HubSpot usually has, unsaved."""
    user, found = access.connection(request, system)
    start = STARTS.get(request.GET.get("start", ""))
    form = MappingForm.of(start or Terms.of(found.mapping), request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_mapping(found, terms=form.terms(), by=user, at=now())
            return see_other(request, reverse("crm:mapping", args=[system]))
        except Invalid as problem:
            mark(form, problem)
    context = {
        "connection": found,
        "form": form,
        "starts": [(name, label_of(name)) for name in STARTS],
        "unsaved": bool(start) and not form.is_bound,
        "preview": preview(found),
        "events": EVENTS,
    }
    return render_page(request, "crm/mapping.html", context, status=422 if form.errors else 200)


@require_safe
def example(request: HttpRequest, system: str) -> HttpResponse:
    """What a quote would tell, by the mapping as it is saved."""
    _user, found = access.connection(request, system)
    chosen = {name: request.GET.get(name, "")[:60] for name in ("number", "event")}
    context = {"connection": found, "preview": preview(found, **chosen), "events": EVENTS}
    return render_page(request, "crm/preview.html", context, part="preview")


def show(
    request: HttpRequest,
    found: Connection,
    *,
    form: ChangesForm | None = None,
    address_form: AddressForm | None = None,
    status: int = 200,
) -> HttpResponse:
    page = Paginator(found.received.order_by("-pk"), PAGE).get_page(request.GET.get("page"))
    context = {
        "connection": found,
        "url": inbound_url(found),
        "form": form or ChangesForm(found),
        "address_form": address_form or AddressForm(),
        "page": page,
        "old_ends_at": found.old_ends_at if found.old_ends_at and found.old_ends_at > now() else None,
    }
    return render_page(request, "crm/connection.html", context, status=status)


def secrets_page(request: HttpRequest, found: Connection, *, secret: str = "", our_secret: str = "") -> HttpResponse:
    context = {"connection": found, "secret": secret, "our_secret": our_secret, "url": inbound_url(found)}
    return render_page(request, "crm/secrets.html", context)


def back(request: HttpRequest, found: Connection) -> HttpResponse:
    return see_other(request, reverse("crm:connection", args=[found.system]))
