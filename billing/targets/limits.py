"""Limits of vendors' billing systems that no construct names, found in the terms before anyone promises.

A limit yields where it is crossed and why. Fixed charges are worked out by the kernel and pushed as amounts, so what
is said of the price of usage does not concern them.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from billing.targets import nearest
from billing.targets.breakdown import Breakdown
from billing.targets.capability import Alternative, C, Problem, Use
from billing.targets.prices import TIERED, bands
from pricing import Charge, Terms
from pricing.layout import expand_phases
from pricing.models import Graduated, Matrix, Model, PerUnit, Stairstep
from pricing.money import ZERO, minor_digits, minor_unit
from pricing.values import MONTHS

Limit = Callable[[Breakdown], Iterator[Problem]]


def problem(construct: C, path: str, why: str, part: object = None, instead: Alternative | None = None) -> Problem:
    """A problem of a part of the terms; {name} in the sentence is the part's."""
    key = getattr(part, "key", "")
    said = why.format(name=getattr(part, "name", "") or key)
    return Problem(Use(construct, path, key), said, partial(iter, () if instead is None else (instead,)))


def hundredths(deal: Breakdown) -> Iterator[Problem]:
    if minor_digits(deal.terms.currency) != 2:
        why = _("{currency} has no hundredths, and amounts are pushed in them.").replace(
            "{currency}", deal.terms.currency
        )
        yield problem(C.PER_UNIT, "currency", why)


def no_flat_usage(deal: Breakdown) -> Iterator[Problem]:
    for path, charge, price in _usage_prices(deal.terms):
        if getattr(price, "model", "") == "flat":
            why = _("{name} is a flat fee for usage; make it a fee with a quantity of 1.")
            yield problem(C.FLAT, f"{path}.price", why, charge)


def whole_cents(deal: Breakdown) -> Iterator[Problem]:
    """Tiers are lines of their own there, each rounded: a full one must come to whole cents."""
    unit = minor_unit(deal.terms.currency)
    for rate in deal.rates:
        closed = (band for band in _bands(rate) if band.high is not None)
        if isinstance(rate.price, Graduated) and any(
            ((band.high - band.low) * band.unit + band.flat) % unit for band in closed if band.high is not None
        ):
            why = _("A full tier of {name} comes to parts of a cent, and billing rounds each tier.")
            near = nearest.in_cents(rate.charge, deal.terms)
            yield problem(C.GRADUATED, _path(deal.terms, rate.charge, "price"), why, rate.charge, near)


def whole_edges(deal: Breakdown) -> Iterator[Problem]:
    """Tiers and packages end with whole units."""
    for rate in deal.rates:
        edges = [getattr(rate.price, "size", ZERO), *(band.high or ZERO for band in _bands(rate))]
        if any(edge % 1 for edge in edges):
            why = _("{name} has a tier or a package that ends within a unit; use whole units.")
            yield problem(C.GRADUATED, _path(deal.terms, rate.charge, "price"), why, rate.charge)


def first_fee_always(deal: Breakdown) -> Iterator[Problem]:
    """A fee of the first tier is due without usage there."""
    for path, charge, price in _usage_prices(deal.terms):
        if _first_fee(price) and not getattr(price, "bill_zero", True):
            why = _("The fee of the first tier of {name} would be billed in months without usage too.")
            yield problem(C.TIER_FLAT, f"{path}.price", why, charge, _billed_always(charge))


def plain_allowance(deal: Breakdown) -> Iterator[Problem]:
    """Included units become a first free tier: of prices per unit, graduated or by stairs, and not shared by cells."""
    for path, charge in _usage(deal.terms):
        if charge.allowance is not None and not isinstance(charge.price, (PerUnit, Graduated, Stairstep)):
            why = _("Included units of {name} need a price per unit or graduated tiers.")
            yield problem(C.ALLOWANCE, f"{path}.allowance", why, charge)


