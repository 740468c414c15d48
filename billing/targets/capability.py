"""What terms can say, construct by construct, and what a target does with each: bill it, or say why not."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from billing.targets.constructs import LABELS, C, Construct
from pricing import Charge, Commitment, CreditGrant, Terms, Usage
from pricing.models import Matrix, Multiplier
from pricing.models.percentage import ByEvent
from pricing.models.tiered import Tiered
from pricing.money import ZERO

__all__ = [
    "LABELS",
    "Ability",
    "Alternative",
    "C",
    "Construct",
    "Nearest",
    "No",
    "Problem",
    "Use",
    "Yes",
    "used",
]


@dataclass(frozen=True)
class Use:
    """Where terms use a construct: its path in the JSON, and the component it belongs to ("" for the deal)."""

    construct: Construct
    path: str
    key: str = ""


@dataclass(frozen=True)
class Alternative:
    """What the target can express instead, as data that one click applies to a draft.

    `puts` are whole components (JSON): each takes the place of the one with its key, or is added. `removes` are keys
    of components that go. `deal` are fields of the draft as a whole (free_months, escalator_percent,
    discount_percent, discount_from, discount_to), `lines` fields of single lines (discount_percent, discount_from,
    discount_to, years).
    The sentence says what it does and what it costs in comparison, so that nobody is surprised.
    """

    sentence: str
    puts: tuple[Mapping[str, Any], ...] = ()
    removes: tuple[str, ...] = ()
    deal: Mapping[str, Any] = field(default_factory=dict)
    lines: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    gives_up: bool = False  # a promise of the customer: offered only where all else is refused


Nearest = Callable[[Use, Terms, Usage | None], Iterator[Alternative]]
"""Finds alternatives of one use, the nearest first, at these futures of usage; see `billing.targets.nearest`."""


@dataclass(frozen=True)
class Yes:
    """Billed exactly as agreed; `how` names the target's own object, for the matrix in the docs."""

    how: str = ""


@dataclass(frozen=True)
class No:
    """Not billed: why, in a sentence for the seller; what comes nearest; and why nothing does, where nothing does."""

    why: str
    nearest: Nearest | None = None
    otherwise: str = ""

    def instead(self, use: Use, terms: Terms, usage: Usage | None) -> Iterator[Alternative]:
        return self.nearest(use, terms, usage) if self.nearest else iter(())


Ability = Yes | No


def nothing() -> Iterator[Alternative]:
    return iter(())


@dataclass(frozen=True)
class Problem:
    """One thing in the terms that the target cannot bill; `near` finds what it can, the nearest first.

    `otherwise` says why nothing comes near, where nothing does.
    """

    use: Use
    why: str
    near: Callable[[], Iterator[Alternative]] = nothing
    otherwise: str = ""

    @property
    def path(self) -> str:
        return self.use.path

    @property
    def construct(self) -> Construct:
        return self.use.construct

    @property
    def alternative(self) -> Alternative | None:
        """The nearest, whether the target can bill it or not."""
        return next(self.near(), None)


def used(terms: Terms) -> Iterator[Use]:
    """Every construct that the terms use, once per place."""
    for n, charge in enumerate(terms.charges):
        yield from of_charge(charge, f"charges[{n}]")
    for n, credit in enumerate(terms.credits):
        yield from of_credit(credit, f"credits[{n}]")
    for n, commitment in enumerate(terms.commitments):
        yield from of_commitment(commitment, f"commitments[{n}]")
    yield from of_discounts(terms)
    yield from of_phases(terms)
    yield from of_deal(terms)


def of_charge(charge: Charge, path: str) -> Iterator[Use]:
    for construct, place in places(charge):
        yield Use(construct, f"{path}.{place}", charge.key)


def places(charge: Charge) -> tuple[tuple[Construct, str], ...]:
    """What a charge uses and where inside it; looked for once, as an edit leaves most charges as they are."""
    key = ("places",)
    if key not in charge.known:
        charge.known[key] = (*priced(charge.price), *counted(charge))
    found: tuple[tuple[Construct, str], ...] = charge.known[key]
    return found


def priced(price: Any, path: str = "price") -> Iterator[tuple[Construct, str]]:
    """The model, what is inside it, and its special features."""
    yield Construct(price.model), path
    if isinstance(price, Multiplier):
        yield from priced(price.base, f"{path}.base")
    elif isinstance(price, Matrix):
        places = [(cell.price, f"{path}.cells[{n}].price") for n, cell in enumerate(price.cells)]
        places += [(price.default, f"{path}.default")] if price.default is not None else []
        for one, place in places:
            yield from priced(one, place)
    if isinstance(price, ByEvent) and (price.by_event or price.free_amount):
        yield C.EVENT_FEES, path
    if isinstance(price, Tiered):
        if any(getattr(tier, "flat", ZERO) for tier in price.tiers):
            yield C.TIER_FLAT, f"{path}.tiers"
        if any(getattr(tier, "cap", None) is not None for tier in price.tiers):
            yield C.TIER_CAP, f"{path}.tiers"


