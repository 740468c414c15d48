"""Contract -> items, metrics, an empty plan, a subscription with inline prices and adjustments, and credit blocks.

Each price is added to the subscription for the days on which it holds. Amounts are decimals in the currency itself.
A tier begins after `first_unit` and ends with `last_unit`.
"""

from collections.abc import Iterator
from decimal import Decimal
from itertools import groupby
from typing import Any

from billing.targets.base import Order, Step, answer_of
from billing.targets.breakdown import Breakdown, Fee, Lot, Promise, Rate, break_down
from billing.targets.ending import AMENDMENT
from billing.targets.prices import bands
from core.languages import lazily as _
from pricing.models import Package, PerUnit, Volume
from pricing.money import ZERO
from pricing.values import MONTHS, plain

SUBSCRIPTION = "create_subscription"
CADENCES = {"month": "monthly", "quarter": "quarterly", "year": "annual", "once": "one_time"}
LEDGER = "POST /customers/external_customer_id/{external_customer_id}/credits/ledger_entry"


def steps(order: Order) -> tuple[Step, ...]:
    deal = break_down(order.parsed)
    return (
        Step("create_customer", _("Create the customer"), "POST /customers", customer(order)),
        *(item(key, name, order) for key, name in items(deal).items()),
        *(metric(rate) for rate in {rate.key: rate for rate in deal.rates}.values()),
        Step("create_plan", _("Create a plan"), "POST /plans", plan(order)),
        Step(SUBSCRIPTION, _("Create a subscription"), "POST /subscriptions", subscription(deal, order)),
        *(credit(lot, deal, order) for lot in deal.lots),
    )


def customer(order: Order) -> dict[str, Any]:
    """Orb asks for an address; where there is none, one that cannot exist."""
    return {
        "name": order.customer_name,
        "email": order.customer_email or f"{order.customer}@no-address.invalid",
        "external_customer_id": order.customer,
        "currency": order.currency,
    }


def items(deal: Breakdown) -> dict[str, str]:
    """What is billed: each line of usage and each fee, and the true-up of each commitment."""
    lines = {rate.name_there: rate.name for rate in deal.rates} | {fee.name_there: fee.name for fee in deal.fees}
    return lines | {one.source: one.name for one in deal.promises}


def item(key: str, name: str, order: Order) -> Step:
    """Contracts that were amended one after the other share their items: what is left of credits goes on paying."""
    first = order.replaces.first if order.replaces is not None and not credit_beside_minimum(order) else ""
    body = {"name": name, "metadata": {"quantile_items": first or order.number, "quantile_key": key}}
    return Step(f"create_item:{key}", _("Create an item"), "POST /items", body)


def credit_beside_minimum(order: Order) -> bool:
    """Whether a minimum would come beside what is left of credits: it is not published which Orb takes off first."""
    left = order.replaces is not None and order.replaces.kind == AMENDMENT and order.replaces.credits
    return left and bool(order.parsed.commitments)


def metric(rate: Rate) -> Step:
    body = {
        "name": rate.name,
        "description": None,
        "sql": sql(rate),
        "item_id": answer_of(f"create_item:{rate.name_there}", "id"),
    }
    return Step(f"create_metric:{rate.name_there}", _("Create a billable metric"), "POST /metrics", body)


def sql(rate: Rate) -> str:
    """The sum of a meter's values, of the dimension values that the line counts."""
    where = {name: list(values) for name, values in getattr(rate.charge.quantity, "where", {}).items()}
    where |= {name: [value] for name, value in rate.when}
    conditions = [f"event_name = {quoted(rate.charge.quantity.meter)}"]  # type: ignore[union-attr]
    conditions += [f"{named(name)} IN ({', '.join(map(quoted, values))})" for name, values in sorted(where.items())]
    return f"SELECT SUM(value) FROM events WHERE {' AND '.join(conditions)}"


def quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def named(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def plan(order: Order) -> dict[str, Any]:
    """One for all contracts of a currency: everything that is agreed is in the subscription."""
    name = f"quantile-{order.currency.lower()}"
    return {"name": name, "external_plan_id": name, "currency": order.currency, "prices": []}


def subscription(deal: Breakdown, order: Order) -> dict[str, Any]:
    body: dict[str, Any] = {
        "external_customer_id": order.customer,
        "external_plan_id": plan(order)["external_plan_id"],
        "name": f"{order.number} · {order.quote}",
        "start_date": deal.moment(0),
        "end_date": deal.moment(deal.periods),
        "align_billing_with_subscription_start_date": True,
        "net_terms": order.payment_days,
        "metadata": order.metadata,
        "add_prices": [*(usage_price(rate, deal, order) for rate in deal.rates), *fee_prices(deal, order)],
    }
    minimums = [minimum(one, deal) for one in deal.promises]
    return body | ({"add_adjustments": minimums} if minimums else {})


def usage_price(rate: Rate, deal: Breakdown, order: Order) -> dict[str, Any]:
    price = {
        **priced(rate),
        "billable_metric_id": answer_of(f"create_metric:{rate.name_there}", "id"),
        "cadence": CADENCES[rate.charge.interval],
    }
    return added(rate.name_there, rate.name, price, rate.first, rate.stop, deal, order)


def priced(rate: Rate) -> dict[str, Any]:
    price, included = rate.price, rate.charge.allowance.quantity if rate.charge.allowance else ZERO
    if isinstance(price, Package):
        config = {"package_amount": plain(price.price), "package_size": int(price.size)}
        return {"model_type": "package", "package_config": config}
    if isinstance(price, PerUnit) and not included:
        return {"model_type": "unit", "unit_config": {"unit_amount": plain(price.unit)}}
    tiers = bands(price, included)
    if isinstance(price, Volume):
        bulk = [{**end("maximum_units", band.high), "unit_amount": plain(band.unit)} for band in tiers]
        return {"model_type": "bulk", "bulk_config": {"tiers": bulk}}
    marginal = [
        {"first_unit": int(band.low), **end("last_unit", band.high), "unit_amount": plain(band.unit)} for band in tiers
    ]
    return {"model_type": "tiered", "tiered_config": {"tiers": marginal}}


def end(name: str, high: Decimal | None) -> dict[str, int]:
    return {} if high is None else {name: int(high)}


def fee_prices(deal: Breakdown, order: Order) -> Iterator[dict[str, Any]]:
    """A price of a fixed quantity for each stretch in which a fee stays the same; nothing where nothing is due."""
    for fee in deal.fees:
        width, once = MONTHS.get(fee.interval, deal.periods), fee.interval == "once"
        due = [(n, fee.units(billed(fee, n, width))) for n in starts_of(fee, width)]
        for (_once, (quantity, unit)), alike in groupby(due, key=lambda one: (one[0] if once else 0, one[1])):
            months = [n for n, _units in alike]
            if unit:
                price = {
                    "model_type": "unit",
                    "unit_config": {"unit_amount": plain(unit)},
                    "fixed_price_quantity": quantity,
                    "billed_in_advance": fee.timing == "advance" or once,
                    "cadence": CADENCES[fee.interval],
                }
                stop = min(months[-1] + (1 if once else width), deal.periods)
                yield added(fee.name_there, fee.name, price, months[0], stop, deal, order)


def starts_of(fee: Fee, width: int) -> list[int]:
    return [n for n, _amount in fee.due] if fee.interval == "once" else list(range(fee.first, fee.stop, width))


def billed(fee: Fee, start: int, width: int) -> int:
    """The period that an interval is billed in."""
    late = fee.timing == "arrears" and fee.interval != "once"
    return min(start + width, fee.stop) - 1 if late else start


def added(
    key: str, name: str, price: dict[str, Any], first: int, stop: int, deal: Breakdown, order: Order
) -> dict[str, Any]:
    whole = {
        **price,
        "name": name,
        "item_id": answer_of(f"create_item:{key}", "id"),
        "currency": order.currency,
        "external_price_id": f"{order.sha256[:16]}.{key}.{first + 1}",
    }
    return {"price": whole, "start_date": deal.moment(first), "end_date": deal.moment(stop)}


def minimum(promise: Promise, deal: Breakdown) -> dict[str, Any]:
    """A least amount of some items, each month."""
    keys = dict.fromkeys(rate.name_there for rate in deal.rates if rate.key in promise.lines)
    adjustment = {
        "adjustment_type": "minimum",
        "minimum_amount": plain(promise.amount),
        "item_id": answer_of(f"create_item:{promise.source}", "id"),
        "applies_to_item_ids": [answer_of(f"create_item:{key}", "id") for key in keys],
        "is_invoice_level": True,
    }
    return {
        "adjustment": adjustment,
        "start_date": deal.moment(promise.first),
        "end_date": deal.moment(promise.stop),
    }


def credit(lot: Lot, deal: Breakdown, order: Order) -> Step:
    keys = dict.fromkeys(rate.name_there for rate in deal.rates if rate.key in lot.lines)
    values = [answer_of(f"create_item:{key}", "id") for key in keys]
    body = {
        "external_customer_id": order.customer,
        "entry_type": "increment",
        "amount": number(lot.amount),
        "currency": order.currency,
        "effective_date": deal.moment(lot.first),
        "expiry_date": deal.moment(lot.stop),
        "description": lot.name,
        "filters": [{"field": "item_id", "operator": "includes", "values": values}],
        "metadata": {**order.metadata, "quantile_credit": lot.key},
    }
    return Step(f"add_credit:{lot.key}", _("Grant a credit"), LEDGER, body)


def number(value: Decimal) -> int | float:
    return int(value) if value == int(value) else float(value)
