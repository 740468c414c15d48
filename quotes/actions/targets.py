"""Making a draft's committed total what the seller wants it to be, by its quote discount."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _

from core.errors import Invalid
from core.formats import money
from core.models import User
from pricing import committed
from quotes.actions.drafts import edit_version
from quotes.models import QuoteVersion
from quotes.queries.deals import deal_of
from quotes.rules.targets import discount_for
from quotes.rules.terms import sold


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

    most, least = total_at(Decimal(0)), total_at(Decimal(100))
    if not least <= target <= most:
        ends = _("{least} to {most}").format(least=money(least, version.currency), most=money(most, version.currency))
        raise Invalid(
            {"total": _("With a quote discount of 0 to 100 % the committed total can be {ends}.").format(ends=ends)}
        )
    percent = discount_for(target, total_at)
    edit_version(version, by=by, at=at, edit_number=edit_number, discount_percent=percent)
    return Reached(percent, total_at(percent))
