"""The nearest thing that a target can express, for constructs it cannot: as data that one click applies to a draft.

Each function is a `Nearest` (see `capability`), or makes one: it yields alternatives, the nearest first, and nothing
where none is honest. The first that the target can bill is offered (`billing.queries.checking`), with what it costs
beside what was quoted. What is lost stands in its sentence, never left out.

`prices` finds another price for the same usage, `lines` a line or a deal without what changes in it, `bought` what
comes near a credit or a commitment; `matching` makes it cost the same at P50, `places` knows where things are.
"""

from billing.targets.nearest.bought import (
    as_discount,
    as_used,
    at_once,
    commitment_in_money,
    from_the_start,
    money_credit,
    monthly_commitment,
    prepaid,
)
from billing.targets.nearest.lines import (
    allowance_per_interval,
    discount_on_lines,
    free_months_as_discount,
    in_every_month,
    level,
    level_amount,
    of_deal,
    of_line,
    risen,
    with_fields,
    without,
)
from billing.targets.nearest.matching import any_of
from billing.targets.nearest.prices import (
    a_charge_per_cell,
    a_price_per_value,
    graduated,
    in_cents,
    in_units_of_the_meter,
    one_price_for_all,
    per_unit,
    share_as_price,
    shares_in_tiers,
    stairs_as_volume,
    volume,
)

__all__ = [
    "a_charge_per_cell",
    "a_price_per_value",
    "allowance_per_interval",
    "any_of",
    "as_discount",
    "as_used",
    "at_once",
    "commitment_in_money",
    "discount_on_lines",
    "free_months_as_discount",
    "from_the_start",
    "graduated",
    "in_cents",
    "in_every_month",
    "in_units_of_the_meter",
    "level",
    "level_amount",
    "money_credit",
    "monthly_commitment",
    "of_deal",
    "of_line",
    "one_price_for_all",
    "per_unit",
    "prepaid",
    "risen",
    "share_as_price",
    "shares_in_tiers",
    "stairs_as_volume",
    "volume",
    "with_fields",
    "without",
]
