"""Letting a draft be bought another way: with another promise, or none, as one edit."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import Invalid
from core.models import User
from quotes.actions.edits import claim, settle
from quotes.actions.placing import add_lines, close_ranks, part_for
from quotes.models import QuoteLine, QuoteVersion
from quotes.queries.advising import Ground, Instrument, discounted, scoped
from quotes.queries.limits import limited
from quotes.rules.advice import COMMITMENT
from quotes.rules.components import is_metered
from quotes.rules.discounts import wrong_discounts
from quotes.rules.plans import NONE, Plan, is_promise, sized


@transaction.atomic
def use_plan(
    base: Ground, *, plan: Plan, instrument: Instrument | None, by: User, at: datetime, edit_number: int | None = None
) -> QuoteVersion:
    """Make the promise of the plan, in its size and at its discount, and no other; undone as one step."""
    if plan.kind != NONE and (instrument is None or plan.size <= 0):
        raise Invalid({"size": _("The size of a promise is above 0.")})
    fresh = claim(base.version, by=by, at=at, edit_number=edit_number)
    keep = instrument.key if instrument and instrument.on_quote else ""
    leaving = [line.pk for line in fresh.lines.all() if is_promise(line.component) and line.key != keep]
    fresh.lines.filter(pk__in=leaving).delete()
    close_ranks(fresh)
    if instrument is not None and plan.kind != NONE:
        promise(fresh, base, plan, instrument)
    return settle(fresh, "use_plan", by=by, at=at, plan=plan.kind, size=str(plan.size), percent=str(plan.percent))


def promise(version: QuoteVersion, base: Ground, plan: Plan, one: Instrument) -> None:
    if not one.on_quote:
        price = version.price_book.prices.get(key=one.key)
        add_lines(version, [(price, part_for(version, price))])
    mine = version.lines.order_by("-position").first() if not one.on_quote else version.lines.get(key=one.key)
    assert mine is not None
    mine.component = {**sized(one.component, plan, version.currency), "key": mine.key}
    changed = [mine]
    if plan.kind == COMMITMENT and plan.percent:
        keys = scoped(one, base.offer.terms)
        for line in version.lines.filter(key__in=keys):
            if is_metered(line.component):
                line.discount_percent = discounted(line.discount_percent, plan.percent)
                changed.append(line)
    QuoteLine.objects.bulk_update(changed, ["component", "discount_percent"])
    check_limits(version, [line.pk for line in changed])


def check_limits(version: QuoteVersion, changed: list[int]) -> None:
    """Invalid if a line would go beyond what anybody may give."""
    for line in version.lines.filter(pk__in=changed).select_related("price"):
        found = list(wrong_discounts(limited(line), version.discount_percent, version.currency))
        if found:
            raise Invalid({"percent": " ".join(found)})
