"""What a billing system says of a construct that it has not, and what comes nearest: where its table begins."""

from decimal import Decimal
from typing import Any

from django.utils.text import format_lazy

from billing.targets import nearest
from billing.targets.capability import C, Nearest, No
from core.languages import lazily as _

PRICED = nearest.any_of(nearest.graduated, nearest.per_unit, nearest.one_price_for_all)
SHARE = nearest.any_of(nearest.share_as_price, nearest.shares_in_tiers, nearest.per_unit, nearest.one_price_for_all)
IN_UNITS = nearest.any_of(nearest.in_units_of_the_meter, nearest.one_price_for_all)
PER_VALUE = nearest.any_of(nearest.a_price_per_value, nearest.one_price_for_all)
ONE_TIER = nearest.any_of(nearest.volume, nearest.graduated, nearest.one_price_for_all)
DISCOUNTED = nearest.any_of(nearest.as_discount, nearest.as_used)
GRANTED = nearest.any_of(nearest.at_once, DISCOUNTED)
IN_MONEY = nearest.any_of(nearest.money_credit, DISCOUNTED)
PREPAID = nearest.any_of(nearest.prepaid, nearest.as_used)
EACH_MONTH = nearest.any_of(nearest.monthly_commitment, nearest.prepaid, nearest.as_used)
COMMITTED = nearest.any_of(nearest.commitment_in_money, nearest.prepaid, nearest.monthly_commitment, nearest.as_used)
EVERY_MONTH = nearest.any_of(nearest.in_every_month, nearest.from_the_start, DISCOUNTED)
LEVEL_AMOUNT = nearest.any_of(nearest.level_amount, DISCOUNTED)
WHOLE_PERIODS = nearest.without(
    "starts", "ends", says=_("Bill whole periods, from the first day of the term to the last.")
)
IN_ADVANCE = nearest.with_fields(_("Bill it in advance: the same amounts, one interval sooner."), timing="advance")
MONTHLY = nearest.with_fields(
    _("Bill it every month: tiers and included units start again each month."), interval="month"
)
NO_MINIMUM = nearest.without("minimum", says=_("Leave the minimum out: months below it are billed as they are."))
NO_MAXIMUM = nearest.without("maximum", says=_("Leave the maximum out: months above it are billed as they are."))
NO_ROLLOVER = nearest.any_of(
    nearest.without("rollover", says=_("Let unused credit expire: the customer loses what would roll over.")), GRANTED
)
NO_FACTOR = nearest.any_of(
    nearest.without("overage_factor", says=_("Bill usage beyond the commitment at its usual price.")), nearest.as_used
)
NO_EXPIRY = nearest.any_of(
    nearest.without("expires_months", says=_("Let the credit last until the term ends.")), DISCOUNTED
)
SAME_FROM_THE_START = nearest.of_line(
    _("The same discount from the first month to the last."), discount_from=1, discount_to=None
)
NO_FREE_MONTHS = nearest.any_of(
    nearest.free_months_as_discount, nearest.of_deal(_("Bill from the first month, at the same prices."), free_months=0)
)
NO_RISE = nearest.any_of(
    nearest.risen, nearest.of_deal(_("Keep prices as they are for the whole term."), escalator_percent=Decimal(0))
)