def no_fee_before_allowance(deal: Breakdown) -> Iterator[Problem]:
    """The free tier of included units comes first: the fee of the tier after it would wait for units beyond them."""
    for path, charge, price in _usage_prices(deal.terms):
        if charge.allowance is not None and _first_fee(price):
            why = _("The fee of the first tier of {name} would be billed only beyond the included units.")
            yield problem(C.ALLOWANCE, f"{path}.allowance", why, charge)


def whole_cells(deal: Breakdown) -> Iterator[Problem]:
    """Each cell names a value of every dimension, and there is none for all the rest."""
    for path, charge in _usage(deal.terms):
        matrices = (segment.price.innermost for segment in expand_phases(charge, deal.terms))
        if any(isinstance(price, Matrix) and _loose(price) for price in matrices):
            why = _("Name every dimension value of {name}; billing has no price for all others.")
            yield problem(C.MATRIX, f"{path}.price", why, charge)


def one_value(deal: Breakdown) -> Iterator[Problem]:
    """Usage is filtered by one value of a dimension."""
    for path, charge in _usage(deal.terms):
        if any(len(values) != 1 for values in getattr(charge.quantity, "where", {}).values()):
            why = _("{name} counts several values of a dimension; billing counts one.")
            yield problem(C.FILTERED, f"{path}.quantity.where", why, charge)


def on_the_beat(deal: Breakdown) -> Iterator[Problem]:
    """What is billed by quarter or year changes between two of them, counted from the start."""
    for n, charge in enumerate(deal.terms.charges):
        width = MONTHS.get(charge.interval, 1)
        if width > 1 and any(edge % width for edge in _edges(deal.terms, charge)):
            why = _("{name} changes within a quarter or a year of the term; let it change between two.")
            yield problem(C.MONTH_RANGE, f"charges[{n}].interval", why, charge)


def same_throughout(deal: Breakdown) -> Iterator[Problem]:
    """One price from the first period to the last, in whole intervals: for systems without ramps."""
    why = _("{name} must cost the same in whole intervals, from the start of the term to its end.")
    for rate in deal.rates:
        if (rate.first, rate.stop) != (0, deal.periods) or deal.periods % MONTHS[rate.charge.interval]:
            yield problem(C.RAMP_PRICE, "charges", why, rate.charge)
    for fee in deal.fees:
        width = MONTHS.get(fee.interval)
        if width and (len({amount for _n, amount in fee.due}) > 1 or len(fee.due) * width != deal.periods):
            yield problem(C.RAMP_QUANTITY, "charges", why, fee)


def credit_for_usage(deal: Breakdown) -> Iterator[Problem]:
    """Credits and commitments pay for usage only."""
    for path, construct, part in _pools(deal.terms):
        if any(part.scope.covers(charge) and not charge.metered for charge in deal.terms.charges):
            yield problem(construct, path, _("{name} pays for a fixed fee; billing draws it for usage only."), part)


def one_pool(deal: Breakdown) -> Iterator[Problem]:
    """Two that pay for some charges together pay for the same ones: else the order of lines would decide."""
    seen: list[frozenset[str]] = []
    for path, construct, part in _pools(deal.terms):
        keys = frozenset(charge.key for charge in deal.terms.charges if part.scope.covers(charge))
        if any(keys & other and keys != other for other in seen):
            why = _("{name} pays for some of the charges that another credit pays for, and not for all of them.")
            yield problem(construct, path, why, part)
        seen.append(keys)


def undivided_scope(deal: Breakdown) -> Iterator[Problem]:
    for path, construct, part in _pools(deal.terms):
        if part.scope.where:
            yield problem(
                construct, path, _("{name} pays for single dimension values; let it pay for whole charges."), part
            )


def true_up_alone(deal: Breakdown) -> Iterator[Problem]:
    """Usage paid with bought credits counts towards a commitment here, and nowhere else."""
    terms = deal.terms
    bought = any(one.purchase for one in terms.credits) or any(one.settle == "prepaid" for one in terms.commitments)
    for n, part in enumerate(terms.commitments):
        if part.settle == "true_up" and bought:
            why = _("{name} counts usage that bought credits pay for; billing does not.")
            yield problem(C.TRUE_UP_LONGER, f"commitments[{n}].settle", why, part)


