"""Advice on one promise: sizes, discounts, risks, and what the engine says of what is proposed."""

from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from pricing.numbers import Array
from quotes.queries.advising import Ground, Instrument, Tried, instruments, promise_of, spend_of, tried
from quotes.rules.advice import (
    COMMITMENT,
    CREDITS,
    Discounts,
    Point,
    Promise,
    Saving,
    best_size,
    break_even,
    cheapest,
    curve,
    exhausted,
    fair_discounts,
    risk_of,
    saving,
    size_at_risk,
)
from quotes.rules.plans import HUNDRED, Plan, discount_of, round_size, windows_of

ROUNDS = 4
WIDER = 1.3  # the curve goes this much beyond the largest size of interest
TRIED = tuple(step / 20 for step in range(2, 20, 2))  # risks at which sizes are tried for a discount that helps both


@dataclass(frozen=True)
class Seller:
    """What the promise does to the margin: on average, in the middle, and in bad futures."""

    expected: float
    p10: float
    p50: float


@dataclass(frozen=True)
class Advice:
    """Amounts are of the whole term, sizes of one window."""

    instrument: Instrument
    plan: Plan
    best: Decimal
    at_risk: Decimal
    cheapest: Decimal | None  # of credits: without any limit to the risk
    fair: Discounts | None  # None where the size is nothing
    fair_sizes: tuple[Decimal, Decimal] | None  # sizes at which some discount makes both sides better off
    risk: float  # of the plan
    unused: float  # expected
    overage: float  # expected
    break_even: float  # spend in a window
    break_even_share: float  # of the P50 of a window's spend
    window_months: int
    windows: int
    saving: Saving
    seller: Seller
    free: float  # expected, without a promise
    points: list[Point]
    exhausted: list[float]  # by the end of each month of the first window
    tried: Tried


def advise(
    base: Ground, one: Instrument, *, risk: float, size: Decimal | None = None, percent: Decimal | None = None
) -> Advice:
    """What is best at this risk; or what a size and a discount that the seller chose come to."""
    promise = promise_of(base, one)
    rest = base.rest - promise.free()
    given = percent if percent is not None else usual_percent(promise, one, risk, rest)
    discount = float(given) / 100
    best = round_size(best_size(promise, risk, discount))
    chosen = size if size is not None else best
    plan = Plan(one.kind, one.key, chosen, given)
    amount = float(chosen)
    first, stop, _ = windows_of(one.part, base.usage.periods)[0]
    typical = float(np.median(promise.spend / promise.parts)) or 1.0
    most = max(amount, float(best), size_at_risk(promise, 0.6, 0.0)) * WIDER or 1.0
    return Advice(
        instrument=one,
        plan=plan,
        best=best,
        at_risk=round_size(size_at_risk(promise, risk, discount)),
        cheapest=round_size(cheapest(promise, discount)) if one.kind == CREDITS else None,
        fair=fair_discounts(promise, amount, rest) if amount else None,
        fair_sizes=fair_sizes(promise, rest),
        risk=risk_of(promise, amount, discount),
        unused=float(promise.unused(amount, discount).mean()),
        overage=float(promise.overage(amount, discount).mean()),
        break_even=break_even(promise, amount, discount),
        break_even_share=break_even(promise, amount, discount) / typical,
        window_months=stop - first,
        windows=promise.spend.shape[1],
        saving=saving(promise, amount, discount),
        seller=seller(promise, amount, discount, rest),
        free=float(promise.free().mean()),
        points=curve(promise, discount, most),
        exhausted=exhausted(used_by_month(base, one, first, stop, discount), amount),
        tried=tried(base, plan, one),
    )


@dataclass(frozen=True)
class WayToBuy:
    """What the engine says of one way, and the advice that it follows; None for pay as you go."""

    tried: Tried
    advice: Advice | None = None


def ways_to_buy(base: Ground, *, risk: float) -> list[WayToBuy]:
    """Pay as you go, commit and prepay on the same futures, as far as there is a promise to make.

    A promise is one of the quote, else the first that the book sells.
    """
    known = instruments(base)
    found = [WayToBuy(tried(base, Plan()))]
    for kind in (COMMITMENT, CREDITS):
        one = next((one for one in known if one.kind == kind), None)
        advice = advise(base, one, risk=risk) if one else None
        if advice and advice.plan.size:
            found.append(WayToBuy(advice.tried, advice))
    return found


def usual_percent(promise: Promise, one: Instrument, risk: float, rest: Array) -> Decimal:
    """Of credits what they have; of a commitment on the quote nothing more; of a new one, what helps both sides."""
    if one.kind == CREDITS:
        return discount_of(one.component)
    if one.on_quote:
        return Decimal(0)
    wanted = 0.0
    for _ in range(ROUNDS):  # a discount makes the size smaller that is used up as surely, and that asks for less of it
        found = fair_discounts(promise, size_at_risk(promise, risk, wanted), rest)
        wanted = found.middle if found.agree else min(found.low, 0.5)
    return round(Decimal(repr(wanted)) * HUNDRED, 1)


def used_by_month(base: Ground, one: Instrument, first: int, stop: int, discount: float) -> Array:
    spend = spend_of(base, one)[:, first:stop]
    return spend if one.kind == CREDITS else spend * (1 - discount)


def seller(promise: Promise, size: float, discount: float, rest: Array) -> Seller:
    before, after = rest + promise.free(), rest + promise.paid(size, discount)
    low, middle = np.quantile(after, (0.1, 0.5)) - np.quantile(before, (0.1, 0.5))
    return Seller(float((after - before).mean()), float(low), float(middle))


def fair_sizes(promise: Promise, rest: Array) -> tuple[Decimal, Decimal] | None:
    """The least and the largest of some sizes at which both sides can be better off; None where there is none."""
    sizes = [size_at_risk(promise, risk, 0.0) for risk in TRIED]
    agreed = [size for size in sizes if size > 0 and fair_discounts(promise, size, rest).agree]
    return (round_size(min(agreed)), round_size(max(agreed))) if agreed else None