REFUSALS: dict[C, tuple[Any, Nearest | None]] = {
    C.FLAT: (_("{target} has no flat fee."), None),
    C.PER_UNIT: (_("{target} has no price per unit."), None),
    C.GRADUATED: (_("{target} has no graduated tiers."), None),
    C.VOLUME: (_("{target} has no tiers that price all units alike."), PRICED),
    C.STAIRSTEP: (_("{target} has no fixed amount per tier."), PRICED),
    C.PACKAGE: (_("{target} does not price blocks of units as agreed."), PRICED),
    C.GRADUATED_PACKAGE: (_("{target} has no tiers of blocks."), PRICED),
    C.VOLUME_PACKAGE: (_("{target} has no tiers of blocks."), PRICED),
    C.PERCENTAGE: (_("{target} has no price that is a share of an amount."), SHARE),
    C.GRADUATED_PERCENTAGE: (_("{target} has no price that is a share of an amount by tiers."), SHARE),
    C.COST_PLUS: (_("{target} has no price on top of a cost."), SHARE),
    C.MATRIX: (_("{target} has no price per dimension value."), nearest.a_charge_per_cell),
    C.MULTIPLIER: (_("{target} has no factors on a price; name a price for each dimension value."), PER_VALUE),
    C.EVENT_FEES: (_("{target} has no fees and limits per event."), SHARE),
    C.TIER_FLAT: (_("{target} has no flat fees inside tiers."), PRICED),
    C.TIER_CAP: (_("{target} has no most that a tier may cost."), PRICED),
    C.FIXED_QUANTITY: (_("{target} has no agreed quantities."), None),
    C.ONE_TIME: (_("{target} has no one-time fees."), None),
    C.METERED: (_("{target} does not meter usage."), None),
    C.FILTERED: (_("{target} does not filter usage by dimension values."), None),
    C.TIER_BY_OTHER: (_("{target} finds the tier by the quantity that is billed."), ONE_TIER),
    C.QUARTERLY: (_("{target} bills this contract every month."), MONTHLY),
    C.YEARLY: (_("{target} bills this contract every month."), MONTHLY),
    C.METERED_LONGER: (_("{target} adds usage up by month."), MONTHLY),
    C.FIXED_ARREARS: (_("{target} bills an agreed quantity in advance."), IN_ADVANCE),
    C.CONVERSION: (_("{target} converts no units; price the units of the meter."), IN_UNITS),
    C.ALLOWANCE: (_("{target} has no included units."), None),
    C.ALLOWANCE_LONGER: (
        _("{target} starts included units again with every interval."),
        nearest.allowance_per_interval,
    ),
    C.CHARGE_MINIMUM: (_("{target} has no least of a charge."), NO_MINIMUM),
    C.CHARGE_MAXIMUM: (_("{target} has no most of a charge."), NO_MAXIMUM),
    C.MONTH_RANGE: (_("{target} bills a charge in every month of the term."), EVERY_MONTH),
    C.DAY_RANGE: (_("{target} prorates in its own way; begin and end with a billing period."), WHOLE_PERIODS),
    C.CREDIT: (_("{target} has no credits that this contract can grant."), DISCOUNTED),
    C.CREDIT_BOUGHT: (_("{target} has no credits that are bought."), DISCOUNTED),
    C.CREDIT_RECURRING: (_("{target} grants credits once."), GRANTED),
    C.CREDIT_UNITS: (_("{target} grants credits in money only."), IN_MONEY),
    C.CREDIT_SCOPE: (_("{target} lets credits pay for all usage."), DISCOUNTED),
    C.CREDIT_EXPIRY: (_("{target} has no credits that expire before the term ends."), NO_EXPIRY),
    C.ROLLOVER: (_("{target} lets credits expire as a whole."), NO_ROLLOVER),
    C.TRUE_UP_MONTH: (_("{target} has no commitments: nothing bills what is missing."), PREPAID),
    C.TRUE_UP_LONGER: (_("{target} has no commitments: nothing bills what is missing."), PREPAID),
    C.PREPAID: (_("{target} has no prepaid commitments."), nearest.as_used),
    C.COMMITTED_UNITS: (_("{target} has no commitments in units; commit an amount of money."), COMMITTED),
    C.OVERAGE_FACTOR: (_("{target} has no other price beyond a commitment."), NO_FACTOR),
    C.COMMITMENT_SCOPE: (_("{target} lets a commitment cover everything."), nearest.as_used),
    C.LINE_DISCOUNT: (_("{target} has no discount on one charge."), None),
    C.SCOPED_DISCOUNT: (_("{target} has no discount on some charges."), None),
    C.QUOTE_DISCOUNT: (
        _("{target} rounds a percent off charge by charge; take it off every line."),
        nearest.discount_on_lines,
    ),
    C.AMOUNT_DISCOUNT: (_("{target} spreads an amount off in its own way; take percents off lines."), None),
    C.DISCOUNT_RANGE: (_("{target} keeps the prices of a contract for its whole term."), SAME_FROM_THE_START),
    C.SHARED_ALLOWANCE: (_("{target} shares no included units between charges."), None),
    C.RAMP_QUANTITY: (_("{target} keeps the quantities of a contract for its whole term."), nearest.level),
    C.RAMP_PRICE: (_("{target} keeps the prices of a contract for its whole term."), nearest.level),
    C.RAMP_COMMITMENT: (
        _("{target} keeps the commitments and credits of a contract for its whole term."),
        LEVEL_AMOUNT,
    ),
    C.ESCALATOR: (_("{target} keeps the prices of a contract for its whole term."), NO_RISE),
    C.FREE_MONTHS: (_("{target} keeps the prices of a contract for its whole term."), NO_FREE_MONTHS),
    C.GUARANTEE: (_("{target} knows of no outcome rates."), None),
    C.DEAL_MINIMUM: (_("{target} has no least of a contract."), None),
    C.DEAL_MAXIMUM: (_("{target} has no most of a contract."), None),
    C.ANCHOR_DAY: (_("{target} prorates the first period in its own way; begin on the billing day."), None),
}


BY_HAND = _("Nothing that billing can do comes near here: change it by hand, or bill this contract elsewhere.")
WORTH = _("What it is worth depends on what is used: forecast the usage, and the nearest is offered here.")

OTHERWISE: dict[C, Any] = {
    C.CREDIT: WORTH,
    C.CREDIT_UNITS: WORTH,
    C.AMOUNT_DISCOUNT: _("No percent takes the same amount off whatever is used: agree percents with the customer."),
    C.SHARED_ALLOWANCE: _("Shared units go to the charge that needs them first: parts agreed beforehand are less."),
    C.GUARANTEE: _("Money back for what was missed depends on outcomes: no price agreed beforehand pays it back."),
    C.DEAL_MINIMUM: _("A least of the whole contract counts fees and usage together: agree a higher fee instead."),
    C.DEAL_MAXIMUM: _("No price per unit stays below a sum however much is used: agree how much usage is included."),
    C.ANCHOR_DAY: _("Other days bill other periods than agreed: let the term begin on the billing day."),
}
"""Why nothing comes near, where nothing honest does."""


def refusals(target: str) -> dict[C, No]:
    """Everything refused, in the name of a target: its table says what it can after all."""
    return {
        construct: No(
            format_lazy(why, target=target),  # type: ignore[arg-type]
            near,
            format_lazy(OTHERWISE.get(construct, BY_HAND), target=target),  # type: ignore[arg-type]
        )
        for construct, (why, near) in REFUSALS.items()
    }
