"""Contract -> metrics, products, a rate card, and a contract with overrides, charges, credits, commits. In US cents.

The rate card holds what each price is at first; what changes later is an override of the contract. Fees are scheduled
charges with the amounts that the kernel worked out: in advance on the first day of a period, in arrears on its last.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from billing.targets.base import Order, Step, answer_of
from billing.targets.breakdown import Breakdown, Fee, Lot, Promise, Rate, break_down
from billing.targets.prices import bands
from core.languages import lazily as _
from pricing.models import Matrix, Package
from pricing.money import ZERO
from pricing.values import plain

CUSTOMER, RATE_CARD, RATES, CONTRACT = "create_customer", "create_rate_card", "add_rates", "create_contract"
CREATE_METRIC, CREATE_PRODUCT = "POST /v1/billable-metrics/create", "POST /v1/contract-pricing/products/create"
CREATE_RATE_CARD = "POST /v1/contract-pricing/rate-cards/create"
ADD_RATES = "POST /v1/contract-pricing/rate-cards/addRates"


def steps(order: Order) -> tuple[Step, ...]:
    deal = break_down(order.parsed)
    charged = list({rate.charge.key: rate for rate in deal.rates}.values())
    usage = {product_of(rate): rate for rate in deal.rates}
    named = {"name": order.customer_name, "ingest_aliases": [order.customer]}
    return (
        Step(CUSTOMER, _("Create the customer"), "POST /v1/customers", named),
        *(metric(rate) for rate in charged),
        *(product(name, rate) for name, rate in usage.items()),
        *(fixed_product(key, name, order) for key, name in fixed_products(deal).items()),
        Step(RATE_CARD, _("Create a rate card"), CREATE_RATE_CARD, rate_card(order)),
        *([Step(RATES, _("Add the rates"), ADD_RATES, rates(deal))] if deal.rates else []),
        Step(CONTRACT, _("Create the contract"), "POST /v1/contracts/create", contract(deal, order)),
    )


def metric(rate: Rate) -> Step:
    """The sum of a meter, of the dimension values that the charge counts."""
    meter, where = rate.charge.quantity.meter, getattr(rate.charge.quantity, "where", {})  # type: ignore[union-attr]
    groups = dimensions(rate)
    filters = [{"name": name, "exists": True, "in_values": list(values)} for name, values in sorted(where.items())]
    filters += [{"name": name, "exists": True} for name in groups if name not in where]
    body = {
        "name": metric_name(rate),
        "event_type_filter": {"in_values": [meter]},
        "property_filters": [*filters, {"name": "value", "exists": True}],
        "aggregation_type": "SUM",
        "aggregation_key": "value",
        **({"group_keys": [groups]} if groups else {}),
    }
    return Step(f"create_metric:{metric_name(rate)}", _("Create a billable metric"), CREATE_METRIC, body)


def metric_name(rate: Rate) -> str:
    where = getattr(rate.charge.quantity, "where", {})
    told = [f"{name}={'|'.join(values)}" for name, values in sorted(where.items())]
    return " ".join([rate.charge.quantity.meter, *told, *(f"by {name}" for name in dimensions(rate))])  # type: ignore[union-attr]


def dimensions(rate: Rate) -> list[str]:
    price = rate.charge.price.innermost
    return list(price.dimensions) if isinstance(price, Matrix) else []


def product_of(rate: Rate) -> str:
    """Products of one charge differ where a ramp changes the size of its packages."""
    size = rate.price.size if isinstance(rate.price, Package) else None
    return rate.charge.key if size is None else f"{rate.charge.key}.{plain(size)}.{rate.price.rounding}"  # type: ignore[union-attr]


def product(key: str, rate: Rate) -> Step:
    groups = dimensions(rate)
    body: dict[str, Any] = {
        "name": f"{rate.charge.name or rate.charge.key} ({key})",
        "type": "USAGE",
        "billable_metric_id": answer_of(f"create_metric:{metric_name(rate)}", "id"),
        **({"pricing_group_key": groups} if groups else {}),
    }
    if isinstance(rate.price, Package):
        rounding = {"up": "ROUND_UP", "down": "ROUND_DOWN"}[rate.price.rounding]
        body["quantity_conversion"] = {"conversion_factor": number(rate.price.size), "operation": "DIVIDE"}
        body["quantity_rounding"] = {"rounding_method": rounding, "decimal_places": 0}
    return Step(f"create_product:{key}", _("Create a product"), CREATE_PRODUCT, body)


def fixed_products(deal: Breakdown) -> dict[str, str]:
    """What is invoiced beside usage: fees, credits and commitments."""
    fees = {fee.source: fee.name for fee in deal.fees}
    balances = {lot.source: lot.name for lot in deal.lots} | {one.source: one.name for one in deal.promises}
    return fees | balances


def fixed_product(key: str, name: str, order: Order) -> Step:
    body = {"name": name, "type": "FIXED"}
    return Step(f"create_product:{key}", _("Create a product"), CREATE_PRODUCT, body)


def rate_card(order: Order) -> dict[str, Any]:
    alias = f"quantile-{order.sha256[:32]}"
    return {"name": f"{order.number} {order.sha256[:12]}", "aliases": [{"name": alias}]}


def rates(deal: Breakdown) -> dict[str, Any]:
    """Each price as it is at first, from its first day to its last."""
    first: dict[tuple[str, str], Rate] = {}
    last: dict[tuple[str, str], Rate] = {}
    for rate in deal.rates:
        first.setdefault((rate.key, product_of(rate)), rate)
        last[rate.key, product_of(rate)] = rate
    listed = [
        {
            "product_id": answer_of(f"create_product:{product_of(rate)}", "id"),
            "starting_at": moment(deal.starts[rate.first]),
            "ending_before": moment(deal.starts[last[key].stop]),
            "entitled": True,
            **price(rate),
            **({"pricing_group_values": dict(rate.when)} if rate.when else {}),
        }
        for key, rate in first.items()
    ]
    return {"rate_card_id": answer_of(RATE_CARD, "id"), "rates": listed}


def price(rate: Rate) -> dict[str, Any]:
    tiers = list(tiers_of(rate))
    if len(tiers) == 1:
        return {"rate_type": "FLAT", "price": number(tiers[0]["price"])}
    numbers = [{name: number(value) for name, value in tier.items()} for tier in tiers]
    return {"rate_type": "TIERED", "tiers": numbers}


def tiers_of(rate: Rate) -> Iterator[dict[str, Decimal]]:
    """Width and price in cents of each tier; the last one has no width."""
    if isinstance(rate.price, Package):
        yield {"price": rate.price.price * 100}
        return
    included = rate.charge.allowance.quantity if rate.charge.allowance else ZERO
    for band in bands(rate.price, included):
        yield {"price": band.unit * 100, **({} if band.high is None else {"size": band.high - band.low})}


def contract(deal: Breakdown, order: Order) -> dict[str, Any]:
    paid = [lot for lot in deal.lots if lot.paid]
    body = {
        "customer_id": answer_of(CUSTOMER, "id"),
        "name": f"{order.number} · {order.quote}",
        "uniqueness_key": order.sha256,
        "rate_card_id": answer_of(RATE_CARD, "id"),
        "starting_at": moment(deal.starts[0]),
        "ending_before": moment(deal.starts[-1]),
        "net_payment_terms_days": order.payment_days,
        "usage_statement_schedule": {"frequency": "MONTHLY", "day": "CONTRACT_START"},
        "overrides": list(overrides(deal)),
        "scheduled_charges": list(scheduled_charges(deal)),
        "credits": [access(lot, rank(lot, deal), deal) for lot in deal.lots if not lot.paid],
        "commits": [*(prepaid(lot, deal) for lot in paid), *(postpaid(one, deal) for one in deal.promises)],
    }
    return {name: value for name, value in body.items() if value not in ([], None)}


def overrides(deal: Breakdown) -> Iterator[dict[str, Any]]:
    """What a price becomes after the first time it changes. Metronome puts overwrites before the rate card."""
    seen: set[tuple[str, str]] = set()
    for rate in deal.rates:
        if (rate.key, product_of(rate)) in seen:
            about: dict[str, Any] = {"product_id": answer_of(f"create_product:{product_of(rate)}", "id")}
            if rate.when:
                about = {"override_specifiers": [{**about, "pricing_group_values": dict(rate.when)}]}
            yield {
                **about,
                "type": "OVERWRITE",
                "starting_at": moment(deal.starts[rate.first]),
                "ending_before": moment(deal.starts[rate.stop]),
                "overwrite_rate": price(rate),
            }
        seen.add((rate.key, product_of(rate)))


def scheduled_charges(deal: Breakdown) -> Iterator[dict[str, Any]]:
    for fee in deal.fees:
        due = [(n, amount) for n, amount in fee.due if not fee.purchase or deal.lot_paid_in(fee.source, n) is None]
        if due:
            yield {
                "name": fee.name,
                "product_id": answer_of(f"create_product:{fee.source}", "id"),
                "schedule": {"schedule_items": [dated(day(fee, n, deal), amount) for n, amount in due]},
            }


def day(fee: Fee, period: int, deal: Breakdown) -> date:
    return deal.starts[period + 1] - timedelta(days=1) if fee.timing == "arrears" else deal.starts[period]


def access(lot: Lot, priority: int, deal: Breakdown) -> dict[str, Any]:
    return {
        "name": lot.name,
        "product_id": answer_of(f"create_product:{lot.source}", "id"),
        "access_schedule": {"access_type": "SPEND", "schedule_items": [window(lot, deal)]},
        "priority": priority,
        "applicable_product_ids": products_of(lot.lines, deal),
    }


def prepaid(lot: Lot, deal: Breakdown) -> dict[str, Any]:
    payments = [dated(deal.starts[n], amount) for n, amount in deal.payments(lot)]
    invoices = {"invoice_schedule": {"schedule_items": payments}} if payments else {}
    return {"type": "PREPAID", **access(lot, rank(lot, deal), deal), **invoices}


def postpaid(promise: Promise, deal: Breakdown) -> dict[str, Any]:
    """Usage is paid as it comes; what is missing is invoiced when the window ends."""
    return {
        "type": "POSTPAID",
        "name": promise.name,
        "product_id": answer_of(f"create_product:{promise.source}", "id"),
        "access_schedule": {"access_type": "SPEND", "schedule_items": [window(promise, deal)]},
        "invoice_schedule": {"schedule_items": [dated(deal.starts[promise.stop], promise.amount)]},
        "priority": len(deal.lots) + 1,
        "applicable_product_ids": products_of(promise.lines, deal),
    }


def rank(lot: Lot, deal: Breakdown) -> int:
    return deal.lots.index(lot) + 1


def products_of(lines: tuple[str, ...], deal: Breakdown) -> list[Any]:
    names = dict.fromkeys(product_of(rate) for rate in deal.rates if rate.key in lines)
    return [answer_of(f"create_product:{name}", "id") for name in names]


def window(part: Lot | Promise, deal: Breakdown) -> dict[str, Any]:
    return {
        "amount": number(part.amount * 100),
        "starting_at": moment(deal.starts[part.first]),
        "ending_before": moment(deal.starts[part.stop]),
    }


def dated(on: date, amount: Decimal) -> dict[str, Any]:
    return {"timestamp": moment(on), "amount": number(amount * 100)}


def moment(on: date) -> str:
    return f"{on.isoformat()}T00:00:00Z"


def number(value: Decimal) -> int | float:
    """A JSON number; `capability.in_numbers` saw that no digit is lost."""
    return int(value) if value == int(value) else float(value)
