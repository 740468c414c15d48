"""Contract -> products, meters, prices, one subscription schedule per billing interval, and credit grants.

Months are priced by the kernel; here they become phases. A phase has one item per price in force; what is due once is
an invoice item of the phase that begins on that day. A full quarter or year is billed by a schedule of its own.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any

from billing.targets.base import Order, Step, answer_of
from billing.targets.breakdown import Breakdown, Fee, Lot, Rate, break_down
from billing.targets.ending import moment
from billing.targets.prices import bands
from core.languages import lazily as _
from pricing.models import Package, PerUnit, Stairstep, Volume
from pricing.money import ZERO
from pricing.values import MONTHS, plain

FINALIZED = timedelta(days=3)
"""Usage of a period is invoiced after its end: a grant begins and expires so much later than the period does."""

EVERY = {1: ("month", 1), 3: ("month", 3), 12: ("year", 1)}


def steps(order: Order) -> tuple[Step, ...]:
    deal = break_down(order.parsed)
    tag = order.sha256[:16]
    return (
        Step("create_customer", _("Create the customer"), "POST /v1/customers", customer(order)),
        *(meter(rate) for rate in first_of_each(deal.rates)),
        *products(deal, order, tag),
        *(usage_price(rate, order, tag) for rate in deal.rates),
        *fee_prices(deal, order, tag),
        *(schedule(width, deal, order) for width in widths(deal)),
        *(grant(lot, rank, deal, order) for rank, lot in enumerate(deal.lots, start=1)),
    )


def customer(order: Order) -> dict[str, Any]:
    named = {"name": order.customer_name, "metadata": {"quantile_customer": order.customer}}
    return named | ({"email": order.customer_email} if order.customer_email else {})


def event_name(rate: Rate) -> str:
    """What meter events are called that count for a line: the meter, and the dimension values that it is about."""
    where = getattr(rate.charge.quantity, "where", {})
    values = [*(values[0] for _name, values in sorted(where.items())), *(value for _name, value in rate.when)]
    return ".".join([rate.charge.quantity.meter, *values])[:100]  # type: ignore[union-attr]


def meter(rate: Rate) -> Step:
    name = event_name(rate)
    body = {
        "display_name": name,
        "event_name": name,
        "default_aggregation": {"formula": "sum"},
        "customer_mapping": {"type": "by_id", "event_payload_key": "stripe_customer_id"},
        "value_settings": {"event_payload_key": "value"},
    }
    return Step(f"create_meter:{name}", _("Create a meter"), "POST /v1/billing/meters", body)


def products(deal: Breakdown, order: Order, tag: str) -> Iterator[Step]:
    for key, name in {**{fee.name_there: fee.name for fee in deal.fees}, **names_of_usage(deal)}.items():
        body = {"id": safe(f"quantile_{tag}_{key}"), "name": name, "metadata": order.metadata}
        yield Step(f"create_product:{key}", _("Create a product"), "POST /v1/products", body)


def names_of_usage(deal: Breakdown) -> dict[str, str]:
    return {rate.name_there: rate.name for rate in deal.rates}


def usage_price(rate: Rate, order: Order, tag: str) -> Step:
    interval, count = EVERY[MONTHS[rate.charge.interval]]
    recurring = {
        "interval": interval,
        "interval_count": count,
        "usage_type": "metered",
        "meter": answer_of(f"create_meter:{event_name(rate)}", "id"),
    }
    return price(usage_price_name(rate), rate.name_there, {"recurring": recurring, **amounts(rate)}, order, tag)


def prices_of_lines(order: Order) -> dict[str, list[Any]]:
    """The answers that will have the prices of usage, by line."""
    found: dict[str, list[Any]] = {}
    for rate in break_down(order.parsed).rates:
        found.setdefault(rate.name_there, []).append(answer_of(f"create_price:{usage_price_name(rate)}", "id"))
    return found


def usage_price_name(rate: Rate) -> str:
    return f"{rate.name_there}.{rate.first + 1}"


def amounts(rate: Rate) -> dict[str, Any]:
    """The price in Stripe's words, in cents."""
    model, included = rate.price, rate.charge.allowance.quantity if rate.charge.allowance else ZERO
    if isinstance(model, Package):
        divided = {"divide_by": int(model.size), "round": model.rounding}
        return {
            "billing_scheme": "per_unit",
            "unit_amount_decimal": in_cents(model.price),
            "transform_quantity": divided,
        }
    if isinstance(model, PerUnit) and not included:
        return {"billing_scheme": "per_unit", "unit_amount_decimal": in_cents(model.unit)}
    tiers = [
        {
            "up_to": "inf" if band.high is None else int(band.high),
            "unit_amount_decimal": in_cents(band.unit),
            **({"flat_amount_decimal": in_cents(band.flat)} if band.flat else {}),
        }
        for band in bands(model, included)
    ]
    mode = "volume" if isinstance(model, (Volume, Stairstep)) else "graduated"
    return {"billing_scheme": "tiered", "tiers_mode": mode, "tiers": tiers}


def by_unit(amount: Decimal) -> dict[str, Any]:
    return {"billing_scheme": "per_unit", "unit_amount_decimal": in_cents(amount)}


