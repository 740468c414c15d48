"""Making a draft's committed total, or that of some lines, what the seller wants it to be, by a discount."""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _

from core.errors import Invalid
from core.formats import money
from core.languages import lazily as _lazy
from core.models import User
from pricing import committed, idle
from quotes.actions.batches import edit_lines
from quotes.actions.drafts import edit_version
from quotes.models import QuoteVersion
from quotes.queries.deals import deal_of
from quotes.rules.components import is_fixed_charge
from quotes.rules.targets import discount_for
from quotes.rules.terms import sold

WHOLE = _lazy("With a quote discount of 0 to 100 % the committed total can be {ends}.")
PART = _lazy("With one discount of 0 to 100 % this can be {ends}.")
BY_USAGE = _lazy("Only what has a fixed quantity can be made an amount; usage is billed as it comes.")


class Reached(NamedTuple):
    percent: Decimal
    total: Decimal


def reach_total(
    version: QuoteVersion, *, target: Decimal, by: User, at: datetime, edit_number: int | None = None
) -> Reached:
    """Set the quote discount with which the committed total is nearest to the target; one edit, undone as one."""
    deal = deal_of(version)

    def total_at(percent: Decimal) -> Decimal:
        return committed(sold(replace(deal, discount_percent=percent)))

    percent = nearest(target, total_at, version.currency, WHOLE)
    edit_version(version, by=by, at=at, edit_number=edit_number, discount_percent=percent)
    return Reached(percent, total_at(percent))


def reach_lines(
    version: QuoteVersion,
    *,
    keys: Collection[str],
    target: Decimal,
    by: User,
    at: datetime,
    edit_number: int | None = None,
) -> Reached:
    """Give the charges among these lines the one discount with which the lines commit what is nearest to the target."""
    deal = deal_of(version)
    fixed = [line for line in deal.lines if line.key in keys and is_fixed_charge(line.component)]
    if not fixed:
        raise Invalid({"total": str(BY_USAGE)})
    if any(line.optional for line in fixed):
        deal = deal.with_options

    def total_at(percent: Decimal) -> Decimal:
        lines = tuple(replace(one, discount_percent=percent) if one.key in given else one for one in deal.lines)
        terms = sold(replace(deal, lines=lines))
        bill = idle(terms)
        return sum((one.discounted[0].sum() for one in bill.lines if one.charge in keys), Decimal(0))

    given = [line.key for line in fixed]
    percent = nearest(target, total_at, version.currency, PART)
    done = edit_lines(version, keys=given, by=by, at=at, edit_number=edit_number, discount_percent=percent)
    assert not done.left
    return Reached(percent, total_at(percent))


def nearest(target: Decimal, total_at: Callable[[Decimal], Decimal], currency: str, beyond: str) -> Decimal:
    """The discount that comes nearest; Invalid for what no discount from 0 to 100 % makes."""
    most, least = total_at(Decimal(0)), total_at(Decimal(100))
    if not least <= target <= most:
        ends = _("{least} to {most}").format(least=money(least, currency), most=money(most, currency))
        raise Invalid({"total": beyond.format(ends=ends)})
    return discount_for(target, total_at)
