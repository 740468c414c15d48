"""The kernel's steps in the language of the reader.

The kernel speaks English and knows no Django. Its sentences are few, so they are recognised here by their form and
written again; what none of the forms fits stays as it is.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from catalog.rules.words import plural
from core.data_words import told
from core.formats import quantity, separated, unit_price
from core.languages import HOUSE, current
from core.words import all_of, period

# A form may be followed by another: "Tier 1: " by units. The longer of two that begin alike comes first.
FORMS = (
    gettext_noop("Nothing is billed in this period"),
    gettext_noop("Measured {unit}"),
    gettext_noop("Divided by {size}, rounded up"),
    gettext_noop("Divided by {size}, rounded down"),
    gettext_noop("Divided by {size}"),
    gettext_noop("Included"),
    gettext_noop("Covered by {name}"),
    gettext_noop("Priced {unit}"),
    gettext_noop("Agreed {unit}"),
    gettext_noop("Prorated: {days} of {whole} days"),
    gettext_noop("Fees, limits and free events"),
    gettext_noop("List amount of all charges"),
    gettext_noop("List amount"),
    gettext_noop("Amount"),
    gettext_noop("Rounded half up"),
    gettext_noop("To pay"),
    gettext_noop("Fee of tier {n}"),
    gettext_noop("Fee"),
    gettext_noop("Stair {n}, up to {end}"),
    gettext_noop("Stair {n}"),
    gettext_noop("Tier {n}: {rest}"),
    gettext_noop("All in tier {n}: {rest}"),
    gettext_noop("Markup of {percent} %"),
    gettext_noop("Metered cost"),
    gettext_noop("Maximum of {amount}"),
    gettext_noop("First month free"),
    gettext_noop("First {n} months free"),
    gettext_noop("Line discount {percent} %"),
    gettext_noop("Quote discount {percent} %"),
    gettext_noop("Discount {percent} %"),
    gettext_noop("Discount"),
    gettext_noop("Paid by {name}"),
    gettext_noop("Committed"),
    gettext_noop("Counted towards it"),
    gettext_noop("Least to be billed"),
    gettext_noop("Billed without it"),
    gettext_noop("Escalator of {percent} % every {months} months"),
    gettext_noop("{count} in the tier reached by {meter}"),
    gettext_noop("{count} x {price} (blocks of {size}, rounded up)"),
    gettext_noop("{count} x {price} (blocks of {size}, rounded down)"),
    gettext_noop("{count} x {price} (blocks of {size}, rounded up, {free} free)"),
    gettext_noop("{units} x {price}, at most {most}"),
    gettext_noop("{units} x {price}"),
    gettext_noop("x {factor}, the average factor by {names}"),
    gettext_noop("{percent} % of {amount}"),
    gettext_noop("{percent} % returned below {share} %"),
    gettext_noop("Minimum per {window}"),
    gettext_noop("Maximum per {window}"),
    gettext_noop("minimum"),
    gettext_noop("true-up"),
    gettext_noop("overage"),
    gettext_noop("other"),
)
BLANK = re.compile(r"\\\{(\w+)\\\}")


def patterns() -> Iterator[tuple[re.Pattern[str], str]]:
    for form in FORMS:
        yield re.compile(BLANK.sub(r"(?P<\1>.+?)", re.escape(form))), form


PATTERNS = tuple(patterns())


class Measure(NamedTuple):
    """The unit that people speak of, and how many of a meter's own it is: a million tokens, priced in a currency."""

    factor: Decimal
    unit: str
    currency: str

    def size(self, units: Decimal) -> str:
        return f"{quantity(units / self.factor)} {self.unit}"

    def price(self, each: Decimal) -> str:
        return unit_price(each * self.factor, self.currency)


def in_words(text: str, count: Decimal | None = None, measure: Measure | None = None) -> str:
    """ "Tier 1: 1,000 x 0.25" as "Staffel 1: 1.000 x 0,25"; units as one says them of so many.

    With a measure, quantities and prices in it: "2,000,000 x 0.000003" as "2 M tokens x USD 3.00".
    """
    if current() == HOUSE and count is None and measure is None:
        return text
    for pattern, form in PATTERNS:
        found = pattern.fullmatch(text)
        if found:
            parts = found.groupdict()
            said = {name: value(name, part, count, measure) for name, part in parts.items()}
            if measure and "units" in parts:
                units, price = (Decimal(parts[name].replace(",", "")) for name in ("units", "price"))
                said |= {"units": measure.size(units), "price": measure.price(price)}
            return _(form).format(**said)
    return " · ".join(map(in_words, text.split(" · "))) if " · " in text else told(text)


def value(name: str, part: str, count: Decimal | None, measure: Measure | None) -> str:
    if name == "rest":
        return in_words(part, measure=measure)
    if name == "unit" and measure:
        return measure.unit
    if name == "unit":
        return _("quantity") if part == "unit" else plural(part, Decimal(2) if count is None else count)
    if name == "window":
        return period(part)
    if name == "names":
        return all_of([told(one) for one in part.split(" and ")])
    return separated(part) if re.fullmatch(r"-?[\d,.]+", part) else told(part)
