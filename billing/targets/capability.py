"""What terms can say, construct by construct, and what a target does with each: bill it, or say why not."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from core.languages import lazily as _lazy
from pricing import Charge, Commitment, CreditGrant, Terms
from pricing.models import Matrix, Multiplier
from pricing.models.percentage import ByEvent
from pricing.models.tiered import Tiered
from pricing.money import ZERO

Expected = Mapping[str, Decimal]
"""P50 units a month by key of charge, where there is a forecast."""


class Construct(StrEnum):
    """Everything that terms can say and a billing system may not be able to."""

    # Prices of charges, also in the cells of a matrix and below a multiplier.
    FLAT = "flat"
    PER_UNIT = "per_unit"
    GRADUATED = "graduated"
    VOLUME = "volume"
    STAIRSTEP = "stairstep"
    PACKAGE = "package"
    GRADUATED_PACKAGE = "graduated_package"
    VOLUME_PACKAGE = "volume_package"
    PERCENTAGE = "percentage"
    GRADUATED_PERCENTAGE = "graduated_percentage"
    COST_PLUS = "cost_plus"
    MATRIX = "matrix"
    MULTIPLIER = "multiplier"
    EVENT_FEES = "event_fees"  # fee, minimum, maximum or free events of a percentage
    TIER_FLAT = "tier_flat"  # a flat fee inside a graduated or volume tier
    TIER_CAP = "tier_cap"
    # How a charge is counted and billed.
    FIXED_QUANTITY = "fixed_quantity"
    ONE_TIME = "one_time"
    METERED = "metered"
    FILTERED = "filtered"  # of a meter only some dimension values
    TIER_BY_OTHER = "tier_by_other"  # the tier is found by another quantity
    QUARTERLY = "quarterly"
    YEARLY = "yearly"
    METERED_LONGER = "metered_longer"  # usage added up over a quarter or a year
    FIXED_ARREARS = "fixed_arrears"
    CONVERSION = "conversion"
    ALLOWANCE = "allowance"  # included units, new with each interval
    ALLOWANCE_LONGER = "allowance_longer"  # included units that last several intervals, or the term
    CHARGE_MINIMUM = "charge_minimum"
    CHARGE_MAXIMUM = "charge_maximum"
    MONTH_RANGE = "month_range"  # a charge in some months of the term only
    DAY_RANGE = "day_range"  # a charge that starts or ends on a day inside a month
    # Credits.
    CREDIT = "credit"  # money granted once, promotional or bought
    CREDIT_BOUGHT = "credit_bought"
    CREDIT_RECURRING = "credit_recurring"
    CREDIT_UNITS = "credit_units"
    CREDIT_SCOPE = "credit_scope"
    CREDIT_EXPIRY = "credit_expiry"  # before the term ends
    ROLLOVER = "rollover"
    # Commitments.
    TRUE_UP_MONTH = "true_up_month"
    TRUE_UP_LONGER = "true_up_longer"  # quarter, year or term
    PREPAID = "prepaid"
    COMMITTED_UNITS = "committed_units"
    OVERAGE_FACTOR = "overage_factor"
    COMMITMENT_SCOPE = "commitment_scope"
    # The deal.
    LINE_DISCOUNT = "line_discount"
    SCOPED_DISCOUNT = "scoped_discount"
    QUOTE_DISCOUNT = "quote_discount"
    AMOUNT_DISCOUNT = "amount_discount"
    DISCOUNT_RANGE = "discount_range"  # in some months only
    SHARED_ALLOWANCE = "shared_allowance"
    RAMP_QUANTITY = "ramp_quantity"
    RAMP_PRICE = "ramp_price"
    RAMP_COMMITMENT = "ramp_commitment"
    ESCALATOR = "escalator"
    FREE_MONTHS = "free_months"
    GUARANTEE = "guarantee"
    DEAL_MINIMUM = "deal_minimum"
    DEAL_MAXIMUM = "deal_maximum"
    ANCHOR_DAY = "anchor_day"  # periods that do not begin on the first day of the term

    @property
    def label(self) -> str:
        return LABELS[self]


C = Construct

LABELS: dict[Construct, str] = {
    C.FLAT: _lazy("Flat fee"),
    C.PER_UNIT: _lazy("Price per unit"),
    C.GRADUATED: _lazy("Graduated tiers"),
    C.VOLUME: _lazy("Volume tiers"),
    C.STAIRSTEP: _lazy("Stairstep tiers"),
    C.PACKAGE: _lazy("Price per package"),
    C.GRADUATED_PACKAGE: _lazy("Graduated tiers of packages"),
    C.VOLUME_PACKAGE: _lazy("Volume tiers of packages"),
    C.PERCENTAGE: _lazy("Percentage of money"),
    C.GRADUATED_PERCENTAGE: _lazy("Graduated percentage"),
    C.COST_PLUS: _lazy("Cost plus markup"),
    C.MATRIX: _lazy("Price by dimension values"),
    C.MULTIPLIER: _lazy("Factor by dimension value"),
    C.EVENT_FEES: _lazy("Fees and limits per event"),
    C.TIER_FLAT: _lazy("Flat fee in a tier"),
    C.TIER_CAP: _lazy("Most that a tier may cost"),
    C.FIXED_QUANTITY: _lazy("Agreed quantity"),
    C.ONE_TIME: _lazy("One-time charge"),
    C.METERED: _lazy("Metered usage"),
    C.FILTERED: _lazy("Usage filtered by dimension"),
    C.TIER_BY_OTHER: _lazy("Tier found by another quantity"),
    C.QUARTERLY: _lazy("Quarterly interval"),
    C.YEARLY: _lazy("Yearly interval"),
    C.METERED_LONGER: _lazy("Usage added up over a quarter or year"),
    C.FIXED_ARREARS: _lazy("Agreed quantity billed afterwards"),
    C.CONVERSION: _lazy("Units converted before pricing"),
    C.ALLOWANCE: _lazy("Included units per interval"),
    C.ALLOWANCE_LONGER: _lazy("Included units over several intervals"),
    C.CHARGE_MINIMUM: _lazy("Minimum of a charge"),
    C.CHARGE_MAXIMUM: _lazy("Maximum of a charge"),
    C.MONTH_RANGE: _lazy("Charge in some months only"),
    C.DAY_RANGE: _lazy("Charge from or to a day inside a month"),
    C.CREDIT: _lazy("Credits granted"),
    C.CREDIT_BOUGHT: _lazy("Credits bought"),
    C.CREDIT_RECURRING: _lazy("Credits that recur"),
    C.CREDIT_UNITS: _lazy("Credits in units of their own"),
    C.CREDIT_SCOPE: _lazy("Credits for some charges only"),
    C.CREDIT_EXPIRY: _lazy("Credits that expire within the term"),
    C.ROLLOVER: _lazy("Credits that roll over"),
    C.TRUE_UP_MONTH: _lazy("Monthly commitment with true-up"),
    C.TRUE_UP_LONGER: _lazy("Quarterly, yearly or term commitment with true-up"),
    C.PREPAID: _lazy("Prepaid commitment"),
    C.COMMITTED_UNITS: _lazy("Commitment in units"),
    C.OVERAGE_FACTOR: _lazy("Other price beyond the commitment"),
    C.COMMITMENT_SCOPE: _lazy("Commitment on some charges only"),
    C.LINE_DISCOUNT: _lazy("Discount on a line"),
    C.SCOPED_DISCOUNT: _lazy("Discount by product, meter or dimension"),
    C.QUOTE_DISCOUNT: _lazy("Discount on the whole quote"),
    C.AMOUNT_DISCOUNT: _lazy("Discount of an amount of money"),
    C.DISCOUNT_RANGE: _lazy("Discount in some months only"),
    C.SHARED_ALLOWANCE: _lazy("Included units shared by charges"),
    C.RAMP_QUANTITY: _lazy("Ramp of quantities"),
    C.RAMP_PRICE: _lazy("Ramp of prices"),
    C.RAMP_COMMITMENT: _lazy("Ramp of commitments or credits"),
    C.ESCALATOR: _lazy("Yearly rise of prices"),
    C.FREE_MONTHS: _lazy("Free months"),
    C.GUARANTEE: _lazy("Guaranteed outcome rate"),
    C.DEAL_MINIMUM: _lazy("Minimum of the deal"),
    C.DEAL_MAXIMUM: _lazy("Maximum of the deal"),
    C.ANCHOR_DAY: _lazy("Periods anchored on another day"),
}


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


Nearest = Callable[[Use, Terms, Expected], Alternative | None]
"""Finds the nearest expressible alternative of one use; see `billing.targets.nearest`."""


@dataclass(frozen=True)
class Yes:
    """Billed exactly as agreed; `how` names the target's own object, for the matrix in the docs."""

    how: str = ""


@dataclass(frozen=True)
class No:
    """Not billed: why, in a sentence for the seller, and what comes nearest."""

    why: str
    nearest: Nearest | None = None

    def instead(self, use: Use, terms: Terms, expected: Expected) -> Alternative | None:
        return self.nearest(use, terms, expected) if self.nearest else None


Ability = Yes | No


@dataclass(frozen=True)
class Problem:
    """One thing in the terms that the target cannot bill, and the nearest that it can."""

    use: Use
    why: str
    alternative: Alternative | None = None

    @property
    def path(self) -> str:
        return self.use.path

    @property
    def construct(self) -> Construct:
        return self.use.construct


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
    for construct, place in [*priced(charge.price), *counted(charge)]:
        yield Use(construct, f"{path}.{place}", charge.key)


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
