"""Contract -> metrics, add-ons, a plan and a subscription per billing interval, and a wallet per credit.

Usage and fees are in plans of their own, so that a minimum commitment counts usage only. What is due once is a
subscription of one period. A plan keeps its prices: ramps are refused (`capability`). Amounts are decimals, in the
currency itself; only the commitment is in cents.
"""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

from billing.targets.base import Order, Step, answer_of
from billing.targets.breakdown import Breakdown, Fee, Lot, Rate, break_down
from billing.targets.prices import bands
from core.languages import lazily as _
from pricing.models import Matrix, Package, Percentage, PerUnit, Stairstep, Volume
from pricing.money import ZERO
from pricing.values import MONTHS, plain

INTERVALS = {1: "monthly", 3: "quarterly", 12: "yearly"}
FINALIZED = timedelta(days=2)
"""Usage of a period is invoiced after its end: a wallet expires so much later than the period does."""

NOTHING = Decimal(0)


def steps(order: Order) -> tuple[Step, ...]:
    deal = break_down(order.parsed)
    return (
        Step("create_customer", _("Create the customer"), "POST /customers", customer(order)),
        *(metric(rate) for rate in {metric_code(rate): rate for rate in deal.rates}.values()),
        *(add_on(fee, order) for fee in deal.fees if fee.due),
        *(step for plan in plans(deal, order) for step in plan),
        *(wallet(lot, n, deal, order) for n, lot in enumerate(deal.lots, start=1)),
    )


def customer(order: Order) -> dict[str, Any]:
    body = {
        "external_id": order.customer,
        "name": order.customer_name,
        "currency": order.currency,
        "net_payment_term": order.payment_days,
        "email": order.customer_email,
        "country": order.customer_country,
    }
    return {name: value for name, value in body.items() if value not in ("", None)}


def metric(rate: Rate) -> Step:
    """The sum of a meter, with the dimension values that some price asks for."""
    filters = [{"key": name, "values": values} for name, values in asked_for(rate).items()]
    body = {
        "name": metric_code(rate),
        "code": metric_code(rate),
        "aggregation_type": "sum_agg",
        "field_name": "value",
        "recurring": False,
        **({"filters": filters} if filters else {}),
    }
    return Step(f"create_metric:{metric_code(rate)}", _("Create a billable metric"), "POST /billable_metrics", body)


def metric_code(rate: Rate) -> str:
    told = [f"{name}={'|'.join(values)}" for name, values in asked_for(rate).items()]
    return "_".join([rate.charge.quantity.meter, *told])  # type: ignore[union-attr]


def asked_for(rate: Rate) -> dict[str, list[str]]:
    """Every dimension value that the charge of a rate looks at."""
    found = {name: list(values) for name, values in sorted(getattr(rate.charge.quantity, "where", {}).items())}
    price = rate.charge.price
    if isinstance(price, Matrix):
        for name in price.dimensions:
            found.setdefault(name, list(dict.fromkeys(cell.when[name] for cell in price.cells)))
    return found


def add_on(fee: Fee, order: Order) -> Step:
    body = {
        "name": fee.name,
        "code": code(order, fee.name_there),
        "amount_cents": int(max(fee.amounts) * 100),
        "amount_currency": order.currency,
    }
    return Step(f"create_add_on:{fee.name_there}", _("Create an add-on"), "POST /add_ons", body)


def plans(deal: Breakdown, order: Order) -> Iterator[tuple[Step, Step]]:
    """A plan with its subscription: of usage and of fees by interval, and of each thing that is due once."""
    for width, interval in INTERVALS.items():
        rates = [rate for rate in deal.rates if MONTHS[rate.charge.interval] == width]
        if rates:
            body = {"charges": charges(rates), **minimum_commitment(width, deal)}
            yield subscribed(f"usage.{interval}", interval, body, deal, order, 0, deal.periods)
        fees = [fee for fee in deal.fees if MONTHS.get(fee.interval) == width and fee.due]
        if fees:
            listed = [fixed_charge(fee, fee.due[0][0]) for fee in fees]
            yield subscribed(f"fees.{interval}", interval, {"fixed_charges": listed}, deal, order, 0, deal.periods)
    for fee in deal.fees:
        for n, _amount in fee.due if fee.interval == "once" else ():
            body = {"fixed_charges": [fixed_charge(fee, n)]}
            yield subscribed(f"{fee.name_there}.{n + 1}", "monthly", body, deal, order, n, n + 1)


