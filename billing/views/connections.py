"""The accounts with billing systems: the list, one account, where contracts go."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from billing.actions import connecting
from billing.models import Connection
from billing.queries.connections import route_rows, setting_rows, target_rows
from billing.rules import Mode
from billing.targets import DEFAULT, TARGETS
from core.access import person
from core.errors import Invalid
from core.http import render_page, see_other
from core.models import User
from core.roles import Permission

FIELD = "entity-"


@require_safe
def connections(request: HttpRequest) -> HttpResponse:
    """Every billing system, its accounts, and where new contracts go."""
    person(request, Permission.MANAGE_CONNECTIONS)
    return show_all(request)


def show_all(request: HttpRequest, *, error: str = "", status: int = 200) -> HttpResponse:
    context = {"targets": target_rows(), "routes": route_rows(), "error": error}
    return render_page(request, "billing/connections.html", context, part="routes", status=status)


@require_POST
def routes(request: HttpRequest) -> HttpResponse:
    """Choose where new contracts go, for all and for each selling entity."""
    user = person(request, Permission.MANAGE_CONNECTIONS)
    entities = {
        int(name.removeprefix(FIELD)): str(choice)
        for name, choice in request.POST.items()
        if name.startswith(FIELD) and name.removeprefix(FIELD).isdecimal()
    }
    try:
        connecting.choose_routes(default=request.POST.get("default", ""), entities=entities, by=user, at=now())
    except Invalid as problem:
        return show_all(request, error=problem.sentence, status=422)
    return see_other(request, reverse("billing:connections"))


@require_http_methods(["GET", "HEAD", "POST"])
def connection(request: HttpRequest, target: str, mode: str) -> HttpResponse:
    """One account; POST keeps what was typed. An empty secret keeps the stored one."""
    user = person(request, Permission.MANAGE_CONNECTIONS)
    if target not in TARGETS or target == DEFAULT or mode not in set(Mode):
        raise Http404
    errors: dict[str, str] = {}
    if request.method == "POST":
        values = {setting.name: request.POST.get(setting.name, "") for setting in TARGETS[target].settings}
        try:
            connecting.save_connection(
                target=target,
                mode=mode,
                base_url=request.POST.get("base_url", ""),
                values=values,
                by=user,
                at=now(),
            )
        except Invalid as problem:
            errors = problem.errors
        else:
            return see_other(request, reverse("billing:connections"))
    return show(request, target, mode, errors)


@require_POST
def trial(request: HttpRequest, target: str, mode: str) -> HttpResponse:
    """Whether the account answers and takes the key; nothing is made over there."""
    user, found = kept(request, target, mode)
    done = connecting.try_connection(found, by=user, at=now())
    return show(request, target, mode, {}, trial=done, part="trial")


@require_POST
def removal(request: HttpRequest, target: str, mode: str) -> HttpResponse:
    """Forget the account with its keys."""
    user, found = kept(request, target, mode)
    connecting.remove_connection(found, by=user, at=now())
    return see_other(request, reverse("billing:connections"))


def kept(request: HttpRequest, target: str, mode: str) -> tuple[User, Connection]:
    """An account that was set up, for someone who may keep accounts."""
    user = person(request, Permission.MANAGE_CONNECTIONS)
    return user, get_object_or_404(Connection, target=target, mode=mode)


def show(
    request: HttpRequest,
    target: str,
    mode: str,
    errors: dict[str, str],
    *,
    trial: connecting.Trial | None = None,
    part: str = "connection-form",
) -> HttpResponse:
    found = Connection.objects.filter(target=target, mode=mode).first()
    typed = request.POST if errors else {}
    rows = [
        {"row": row, "value": typed.get(row.name, row.value) if not row.secret else "", "error": errors.get(row.name)}
        for row in setting_rows(TARGETS[target], found)
    ]
    context = {
        "target": TARGETS[target],
        "mode": Mode(mode),
        "connection": found,
        "rows": rows,
        "base_url": typed.get("base_url", found.base_url if found else ""),
        "usual_url": TARGETS[target].urls.get(mode, ""),
        "errors": errors,
        "trial": trial,
    }
    return render_page(request, "billing/connection.html", context, part=part, status=422 if errors else 200)
