"""What events are checked against."""

from collections.abc import Iterable
from typing import NamedTuple

from catalog.models import Meter
from catalog.rules.meters import derivations, outcome_of
from customers.models import Customer
from metering.rules.events import MeterFacts


class CatalogFacts(NamedTuple):
    """Meters and customers by the names events use."""

    meters: dict[str, MeterFacts]
    customers: dict[str, int]


def catalog_facts(slugs: Iterable[str] | None = None) -> CatalogFacts:
    """All meters, and the customers of these slugs (or all of them)."""
    customers = Customer.objects.all() if slugs is None else Customer.objects.filter(slug__in=list(slugs))
    return CatalogFacts(meter_facts(), dict(customers.values_list("slug", "id")))


def meter_facts() -> dict[str, MeterFacts]:
    meters = list(Meter.objects.all())
    outcomes = {meter.code: outcome_of(meter.outcome) for meter in meters}
    action_keys = {outcome.action: outcome.key for outcome in outcomes.values() if outcome}
    return {
        meter.code: MeterFacts(
            code=meter.code,
            dimensions=meter.dimensions,
            defaults=meter.defaults,
            aggregation=meter.aggregation,
            value_field=meter.property,
            zone=meter.zone,
            derived=derivations(meter.derived),
            outcome=outcomes[meter.code],
            action_key=action_keys.get(meter.code, ""),
        )
        for meter in meters
    }