def subscribed(
    name: str, interval: str, body: dict[str, Any], deal: Breakdown, order: Order, first: int, stop: int
) -> tuple[Step, Step]:
    plan = {
        "name": f"{order.number} · {name}",
        "code": code(order, name),
        "interval": interval,
        "amount_cents": 0,
        "amount_currency": order.currency,
        "pay_in_advance": False,
        **body,
        "metadata": order.metadata,
    }
    subscription = {
        "external_id": f"{order.number}.{name}",
        "external_customer_id": order.customer,
        "plan_code": plan["code"],
        "name": order.number,
        "billing_time": "anniversary",
        "subscription_at": deal.moment(first),
        "ending_at": deal.moment(stop),
    }
    return (
        Step(f"create_plan:{name}", _("Create a plan"), "POST /plans", plan),
        Step(f"create_subscription:{name}", _("Create a subscription"), "POST /subscriptions", subscription),
    )


def charges(rates: list[Rate]) -> list[dict[str, Any]]:
    """One charge of Lago per charge, with a filter per cell; what no filter fits costs nothing."""
    found: dict[str, list[Rate]] = {}
    for rate in rates:
        found.setdefault(rate.charge.key, []).append(rate)
    return [charge(cells) for cells in found.values()]


def charge(cells: list[Rate]) -> dict[str, Any]:
    first = cells[0]
    model, properties = priced(first)
    body: dict[str, Any] = {
        "billable_metric_id": answer_of(f"create_metric:{metric_code(first)}", "id"),
        "code": first.charge.key,
        "charge_model": model,
        "invoice_display_name": first.charge.name or first.charge.key,
        "pay_in_advance": False,
        "prorated": False,
        "properties": properties,
    }
    if asked_for(first):
        body["properties"] = priced(first, free=True)[1]
        body["filters"] = [{"values": values_of(cell), "properties": priced(cell)[1]} for cell in cells]
    return body


def values_of(cell: Rate) -> dict[str, list[str]]:
    where = {name: list(values) for name, values in getattr(cell.charge.quantity, "where", {}).items()}
    return {**where, **{name: [value] for name, value in cell.when}}


def priced(rate: Rate, *, free: bool = False) -> tuple[str, dict[str, Any]]:
    """The charge model and its properties; `free` has the same shape and costs nothing."""
    price, included = rate.price, rate.charge.allowance.quantity if rate.charge.allowance else ZERO
    if isinstance(price, Percentage):
        return "percentage", {"rate": plain(NOTHING if free else price.rate)}
    if isinstance(price, Package):
        units = {"free_units": int(price.free), "package_size": int(price.size)}
        return "package", {"amount": plain(NOTHING if free else price.price), **units}
    if isinstance(price, PerUnit) and not included:
        return "standard", {"amount": plain(NOTHING if free else price.unit)}
    name = "volume" if isinstance(price, (Volume, Stairstep)) else "graduated"
    ranges = [
        {
            "from_value": int(band.low) + 1 if band.low else 0,
            "to_value": None if band.high is None else int(band.high),
            "per_unit_amount": plain(NOTHING if free else band.unit),
            "flat_amount": plain(NOTHING if free else band.flat),
        }
        for band in bands(price, included)
    ]
    return name, {f"{name}_ranges": ranges}


def minimum_commitment(width: int, deal: Breakdown) -> dict[str, Any]:
    amounts = [one.amount for one in deal.promises] if width == 1 else []
    return {"minimum_commitment": {"amount_cents": int(amounts[0] * 100)}} if amounts else {}


def fixed_charge(fee: Fee, period: int) -> dict[str, Any]:
    quantity, unit = fee.units(period)
    return {
        "add_on_id": answer_of(f"create_add_on:{fee.name_there}", "id"),
        "code": fee.name_there,
        "invoice_display_name": fee.name,
        "charge_model": "standard",
        "units": quantity,
        "pay_in_advance": fee.timing == "advance",
        "prorated": False,
        "properties": {"amount": plain(unit)},
    }


def wallet(lot: Lot, rank: int, deal: Breakdown, order: Order) -> Step:
    """One credit is worth one unit of the currency."""
    codes = sorted({metric_code(rate) for rate in deal.rates if rate.key in lot.lines})
    body = {
        "name": lot.name,
        "code": code(order, lot.key),
        "external_customer_id": order.customer,
        "currency": order.currency,
        "rate_amount": "1",
        "granted_credits": plain(lot.amount),
        "priority": rank,
        "expiration_at": f"{(deal.starts[lot.stop] + FINALIZED).isoformat()}T00:00:00Z",
        "applies_to": {"fee_types": ["charge"], "billable_metric_codes": codes},
    }
    return Step(f"create_wallet:{lot.key}", _("Grant a credit"), "POST /wallets", body)


def code(order: Order, name: str) -> str:
    return f"quantile_{order.sha256[:16]}_{name}"
