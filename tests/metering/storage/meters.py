"""A meter of each aggregation and two customers, and events that need no reading."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from catalog.models import Meter
from customers.models import Customer
from metering.rules.events import Event, Void

AT = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
START = datetime(2026, 11, 18, tzinfo=UTC)
ADDING = ("sum", "count", "max", "unique", "latest", "unit_hours")
ZONE = "America/New_York"
OUTCOME = {"action": "chats", "within_hours": 72, "key": "chat"}


def make_meters() -> None:
    for aggregation in ADDING:
        Meter.objects.create(
            code=aggregation.replace("_", "-"), name=aggregation, unit="unit", aggregation=aggregation, zone=ZONE
        )
    Meter.objects.create(code="chats", name="Chats", unit="chat", aggregation="unique", property="chat")
    Meter.objects.create(code="solved", name="Solved", unit="resolution", outcome=OUTCOME)
    for slug in ("acme", "zeta"):
        Customer.objects.create(slug=slug, name=slug, legal_name=slug, segment="startup", country="US")


def fact(id: str, meter: str = "sum", *, value: Any = 1, time: str = "2026-11-20T10:00Z", **changes: Any) -> Event:
    moment = datetime.fromisoformat(time)
    zone = "UTC" if meter in ("chats", "solved") else ZONE
    base = Event(
        source="app",
        event_id=id,
        customer="acme",
        meter=meter,
        time=moment,
        day=moment.astimezone(ZoneInfo(zone)).date(),
        dimensions={},
        value=Decimal(value),
    )
    return base._replace(**changes)


def void(id: str, target: str, *, source: str = "app") -> Void:
    return Void(source, id, target, "test traffic", AT)


def some_facts(count: int) -> list:
    """All meters, two customers, three days, and every seventh is taken back."""
    meters = ("sum", "count", "max", "unique", "latest", "unit-hours", "chats", "solved")
    events = []
    for n in range(count):
        meter = meters[n % len(meters)]
        events.append(
            fact(
                f"e{n}",
                meter,
                value=n % 11,
                time=(START + timedelta(minutes=37 * n % 4300)).isoformat(),
                item=f"u{n % 5}" if meter in ("unique", "chats") else "",
                outcome_key=f"c{n % 6}" if meter in ("chats", "solved") else "",
                customer=("acme", "zeta")[n // 8 % 2],
            )
        )
        if n % 7 == 0:
            events.append(void(f"v{n}", f"e{n}"))
    return events
