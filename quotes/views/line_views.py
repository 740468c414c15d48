"""The lines of a draft for the grid: words, inputs and addresses."""

from collections import Counter
from dataclasses import dataclass, replace
from decimal import InvalidOperation
from functools import cached_property
from itertools import pairwise
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from catalog.rules.packages import Slot, fitting, limits_in_words, wrong_quantity
from catalog.rules.words import plural
from core import formats
from core.fields import lenient
from core.languages import lazily as _lazy
from core.roles import ROLE_NAMES
from core.words import period
from quotes.models import QuoteVersion
from quotes.queries.lines import Slots
from quotes.queries.priced import PricedVersion
from quotes.rules.line_months import months_said
from quotes.rules.pricing import LineRow, YearRow
from quotes.rules.transitions import Status
from quotes.views.edits import Edit

INTERVALS = {
    "month": _lazy("per month"),
    "quarter": _lazy("per quarter"),
    "year": _lazy("per year"),
    "once": _lazy("once"),
}
TIMINGS = {"advance": _lazy("in advance"), "arrears": _lazy("in arrears")}
KINDS = {"credit": _lazy("Prepaid credits"), "commitment": _lazy("Commitment")}
ACTIONS = ("line", "removal", "position", "line_panel", "line_target")


@dataclass(frozen=True)
class Cell:
    """An input of a line."""

    id: str
    name: str
    key: str
    label: str
    value: str
    suffix: str
    url: str
    error: str = ""
    hint: str = ""
    fixes: tuple[str, ...] = ()  # values that would do, by a click

    @property
    def below(self) -> bool:
        """Whether the unit is too long to stand beside the number."""
        return len(self.suffix) > 10 or len(self.suffix) + len(self.value) > 15


@dataclass(frozen=True)
class LineView:
    """A line; words, inputs and addresses are made when they are shown, for an edit shows few of many lines."""

    row: LineRow
    version: QuoteVersion
    edit: Edit  # of this line
    slots: Slots
    first: bool = False
    last: bool = False
    heading: str = ""  # the package, where it begins
    group: str = ""  # what the row of the heading is called
    heads_package: bool = False  # whether it is the first line of its package

    def __getattr__(self, name: str) -> Any:
        return getattr(self.row, name)

    @property
    def words(self) -> str:
        return words(self.row)

    @property
    def included(self) -> str:
        return included(self.row)

    @property
    def ramp(self) -> str:
        return ramp(self.row)

    @property
    def once(self) -> bool:
        """Whether it is billed or granted a single time: it has a month, but no last one."""
        return self.row.interval == "once"

    @property
    def runs(self) -> str:
        return months_said(self.row.from_month, self.row.to_month, once=self.once)

    @property
    def interval_words(self) -> str:
        return INTERVALS.get(self.row.interval, self.row.interval)

    @property
    def uncertain(self) -> bool:
        return self.row.net_term.p10 != self.row.net_term.p90

    @cached_property
    def urls(self) -> dict[str, str]:
        number = self.version.quote.number
        urls = {name.removeprefix("line_"): reverse(f"quotes:{name}", args=[number, self.row.key]) for name in ACTIONS}
        urls["explanation"] = reverse("quotes:explanation", args=[number, self.version.number, self.row.key])
        if self.heads_package:
            urls["package_removal"] = reverse("quotes:package_removal", args=[number, self.row.package_code])
        return urls

    @cached_property
    def quantity_cell(self) -> Cell | None:
        slot = self.slots.of(self.row.key) if self.version.status == Status.DRAFT else None
        return quantity_cell(self.row, self.urls["line"], self.edit, self.version.currency, slot)

    @cached_property
    def discount_cell(self) -> Cell | None:
        return discount_cell(self.row, self.urls["line"], self.edit)


def line_views(version: QuoteVersion, deal: PricedVersion, edit: Edit) -> list[LineView]:
    views = []
    package, headed, outline, none, slots = "", {""}, deal.outline, Edit(), Slots(version)
    groups: Counter[str] = Counter()
    for row in deal.lines:
        begins = row.package != package
        groups[row.package_code] += begins
        view = LineView(
            row,
            version,
            edit if edit.line == row.key else none,
            slots,
            first=row.key == outline[0].key,
            last=row.key == outline[-1].key,
            group=f"group-{row.package_code}-{groups[row.package_code]}" if begins else "",
            heading=(row.package or _("Single prices")) if begins else "",
            heads_package=row.package_code not in headed,
        )
        views.append(view)
        package = row.package
        headed.add(row.package_code)
    return views


