"""Contract -> items with prices, and a subscription per billing interval, for as many cycles as the term has.

Every interval has a plan of 0; what is agreed are addons of it, and charges for what is due once at the start.
Prices are decimals in the currency itself (`..._in_decimal`).
"""

import re
from collections.abc import Iterator
from typing import Any

from billing.targets.base import Order, Step
from billing.targets.breakdown import Breakdown, Fee, Rate, break_down
from billing.targets.ending import moment
from billing.targets.prices import bands
from core.languages import lazily as _
from pricing.models import PerUnit, Volume
from pricing.money import ZERO
from pricing.values import MONTHS, plain

FAMILY = "quantile"
WITH_ITEMS = "POST /customers/{customer-id}/subscription_for_items"


def steps(order: Order) -> tuple[Step, ...]:
    deal = break_down(order.parsed)
    return (
        Step("create_customer", _("Create the customer"), "POST /customers", customer(order)),
        Step("create_family", _("Create an item family"), "POST /item_families", {"id": FAMILY, "name": "Quantile"}),
        *(step for width in widths(deal) for step in plan(width, order)),
        *(step for rate in deal.rates for step in usage(rate, order)),
        *(step for fee in deal.fees if fee.due for step in fixed(fee, order)),
        *(subscription(width, deal, order) for width in widths(deal)),
    )


def customer(order: Order) -> dict[str, Any]:
    body = {
        "id": order.customer,
        "company": order.customer_name,
        "email": order.customer_email,
        "auto_collection": "off",
        "net_term_days": order.payment_days,
    }
    return {name: value for name, value in body.items() if value not in ("", None)}


def plan(width: int, order: Order) -> Iterator[Step]:
    """What carries the addons of one interval; it costs nothing."""
    key = f"plan.{width}"
    yield item(key, f"{order.number} · {width}", {"type": "plan"}, order)
    yield price(key, {"pricing_model": "flat_fee", "price_in_decimal": "0", **every(width)}, order)


def usage(rate: Rate, order: Order) -> Iterator[Step]:
    body = {"type": "addon", "metered": True, "usage_calculation": "sum_of_usages"}
    yield item(rate.name_there, rate.name, body, order)
    yield price(rate.name_there, {**priced(rate), **every(MONTHS[rate.charge.interval])}, order)


def fixed(fee: Fee, order: Order) -> Iterator[Step]:
    once = fee.interval == "once"
    _quantity, unit = fee.units(fee.due[0][0])
    amount = {"pricing_model": "per_unit", "price_in_decimal": plain(unit)}
    yield item(fee.name_there, fee.name, {"type": "charge" if once else "addon"}, order)
    yield price(fee.name_there, amount if once else {**amount, **every(MONTHS[fee.interval])}, order)


def item(key: str, name: str, body: dict[str, Any], order: Order) -> Step:
    whole = {
        "id": there(key, order),
        "name": f"{name} ({order.number}.{key})",
        "external_name": name,
        "item_family_id": FAMILY,
        **body,
    }
    return Step(f"create_item:{key}", _("Create an item"), "POST /items", whole)


def price(key: str, body: dict[str, Any], order: Order) -> Step:
    named = {"id": there(key, order), "name": there(key, order), "item_id": there(key, order)}
    whole = {**named, "currency_code": order.currency, **body}
    return Step(f"create_price:{key}", _("Create a price"), "POST /item_prices", whole)


def every(width: int) -> dict[str, Any]:
    return {"period": width, "period_unit": "month"}


def priced(rate: Rate) -> dict[str, Any]:
    model, included = rate.price, rate.charge.allowance.quantity if rate.charge.allowance else ZERO
    if isinstance(model, PerUnit) and not included:
        return {"pricing_model": "per_unit", "price_in_decimal": plain(model.unit)}
    tiers = [
        {
            "starting_unit": int(band.low) + 1,
            **({} if band.high is None else {"ending_unit": int(band.high)}),
            "price_in_decimal": plain(band.unit),
        }
        for band in bands(model, included)
    ]
    return {"pricing_model": "volume" if isinstance(model, Volume) else "tiered", "tiers": tiers}


def subscription(width: int, deal: Breakdown, order: Order) -> Step:
    body = {
        "id": f"{order.number}-{width}",
        "customer": order.customer,
        "start_date": moment(deal.starts[0]),
        "billing_cycles": deal.periods // width,
        "auto_collection": "off",
        "net_term_days": order.payment_days,
        "subscription_items": [*items(width, deal, order)],
        "meta_data": order.metadata,
    }
    return Step(f"create_subscription:{width}", _("Create a subscription"), WITH_ITEMS, body)


def items(width: int, deal: Breakdown, order: Order) -> Iterator[dict[str, Any]]:
    yield {"item_price_id": there(f"plan.{width}", order)}
    for rate in deal.rates:
        if MONTHS[rate.charge.interval] == width:
            yield {"item_price_id": there(rate.name_there, order)}
    for fee in deal.fees:
        if fee.due and MONTHS.get(fee.interval) == width:
            yield {"item_price_id": there(fee.name_there, order), "quantity": quantity(fee)}
        if fee.due and fee.interval == "once" and width == widths(deal)[0]:
            event = {"charge_on_event": "subscription_activation", "charge_once": True, "charge_on_option": "on_event"}
            yield {"item_price_id": there(fee.name_there, order), "quantity": quantity(fee), **event}


def quantity(fee: Fee) -> int:
    return fee.units(fee.due[0][0])[0]


def widths(deal: Breakdown) -> list[int]:
    """The intervals, in months, for which there are subscriptions."""
    fees = {MONTHS[fee.interval] for fee in deal.fees if fee.interval != "once" and fee.due}
    return sorted({MONTHS[rate.charge.interval] for rate in deal.rates} | fees)


def there(key: str, order: Order) -> str:
    return re.sub(r"[^A-Za-z0-9_-]", "-", f"q-{order.sha256[:16]}-{key}")[:100]
