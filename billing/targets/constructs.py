"""Everything that terms can say and a billing system may not be able to bill."""

from enum import StrEnum

from core.languages import lazily as _lazy


class Construct(StrEnum):
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