def fee_prices(deal: Breakdown, order: Order, tag: str) -> Iterator[Step]:
    """A licensed price for each amount that a fee has in some month."""
    for fee in recurring(deal):
        interval, count = EVERY[MONTHS[fee.interval]]
        for unit in dict.fromkeys(fee.units(period)[1] for period in starts_of(fee)):
            every = {"interval": interval, "interval_count": count, "usage_type": "licensed"}
            body = {"recurring": every, **by_unit(unit)}
            yield price(fee_price_name(fee, unit), fee.name_there, body, order, tag)
    for fee, amount in dict.fromkeys((fee, amount) for fee, _period, amount in single(deal)):
        yield price(fee_price_name(fee, amount), fee.name_there, by_unit(amount), order, tag)


def fee_price_name(fee: Fee, unit: Decimal) -> str:
    return f"{fee.name_there}@{plain(unit)}"


def price(name: str, product: str, body: dict[str, Any], order: Order, tag: str) -> Step:
    whole = {
        "product": answer_of(f"create_product:{product}", "id"),
        "currency": order.currency.lower(),
        "lookup_key": f"{tag}.{name}",
        "metadata": order.metadata,
        **body,
    }
    return Step(f"create_price:{name}", _("Create a price"), "POST /v1/prices", whole)


def schedule(width: int, deal: Breakdown, order: Order) -> Step:
    body = {
        "customer": answer_of("create_customer", "id"),
        "start_date": moment(deal.starts[0]),
        "end_behavior": "cancel",
        "metadata": {**order.metadata, "quantile_interval": str(width)},
        "default_settings": {
            "collection_method": "send_invoice",
            "invoice_settings": {"days_until_due": order.payment_days},
        },
        "phases": list(phases(width, deal)),
    }
    return Step(
        f"create_schedule:{width}", _("Create a subscription schedule"), "POST /v1/subscription_schedules", body
    )


def phases(width: int, deal: Breakdown) -> Iterator[dict[str, Any]]:
    """Neighbouring intervals with the same items are one phase, unless something is due once."""
    due = once(deal) if width == min(widths(deal)) else {}
    intervals = [(n, items(width, n, deal), due.get(n, [])) for n in range(0, deal.periods, width)]
    started = 0

    def phase_of(interval: tuple[int, list[Any], list[Any]]) -> tuple[int, str]:
        nonlocal started
        started = interval[0] if interval[2] else started
        return started, str(interval[1])

    for _group, alike in groupby(intervals, key=phase_of):
        first, *rest = alike
        stop = min((rest[-1] if rest else first)[0] + width, deal.periods)
        added = {"add_invoice_items": first[2]} if first[2] else {}
        yield {"items": first[1], "end_date": moment(deal.starts[stop]), "proration_behavior": "none", **added}


def items(width: int, period: int, deal: Breakdown) -> list[dict[str, Any]]:
    """The prices in force in an interval."""
    usage = [
        {"price": answer_of(f"create_price:{usage_price_name(rate)}", "id")}
        for rate in deal.rates
        if MONTHS[rate.charge.interval] == width and rate.first <= period < rate.stop
    ]
    fees = [
        {"price": answer_of(f"create_price:{fee_price_name(fee, unit)}", "id"), "quantity": quantity}
        for fee in recurring(deal)
        if MONTHS[fee.interval] == width and fee.first <= period < fee.stop
        for quantity, unit in [fee.units(period)]
    ]
    return usage + fees


def once(deal: Breakdown) -> dict[int, list[dict[str, Any]]]:
    """What is due once, by the period in which it is."""
    found: dict[int, list[dict[str, Any]]] = {}
    for fee, period, amount in single(deal):
        item = {"price": answer_of(f"create_price:{fee_price_name(fee, amount)}", "id"), "quantity": 1}
        found.setdefault(period, []).append(item)
    return found


def single(deal: Breakdown) -> Iterator[tuple[Fee, int, Decimal]]:
    return ((fee, period, amount) for fee in deal.fees if fee.interval == "once" for period, amount in fee.due)


def grant(lot: Lot, rank: int, deal: Breakdown, order: Order) -> Step:
    late = int(FINALIZED.total_seconds())
    money = {"currency": order.currency.lower(), "value": int(lot.amount * 100)}
    prices = [f"create_price:{usage_price_name(one)}" for one in deal.rates if one.key in lot.lines]
    body = {
        "customer": answer_of("create_customer", "id"),
        "name": lot.name[:100],
        "category": "paid" if lot.paid else "promotional",
        "amount": {"type": "monetary", "monetary": money},
        "applicability_config": {"scope": {"prices": [{"id": answer_of(name, "id")} for name in prices]}},
        "effective_at": moment(deal.starts[lot.first]) + (late if lot.first else 0),
        "expires_at": moment(deal.starts[lot.stop]) + late,
        "priority": rank,
        "metadata": {**order.metadata, "quantile_credit": lot.key},
    }
    return Step(f"create_grant:{lot.key}", _("Grant a credit"), "POST /v1/billing/credit_grants", body)


def recurring(deal: Breakdown) -> list[Fee]:
    return [fee for fee in deal.fees if fee.interval != "once"]


def starts_of(fee: Fee) -> range:
    return range(fee.first, fee.stop, MONTHS[fee.interval])


def widths(deal: Breakdown) -> list[int]:
    """The intervals, in months, for which there are schedules."""
    return sorted(
        {MONTHS[one.charge.interval] for one in deal.rates} | {MONTHS[one.interval] for one in recurring(deal)}
    )


def first_of_each(rates: tuple[Rate, ...]) -> list[Rate]:
    return list({event_name(rate): rate for rate in rates}.values())


def safe(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]", "_", name)


def in_cents(amount: Decimal) -> str:
    return plain(amount * 100)
