from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from core.http import render_page
from core.models import User
from customers.access import customer_for, viewer
from customers.queries import family
from metering.queries.quality import LOOK_BACK, Quality, quality
from metering.rules import findings
from metering.views.room import room_tabs

AROUND = timedelta(days=30)
STALE = 3  # days without anything from anybody


@require_safe
def of_all(request: HttpRequest) -> HttpResponse:
    """What stands out in everybody's usage."""
    user = viewer(request)
    return show(request, user, quality(now().date()), {})


@require_safe
def of_customer(request: HttpRequest, slug: str) -> HttpResponse:
    """What stands out in the usage of a customer and of the companies it pays for."""
    user, customer = customer_for(request, slug)
    relatives = family(customer)
    found = quality(now().date(), [relative.id for relative in relatives])
    return show(request, user, found, {"customer": customer, "with_others": len(relatives) > 1})


def show(request: HttpRequest, user: User, found: Quality, more: dict[str, Any]) -> HttpResponse:
    today = now().date()
    stale = (today - found.newest).days if found.newest else 0
    context = {
        "found": found,
        "stale": stale if stale > STALE else 0,
        "silent": [(one, around(one.silence.last, today)) for one in found.silent],
        "spikes": [(one, around(one.spike.peak, today)) for one in found.spikes],
        "rules": findings,
        "look_back": LOOK_BACK.days,
        "tabs": room_tabs(user, "quality"),
        **more,
    }
    return render_page(request, "metering/quality.html", context)


def around(day: Any, today: Any) -> str:
    """The dates of the usage page that show a day in its neighbourhood."""
    return f"span=dates&first={day - AROUND}&last={min(day + AROUND, today)}&grain=day"
