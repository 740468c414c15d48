"""What events are checked against."""

from typing import NamedTuple

from catalog.models import Meter
from customers.models import Customer
from metering.rules.events import MeterFacts


class CatalogFacts(NamedTuple):
    """Meters and customers by the names events use."""

    meters: dict[str, MeterFacts]
    customers: frozenset[str]
    meter_ids: dict[str, int]
    customer_ids: dict[str, int]


def catalog_facts() -> CatalogFacts:
    meters = list(Meter.objects.all())
    customer_ids = dict(Customer.objects.values_list("slug", "id"))
    return CatalogFacts(
        {meter.code: MeterFacts(meter.code, meter.dimensions, meter.defaults) for meter in meters},
        frozenset(customer_ids),
        {meter.code: meter.id for meter in meters},
        customer_ids,
    )