def one_promise(deal: Breakdown) -> Iterator[Problem]:
    """Usage counts towards one commitment there; here it counts towards each that covers it."""
    seen: set[str] = set()
    for n, part in enumerate(deal.terms.commitments):
        lines = {line for one in deal.promises if one.source == part.key for line in one.lines}
        if lines & seen:
            why = _("{name} covers charges that another commitment covers; billing counts usage once.")
            yield problem(C.TRUE_UP_LONGER, f"commitments[{n}].scope", why, part)
        seen |= lines


def settled(deal: Breakdown) -> Iterator[Problem]:
    """A commitment that is neither trued up nor prepaid has nothing to push but its factor."""
    for n, part in enumerate(deal.terms.commitments):
        if part.settle == "none":
            why = _("{name} is neither trued up nor prepaid.")
            yield problem(C.TRUE_UP_LONGER, f"commitments[{n}].settle", why, part)


USAGE: tuple[Limit, ...] = (no_flat_usage, whole_cells, plain_allowance, no_fee_before_allowance, on_the_beat)
CREDIT: tuple[Limit, ...] = (credit_for_usage, one_pool, undivided_scope, true_up_alone, one_promise, settled)


def _bands(rate: Any) -> Iterable[Any]:
    included = rate.charge.allowance.quantity if rate.charge.allowance else ZERO
    return bands(rate.price, included) if isinstance(rate.price, TIERED) else ()


def _first_fee(price: Model) -> Any:
    tiers = getattr(price, "tiers", ())
    return (getattr(tiers[0], "flat", ZERO) or getattr(tiers[0], "amount", ZERO)) if tiers else ZERO


def _billed_always(charge: Charge) -> Alternative | None:
    if not hasattr(charge.price, "bill_zero"):
        return None
    put = charge.model_copy(update={"price": charge.price.model_copy(update={"bill_zero": True})})
    sentence = _("Bill the fee of the first tier in months without usage too.")
    return Alternative(sentence, puts=(put.model_dump(mode="json"),))


def _loose(price: Matrix) -> bool:
    return price.default is not None or any(set(one.when) != set(price.dimensions) for one in price.cells)


def _path(terms: Terms, charge: Charge, field: str) -> str:
    return f"charges[{terms.charges.index(charge)}].{field}"


def _usage(terms: Terms) -> Iterator[tuple[str, Charge]]:
    return ((f"charges[{n}]", charge) for n, charge in enumerate(terms.charges) if charge.metered)


def _usage_prices(terms: Terms) -> Iterator[tuple[str, Charge, Model]]:
    """Each price of usage in some phase, without its cells and multipliers."""
    for path, charge in _usage(terms):
        for segment in expand_phases(charge, terms):
            for single in segment.price.singles:
                yield path, charge, single


def _pools(terms: Terms) -> Iterator[tuple[str, C, Any]]:
    """Credits and commitments with the path of their scope."""
    yield from ((f"credits[{n}].scope", C.CREDIT_SCOPE, part) for n, part in enumerate(terms.credits))
    yield from ((f"commitments[{n}].scope", C.COMMITMENT_SCOPE, part) for n, part in enumerate(terms.commitments))


def _edges(terms: Terms, charge: Charge) -> set[int]:
    """The periods in which something about a charge changes."""
    periods = len(terms.periods)
    found = {charge.from_month - 1, charge.to_month or periods}
    found |= {segment.first for segment in expand_phases(charge, terms)}
    rise = terms.escalator
    if rise and (not rise.charges or charge.key in rise.charges):
        found |= set(range(rise.every_months, periods, rise.every_months))
    if not charge.metered:
        found.add(terms.free_months)
    for one in terms.discounts:
        if one.percent is not None and not one.whole_quote:
            found |= {one.from_month - 1, one.to_month or periods}
    return {edge for edge in found if edge < periods}
