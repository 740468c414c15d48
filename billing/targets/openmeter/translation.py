"""Contract -> meters, features, a subscription to a plan of its own (phases of rate cards), its end, and credit grants.

A phase lasts as long as nothing changes. Included units are usage discounts; a one-time fee is in the phase that
begins on its day. Amounts are decimals in the currency itself.
"""

import re
from datetime import timedelta
from typing import Any

from billing.targets.base import Order, Step, answer_of
from billing.targets.breakdown import Breakdown, Fee, Lot, Rate, break_down
from billing.targets.prices import bands
from core.languages import lazily as _
from pricing.models import Graduated, Package, PerUnit
from pricing.values import MONTHS, plain

CUSTOMER, SUBSCRIPTION, END = "create_customer", "create_subscription", "end_subscription"
CANCEL = "POST /api/v1/subscriptions/{subscriptionId}/cancel"
GRANT = "POST /api/v3/openmeter/customers/{customerId}/credits/grants"
CADENCES = {1: "P1M", 3: "P3M", 12: "P1Y"}
SETTLED = timedelta(days=30)
"""A grant outlasts the term so much, so that it pays for the last invoice too."""


def steps(order: Order) -> tuple[Step, ...]:
    deal = break_down(order.parsed)
    end = {"timing": deal.moment(deal.periods), "subscription": answer_of(SUBSCRIPTION, "id")}
    return (
        Step(CUSTOMER, _("Create the customer"), "POST /api/v1/customers", customer(order)),
        *(meter(name, deal) for name in dict.fromkeys(rate.charge.quantity.meter for rate in deal.rates)),  # type: ignore[union-attr]
        *(feature(rate) for rate in {feature_key(rate): rate for rate in deal.rates}.values()),
        Step(SUBSCRIPTION, _("Create a subscription"), "POST /api/v1/subscriptions", subscription(deal, order)),
        Step(END, _("Let the subscription end with the term"), CANCEL, end),
        *(grant(lot, n, deal, order) for n, lot in enumerate(deal.lots, start=1)),
    )


def customer(order: Order) -> dict[str, Any]:
    body = {
        "name": order.customer_name,
        "key": order.customer,
        "usageAttribution": {"subjectKeys": [order.customer]},
        "currency": order.currency,
    }
    return body | ({"primaryEmail": order.customer_email} if order.customer_email else {})


def meter(name: str, deal: Breakdown) -> Step:
    """The sum of a meter, grouped by every dimension that the contract looks at."""
    rates = [rate for rate in deal.rates if rate.charge.quantity.meter == name]  # type: ignore[union-attr]
    groups = {slug(dimension): f"$.{dimension}" for rate in rates for dimension in filters(rate)}
    body = {
        "slug": slug(name),
        "name": name,
        "aggregation": "SUM",
        "eventType": name,
        "valueProperty": "$.value",
        **({"groupBy": dict(sorted(groups.items()))} if groups else {}),
    }
    return Step(f"create_meter:{slug(name)}", _("Create a meter"), "POST /api/v1/meters", body)


def feature(rate: Rate) -> Step:
    asked = {slug(name): value for name, value in filters(rate).items()}
    body = {
        "key": feature_key(rate),
        "name": rate.name,
        "meterSlug": slug(rate.charge.quantity.meter),  # type: ignore[union-attr]
        **({"meterGroupByFilters": asked} if asked else {}),
    }
    return Step(f"create_feature:{feature_key(rate)}", _("Create a feature"), "POST /api/v1/features", body)


def filters(rate: Rate) -> dict[str, str]:
    """The one value that each dimension must have; see `vendor.one_value`."""
    where = {name: values[0] for name, values in getattr(rate.charge.quantity, "where", {}).items()}
    return dict(sorted({**where, **dict(rate.when)}.items()))


def feature_key(rate: Rate) -> str:
    return slug("_".join([rate.charge.quantity.meter, *filters(rate).values()]))  # type: ignore[union-attr]


def subscription(deal: Breakdown, order: Order) -> dict[str, Any]:
    plan = {
        "name": plan_name(order),
        "currency": order.currency,
        "billingCadence": "P1M",
        "proRatingConfig": {"enabled": False, "mode": "prorate_prices"},
        "metadata": order.metadata,
        "phases": phases(deal),
    }
    return {
        "customerKey": order.customer,
        "timing": deal.moment(0),
        "billingAnchor": deal.moment(0),
        "customPlan": plan,
    }


def plan_name(order: Order) -> str:
    """Nothing else tells subscriptions apart: it is looked for before one is made."""
    return f"{order.number} {order.sha256[:16]}"