def counted(charge: Charge) -> Iterator[tuple[Construct, str]]:
    """How the quantity is found, how often it is billed, and within which limits."""
    longer = {"quarter": C.QUARTERLY, "year": C.YEARLY}.get(charge.interval)
    once, metered, allowance = charge.interval == "once", charge.metered, charge.allowance
    found = (
        (metered, C.METERED, "quantity"),
        (not metered and not once, C.FIXED_QUANTITY, "quantity"),
        (once, C.ONE_TIME, "interval"),
        (bool(getattr(charge.quantity, "where", None)), C.FILTERED, "quantity.where"),
        (charge.tier_quantity is not None, C.TIER_BY_OTHER, "tier_quantity"),
        (longer is not None, longer or C.YEARLY, "interval"),
        (metered and longer is not None, C.METERED_LONGER, "interval"),
        (not metered and not once and charge.timing == "arrears", C.FIXED_ARREARS, "timing"),
        (charge.conversion is not None, C.CONVERSION, "conversion"),
        (allowance is not None and allowance.reset == charge.interval, C.ALLOWANCE, "allowance"),
        (allowance is not None and allowance.reset != charge.interval, C.ALLOWANCE_LONGER, "allowance"),
        (bool(charge.minimum), C.CHARGE_MINIMUM, "minimum"),
        (charge.maximum is not None, C.CHARGE_MAXIMUM, "maximum"),
        (charge.from_month > 1 or charge.to_month is not None, C.MONTH_RANGE, "from_month"),
        (charge.starts is not None or charge.ends is not None, C.DAY_RANGE, "starts"),
    )
    return ((construct, place) for is_used, construct, place in found if is_used)


def of_credit(credit: CreditGrant, path: str) -> Iterator[Use]:
    found = (
        (True, C.CREDIT, "amount"),
        (bool(credit.purchase), C.CREDIT_BOUGHT, "purchase"),
        (credit.every != "once", C.CREDIT_RECURRING, "every"),
        (credit.unit is not None, C.CREDIT_UNITS, "unit"),
        (not credit.scope.empty or bool(credit.scope.where), C.CREDIT_SCOPE, "scope"),
        (credit.expires_months is not None, C.CREDIT_EXPIRY, "expires_months"),
        (credit.rollover is not None, C.ROLLOVER, "rollover"),
        (credit.from_month > 1 or credit.to_month is not None, C.MONTH_RANGE, "from_month"),
    )
    return (Use(construct, f"{path}.{place}", credit.key) for is_used, construct, place in found if is_used)


def of_commitment(part: Commitment, path: str) -> Iterator[Use]:
    trued_up = part.settle == "true_up"
    found = (
        (trued_up and part.window == "month", C.TRUE_UP_MONTH, "window"),
        (trued_up and part.window != "month", C.TRUE_UP_LONGER, "window"),
        (part.settle == "prepaid", C.PREPAID, "settle"),
        (part.quantity is not None, C.COMMITTED_UNITS, "quantity"),
        (part.overage_factor != 1 or part.settle == "none", C.OVERAGE_FACTOR, "overage_factor"),
        (not part.scope.empty or bool(part.scope.where), C.COMMITMENT_SCOPE, "scope"),
        (part.from_month > 1 or part.to_month is not None, C.MONTH_RANGE, "from_month"),
    )
    return (Use(construct, f"{path}.{place}", part.key) for is_used, construct, place in found if is_used)


def of_discounts(terms: Terms) -> Iterator[Use]:
    for n, part in enumerate(terms.discounts):
        path, key = f"discounts[{n}]", part.charges[0] if len(part.charges) == 1 else ""
        if part.scope is not None:
            yield Use(C.SCOPED_DISCOUNT, f"{path}.scope", key)
        else:
            yield Use(C.QUOTE_DISCOUNT if part.whole_quote else C.LINE_DISCOUNT, path, key)
        if part.amount is not None:
            yield Use(C.AMOUNT_DISCOUNT, f"{path}.amount", key)
        if part.from_month > 1 or part.to_month is not None:
            yield Use(C.DISCOUNT_RANGE, f"{path}.from_month", key)


def of_phases(terms: Terms) -> Iterator[Use]:
    charges = {charge.key for charge in terms.charges}
    for n, phase in enumerate(terms.phases):
        for m, change in enumerate(phase.changes):
            path = f"phases[{n}].changes[{m}]"
            if change.key not in charges:
                yield Use(C.RAMP_COMMITMENT, path, change.key)
                continue
            if change.quantity is not None:
                yield Use(C.RAMP_QUANTITY, f"{path}.quantity", change.key)
            if change.price is not None:
                yield Use(C.RAMP_PRICE, f"{path}.price", change.key)
                yield from (Use(one, f"{path}.{place}", change.key) for one, place in priced(change.price))


def of_deal(terms: Terms) -> Iterator[Use]:
    anchored = terms.anchor_day is not None and terms.anchor_day != terms.start.day
    found = (
        (terms.escalator is not None, C.ESCALATOR, "escalator"),
        (terms.free_months > 0, C.FREE_MONTHS, "free_months"),
        (terms.minimum is not None, C.DEAL_MINIMUM, "minimum"),
        (terms.maximum is not None, C.DEAL_MAXIMUM, "maximum"),
        (anchored, C.ANCHOR_DAY, "anchor_day"),
    )
    yield from (Use(construct, path) for is_used, construct, path in found if is_used)
    yield from (Use(C.SHARED_ALLOWANCE, f"allowances[{n}]") for n, _one in enumerate(terms.allowances))
    yield from (Use(C.GUARANTEE, f"guarantees[{n}]") for n, _one in enumerate(terms.guarantees))
