"""Making and changing scenarios: named lists of drivers."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core import audit
from core.errors import Conflict, Invalid, Refused
from core.models import User
from customers.models import Customer
from forecasting.models import Scenario
from forecasting.rules.drivers import MOST, Driver

MOST_SCENARIOS = 20


def create_scenario(*, customer: Customer, name: str, by: User, at: datetime) -> Scenario:
    """An empty scenario; its name is unique for the customer."""
    if Scenario.objects.filter(customer=customer).count() >= MOST_SCENARIOS:
        raise Refused(
            _("A customer has at most {most} scenarios. Remove one that is not needed any more.").format(
                most=MOST_SCENARIOS
            )
        )
    try:
        with transaction.atomic():
            made = Scenario.objects.create(customer=customer, name=name, edited_at=at, edited_by=by)
            note(made, "create_scenario", by=by, at=at)
    except IntegrityError:
        raise Invalid(
            {
                "name": _("{customer} has a scenario “{name}” already; choose another name.").format(
                    customer=customer.name, name=name
                )
            }
        ) from None
    return made


@transaction.atomic
def make_scenario(*, customer: Customer, name: str, drivers: Sequence[Driver], by: User, at: datetime) -> Scenario:
    """A scenario with all its drivers at once."""
    made = create_scenario(customer=customer, name=name, by=by, at=at)
    return set_drivers(made, drivers, seen=at, by=by, at=at) if drivers else made


def set_drivers(scenario: Scenario, drivers: Sequence[Driver], *, seen: datetime, by: User, at: datetime) -> Scenario:
    """These drivers and no others; a Conflict if somebody edited the scenario after it was `seen`."""
    if len(drivers) > MOST:
        raise Refused(_("A scenario has at most {most} drivers. Remove one first.").format(most=MOST))

    def replaced(_before: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [driver.as_json() for driver in drivers]

    return change(scenario, "set_drivers", replaced, by=by, at=at, seen=seen)


def add_driver(scenario: Scenario, driver: Driver, *, by: User, at: datetime) -> Scenario:
    def added(drivers: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if len(drivers) >= MOST:
            raise Refused(_("A scenario has at most {most} drivers. Remove one first.").format(most=MOST))
        return [*drivers, driver.as_json()]

    return change(scenario, "add_driver", added, by=by, at=at)


def change_driver(scenario: Scenario, place: int, driver: Driver, *, by: User, at: datetime) -> Scenario:
    def changed(drivers: list[dict[str, Any]]) -> list[dict[str, Any]]:
        found = there(drivers, place)
        return [driver.as_json() if n == found else one for n, one in enumerate(drivers)]

    return change(scenario, "change_driver", changed, by=by, at=at)


def remove_driver(scenario: Scenario, place: int, *, by: User, at: datetime) -> Scenario:
    def removed(drivers: list[dict[str, Any]]) -> list[dict[str, Any]]:
        found = there(drivers, place)
        return [one for n, one in enumerate(drivers) if n != found]

    return change(scenario, "remove_driver", removed, by=by, at=at)


@transaction.atomic
def remove_scenario(scenario: Scenario, *, by: User, at: datetime) -> None:
    """Quotes that use it keep the copy they took."""
    note(scenario, "remove_scenario", by=by, at=at)
    scenario.delete()


@transaction.atomic
def change(
    scenario: Scenario,
    verb: str,
    drivers: Callable[[list[dict[str, Any]]], list[dict[str, Any]]],
    *,
    by: User,
    at: datetime,
    seen: datetime | None = None,
) -> Scenario:
    # Two people may add a driver at once: the row is held, so that neither is lost.
    fresh = Scenario.objects.select_for_update().filter(pk=scenario.pk).first()
    if fresh is None:
        raise Conflict(_("Somebody removed this scenario meanwhile."))
    if seen not in (None, fresh.edited_at):
        raise Conflict(_("Somebody else changed this scenario meanwhile. Nothing was overwritten; look at it again."))
    fresh.drivers = drivers(fresh.drivers)
    fresh.edited_at, fresh.edited_by = at, by
    fresh.save(update_fields=["drivers", "edited_at", "edited_by"])
    note(fresh, verb, by=by, at=at)
    return fresh


def there(drivers: list[dict[str, Any]], place: int) -> int:
    if not 0 <= place < len(drivers):
        raise Conflict(_("This driver is not there any more; load the page again."))
    return place


def note(scenario: Scenario, verb: str, *, by: User, at: datetime) -> None:
    data = {"scenario": scenario.name, "drivers": scenario.drivers}
    audit.record(
        by,
        f"forecast.{verb}",
        f"customer:{scenario.customer.slug}",
        at=at,
        data=data,
    )