def words(row: LineRow) -> str:
    """ "Model tokens, billed in arrears": what the line is and when it is billed."""
    product = "" if row.product.lower() in row.name.lower() else row.product
    if row.kind != "charge":
        return KINDS.get(row.kind, product)
    billed = INTERVALS["once"] if row.interval == "once" else TIMINGS.get(row.timing, row.timing)
    return (
        _("{product}, billed {billed}").format(product=product, billed=billed)
        if product
        else _("Billed {billed}").format(billed=billed)
    )


def ramp(row: LineRow) -> str:
    """ "year 2: 40 seats, year 3: 60 seats": what is said of the years after the first."""
    said = [(year.year, step(before, year, row.unit)) for before, year in pairwise(row.years)]
    return ", ".join(_("year {n}: {what}").format(n=n, what=what) for n, what in said if what)


def step(before: YearRow, year: YearRow, unit: str) -> str:
    found = []
    if year.quantity is not None and year.quantity != before.quantity:
        found.append(f"{formats.quantity(year.quantity)} {plural(unit, year.quantity) if unit else ''}".strip())
    if year.price != before.price:
        found.append(year.price)
    if year.discount_percent != before.discount_percent:
        found.append(_("{percent} off").format(percent=formats.percent(year.discount_percent)))
    return " ".join(found)


def included(row: LineRow) -> str:
    if not row.allowance:
        return ""
    return _("{allowance} {unit} included per {period}").format(
        allowance=formats.quantity(row.allowance),
        unit=plural(row.unit, row.allowance),
        period=period(row.allowance_reset),
    )


def quantity_cell(row: LineRow, url: str, edit: Edit, currency: str, slot: Slot | None) -> Cell | None:
    if row.quantity is None:
        return None
    unit = plural(row.unit, row.quantity) if row.unit else currency
    label, stored = _("Quantity of {name}").format(name=row.name), formats.quantity(row.quantity)
    found = cell(row, "quantity", label, stored, suffix=unit, url=url, edit=edit)
    if slot is None:
        return found
    limits = limits_in_words(slot.low, slot.high, slot.step)
    return replace(found, hint=limits[:1].upper() + limits[1:], fixes=near(slot, found.value) if found.error else ())


def near(slot: Slot, typed: str) -> tuple[str, ...]:
    """The quantities next to one that the package does not take."""
    try:
        quantity = lenient(typed)
    except InvalidOperation:
        return ()
    return tuple(map(formats.quantity, fitting(slot, quantity))) if wrong_quantity(slot, quantity) else ()


def discount_cell(row: LineRow, url: str, edit: Edit) -> Cell | None:
    if row.kind != "charge":
        return None
    stored = formats.quantity(row.discount_percent)
    label = _("Discount on {name}").format(name=row.name)
    found = cell(row, "discount_percent", label, stored, suffix="%", url=url, edit=edit)
    return replace(found, hint=limit_words(row))


def limit_words(row: LineRow) -> str:
    """ "Your limit 10 %; deal desk up to 25 %, finance up to 40 %": how far each role goes with the line."""
    if not row.limits:
        return ""
    own, *others = row.limits
    said = _("Your limit {percent}").format(percent=formats.percent(own[1]))
    more = [
        _("{role} up to {percent}").format(role=ROLE_NAMES[role], percent=formats.percent(most))
        for role, most in others
    ]
    if more:
        return f"{said}; {', '.join(more)}"
    return _("{said}, and nobody gives more").format(said=said)


def cell(row: LineRow, name: str, label: str, stored: str, *, suffix: str, url: str, edit: Edit) -> Cell:
    """The input with what is stored; or, where that was refused, with what was typed and why."""
    error = edit.errors.get(name, "")
    return Cell(
        id=f"{name.partition('_')[0]}-{row.key}",
        name=name,
        key=row.key,
        label=label,
        value=edit.typed.get(name, stored) if error else stored,
        suffix=suffix,
        url=url,
        error=error,
    )
