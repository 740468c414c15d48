"""Bands, shares and changes of money, in words."""

from decimal import Decimal

from django.utils.translation import gettext as _

from core import formats
from quotes.rules.pricing import Band


def term_words(term: Band, currency: str) -> str:
    """What the band of the whole term means."""
    low, high = (formats.money(value, currency) for value in (term.p10, term.p90))
    if term.p10 == term.p90:
        return _("Nothing here depends on usage: the term costs {high}.").format(high=high)
    return _("9 in 10 futures cost less than {high} over the term; 1 in 10 less than {low}.").format(high=high, low=low)


def way_words(term: Band, currency: str) -> str:
    """What the term costs, bought one way of several."""
    return _("9 in 10 futures cost less than {high}; 8 in 10 are {between}.").format(
        high=formats.money(term.p90, currency), between=between(term, currency)
    )


def between(band: Band, currency: str) -> str:
    return _("from {p10} to {p90}").format(p10=formats.money(band.p10, currency), p90=formats.money(band.p90, currency))


def percent(share: Decimal) -> str:
    """ "12 %", "under 1 %", "over 99 %": a simulated share has no more digits than that."""
    if 0 < share < Decimal("0.01"):
        return _("under 1 %")
    if Decimal("0.99") < share < 1:
        return _("over 99 %")
    return f"{share * 100:.0f} %"
