"""Fixed charges that nothing else in the terms touches: each costs what it would cost alone, whatever is used.

They are rated once for each charge and not with every bill, so a deal of a thousand agreed lines is rated as its few
metered ones, and an edit of one line rates that line.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, TypeVar

from .components import Charge, Commitment, CreditGrant
from .conditions import Discount, Phase
from .terms import Terms

_T = TypeVar("_T")

MOST = 64  # ways in which a charge is known; enough for a few deals that share it


class Alone(NamedTuple):
    """A charge that stands apart, in one `way`: the frame of its terms, the discounts and the phases that change it."""

    charge: Charge
    way: tuple[Any, ...]
    terms: Terms

    def once(self, shape: tuple[bool, int], make: Callable[["Alone"], _T]) -> _T:
        """Return what `make` gave for this way and kind of number: worked out once while the charge is kept."""
        known, key = self.charge.known, (*shape, *self.way)
        if key not in known:
            if len(known) >= MOST:
                known.clear()
            known[key] = make(self)
        found: _T = known[key]
        return found


class Split(NamedTuple):
    """Terms as the charges that stand apart, and the terms of all else."""

    apart: tuple[Alone, ...]
    rest: Terms


def split(terms: Terms, *, exact: bool) -> Split:
    """Take the charges apart whose bill depends on nothing but themselves."""
    # An amount off several lines, and the cents of a percentage off all of them, are shared out among them.
    shared = any(one.amount is not None or (exact and one.whole_quote) for one in terms.discounts)
    return terms.once(("split", shared), lambda: _split(terms, shared))


def _split(terms: Terms, shared: bool) -> Split:
    if shared or terms.minimum is not None or terms.maximum is not None:
        return Split((), terms)
    bound = set(_bound(terms))
    free = [one for one in terms.charges if not one.metered and one.minimum is None and one.key not in bound]
    if not free:
        return Split((), terms)
    keys = {one.key for one in free}
    rest = _part(
        terms,
        charges=tuple(one for one in terms.charges if one.key not in keys),
        credits=terms.credits,
        commitments=terms.commitments,
        discounts=tuple(one for one in terms.discounts if not one.charges or not keys.issuperset(one.charges)),
        allowances=terms.allowances,
        phases=terms.phases,
        guarantees=terms.guarantees,
    )
    return Split(tuple(_alone(terms, free)), rest)


def _bound(terms: Terms) -> Iterator[str]:
    """The charges that something covers together with others."""
    for shared in terms.allowances:
        yield from shared.charges
    for guarantee in terms.guarantees:
        yield from guarantee.charges
    parts: tuple[CreditGrant | Commitment, ...] = (*terms.credits, *terms.commitments)
    for part in parts:
        rates = part.rates if isinstance(part, CreditGrant) else {}
        for charge in terms.charges:
            if part.scope.covers(charge) or charge.key in rates or charge.product in rates:
                yield charge.key


def _alone(terms: Terms, charges: list[Charge]) -> Iterator[Alone]:
    frame = (terms.currency, terms.start, terms.months, terms.anchor_day, terms.escalator, terms.free_months)
    discounts: dict[str, list[Discount]] = {}
    for one in terms.discounts:
        for key in one.charges or (charge.key for charge in charges if _takes(one, charge)):
            discounts.setdefault(key, []).append(one)
    phases: dict[str, list[Phase]] = {}
    for phase in terms.phases:
        for change in phase.changes:
            one_change = Phase.model_construct(from_month=phase.from_month, name=phase.name, changes=(change,))
            phases.setdefault(change.key, []).append(one_change)
    for charge in charges:
        yield Alone(charge, (frame, tuple(discounts.get(charge.key, ())), tuple(phases.get(charge.key, ()))), terms)


def _takes(discount: Discount, charge: Charge) -> bool:
    return discount.whole_quote or (discount.scope is not None and discount.scope.covers(charge))


def terms_alone(alone: Alone) -> Terms:
    """The terms of one charge alone."""
    _frame, discounts, phases = alone.way
    return _part(alone.terms, charges=(alone.charge,), discounts=discounts, phases=phases)


def _part(terms: Terms, **parts: Any) -> Terms:
    """A part of terms that are checked already."""
    return Terms.model_construct(
        currency=terms.currency,
        start=terms.start,
        months=terms.months,
        anchor_day=terms.anchor_day,
        escalator=terms.escalator,
        free_months=terms.free_months,
        **parts,
    )