def phases(deal: Breakdown) -> list[dict[str, Any]]:
    edges = cuts(deal)
    found: list[dict[str, Any]] = []
    for first, stop in zip(edges, [*edges[1:], deal.periods], strict=True):
        last = stop == deal.periods
        found.append(
            {
                "key": f"month_{first + 1}",
                "name": f"Month {first + 1}",
                "duration": None if last else f"P{stop - first}M",
                "rateCards": rate_cards(first, deal),
            }
        )
    return found


def cuts(deal: Breakdown) -> list[int]:
    """The periods in which a phase begins."""
    found = {0} | {edge for rate in deal.rates for edge in (rate.first, rate.stop)}
    for fee in deal.fees:
        if fee.interval == "once":
            found |= {edge for n, _amount in fee.due for edge in (n, n + 1)}
        else:
            starts = range(fee.first, fee.stop, MONTHS[fee.interval])
            amounts = [fee.amounts[billed(fee, n)] for n in starts]
            found |= {fee.first, fee.stop}
            found |= {n for n, before, now in zip(starts[1:], amounts, amounts[1:], strict=False) if before != now}
    return sorted(edge for edge in found if edge < deal.periods)


def billed(fee: Fee, start: int) -> int:
    width = MONTHS[fee.interval]
    return min(start + width, fee.stop) - 1 if fee.timing == "arrears" else start


def rate_cards(first: int, deal: Breakdown) -> list[dict[str, Any]]:
    usage = [usage_card(rate, deal) for rate in deal.rates if rate.first <= first < rate.stop]
    return [*usage, *(card for fee in deal.fees if (card := fee_card(fee, first)))]


def usage_card(rate: Rate, deal: Breakdown) -> dict[str, Any]:
    charge = rate.charge
    price = priced(rate)
    if charge.maximum is not None:
        price["maximumAmount"] = plain(charge.maximum)
    for promise in deal.promises[:1]:
        if rate.key in promise.lines:
            price["minimumAmount"] = plain(promise.amount)
    included = {"discounts": {"usage": {"quantity": plain(charge.allowance.quantity)}}} if charge.allowance else {}
    return {
        "type": "usage_based",
        "key": feature_key(rate),
        "name": rate.name,
        "featureKey": feature_key(rate),
        "billingCadence": CADENCES[MONTHS[charge.interval]],
        "price": price,
        **included,
    }


def priced(rate: Rate) -> dict[str, Any]:
    price = rate.price
    if isinstance(price, PerUnit):
        return {"type": "unit", "amount": plain(price.unit)}
    if isinstance(price, Package):
        return {"type": "package", "amount": plain(price.price), "quantityPerPackage": plain(price.size)}
    tiers = [
        {
            **({} if band.high is None else {"upToAmount": plain(band.high)}),
            "flatPrice": {"type": "flat", "amount": plain(band.flat)},
            "unitPrice": {"type": "unit", "amount": plain(band.unit)},
        }
        for band in bands(price)
    ]
    return {"type": "tiered", "mode": "graduated" if isinstance(price, Graduated) else "volume", "tiers": tiers}


def fee_card(fee: Fee, first: int) -> dict[str, Any] | None:
    """The card of a fee that is due in a phase; a one-time fee only where the phase begins on its day."""
    once = fee.interval == "once"
    amount = fee.amounts[first if once else min(billed(fee, first), len(fee.amounts) - 1)]
    if not amount or not fee.first <= first < fee.stop:
        return None
    term = "in_arrears" if fee.timing == "arrears" and not once else "in_advance"
    return {
        "type": "flat_fee",
        "key": slug(f"fee_{fee.key}"),
        "name": fee.name,
        "billingCadence": None if once else CADENCES[MONTHS[fee.interval]],
        "price": {"type": "flat", "amount": plain(amount), "paymentTerm": term},
    }


def grant(lot: Lot, rank: int, deal: Breakdown, order: Order) -> Step:
    days = (deal.starts[lot.stop] + SETTLED - deal.starts[lot.first]).days
    features = dict.fromkeys(feature_key(rate) for rate in deal.rates if rate.key in lot.lines)
    body = {
        "customer": answer_of(CUSTOMER, "id"),
        "name": lot.name,
        "key": f"{order.sha256[:16]}_{slug(lot.key)}",
        "funding_method": "none",
        "currency": order.currency,
        "amount": plain(lot.amount),
        "priority": rank,
        "effective_at": deal.moment(lot.first),
        "expires_after": f"P{days}D",
        "filters": {"features": list(features)},
    }
    return Step(f"grant:{slug(lot.key)}", _("Grant a credit"), GRANT, body)


def slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:64] or "x"
