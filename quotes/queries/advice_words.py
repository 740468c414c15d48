"""What an advice says, in sentences."""

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import formats
from quotes.queries.advice import Advice
from quotes.rules.advice import CREDITS, NEVER
from quotes.rules.band_words import percent


def share(value: float) -> Decimal:
    return round(Decimal(repr(value)), 4)


def window_words(found: Advice) -> str:
    if found.windows == 1:
        return ngettext("over {n} month", "over {n} months", found.window_months).format(n=found.window_months)
    known = {1: _("a month"), 3: _("a quarter"), 12: _("a year")}
    return known.get(found.window_months) or _("every {n} months").format(n=found.window_months)


def headline(found: Advice, money: str) -> str:
    size, window = formats.money(found.plan.size, money), window_words(found)
    used = percent(share(1 - found.risk))
    if found.plan.kind == CREDITS:
        text = _("Prepay {size} {window}: in {used} of the futures it is used up.")
    else:
        text = _("Commit {size} {window}: in {used} of the futures it is used up.")
    return text.format(size=size, window=window, used=used)


def fair_words(found: Advice, money: str, *, with_margin: bool) -> str:
    """The discounts that make both sides better off, or why none does."""
    if found.fair is None:
        return _("Choose a size above 0 to see which discount would be fair.")
    if found.fair.low == NEVER:
        return _("More is promised than is used on average: no discount makes up for that.")
    low, high = (formats.percent(round(Decimal(repr(value)) * 100, 1)) for value in found.fair)
    ours = _("our P50 of margin") if with_margin else _("the P50 of the bill")
    if found.fair.agree:
        return _(
            "From {low} on the customer saves on average; up to {high} {ours} is not lower. Between them both gain."
        ).format(low=low, high=high, ours=ours)
    said = _("The customer saves on average from {low} on, but beyond {high} {ours} is lower.").format(
        low=low, high=high, ours=ours
    )
    if found.fair_sizes is None:
        return f"{said} {_('No size here makes both better off.')}"
    least, most = (formats.money(size, money) for size in found.fair_sizes)
    range_said = _("Both can be better off with {least} to {most}.").format(least=least, most=most)
    return f"{said} {range_said}"


def promise_words(advice: Advice, money: str) -> str:
    return _("{name}: {size} {window}, {off} discount. Not used up in {unused} of the futures.").format(
        name=advice.instrument.name,
        size=formats.money(advice.plan.size, money),
        window=window_words(advice),
        off=formats.percent(round(advice.plan.percent, 2)),
        unused=percent(share(advice.risk)),
    )
