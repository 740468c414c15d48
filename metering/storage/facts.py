"""What events are checked against."""

import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from django.db import connection

from catalog.rules.meters import derivations, outcome_of
from customers.models import Customer
from metering.rules.events import MeterFacts

METERS = "SELECT coalesce(json_agg(meter ORDER BY meter.code), '[]')::text FROM catalog_meter meter"


class CatalogFacts(NamedTuple):
    """Meters and customers by the names events use."""

    meters: Mapping[str, MeterFacts]
    customers: dict[str, int]


def catalog_facts(slugs: Iterable[str] | None = None) -> CatalogFacts:
    """All meters, and the customers of these slugs (or all of them)."""
    customers = Customer.objects.all() if slugs is None else Customer.objects.filter(slug__in=list(slugs))
    return CatalogFacts(meter_facts(), dict(customers.values_list("slug", "id")))


def meter_facts() -> Mapping[str, MeterFacts]:
    with connection.cursor() as cursor:
        cursor.execute(METERS)
        return facts_from(cursor.fetchone()[0])


# Every batch of events asks; what a meter derives is worked out again only when the catalog says something else.
@lru_cache(maxsize=4)
def facts_from(text: str) -> Mapping[str, MeterFacts]:
    meters = json.loads(text)
    outcomes = {meter["code"]: outcome_of(meter["outcome"]) for meter in meters}
    action_keys = {outcome.action: outcome.key for outcome in outcomes.values() if outcome}
    return {
        meter["code"]: MeterFacts(
            code=meter["code"],
            dimensions=meter["dimensions"],
            defaults=meter["defaults"],
            aggregation=meter["aggregation"],
            value_field=meter["property"],
            zone=meter["zone"],
            derived=derivations(meter["derived"]),
            outcome=outcomes[meter["code"]],
            action_key=action_keys.get(meter["code"], ""),
        )
        for meter in meters
    }
