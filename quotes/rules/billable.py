"""What the billing system of a deal cannot bill as agreed, and the nearest thing that it can."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from catalog.rules.points import price_points
from quotes.rules.components import Component
from quotes.rules.ramps import Years
from quotes.rules.terms import Deal, Line

DEAL_FIELDS = frozenset({"free_months", "escalator_percent", "discount_percent", "discount_from", "discount_to"})
LINE_FIELDS = frozenset({"discount_percent", "discount_from", "discount_to", "years"})


@dataclass(frozen=True)
class Substitute:
    """What a click puts in place: whole components by key, lines that go, and fields of the deal and of lines."""

    sentence: str
    costs: str = ""  # over the term, beside what was quoted
    puts: tuple[Component, ...] = ()
    removes: tuple[str, ...] = ()
    deal: Mapping[str, Any] = field(default_factory=dict)
    lines: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Unbillable:
    """One place of the terms; `line` is the key of the line it belongs to, if one."""

    target: str
    construct: str
    label: str
    path: str
    line: str
    why: str
    instead: Substitute | None = None
    otherwise: str = ""  # why nothing comes near, where nothing does
    name: str = ""  # of the line
    again: bool = False  # the same alternative stands at an earlier one, and mends this too

    @property
    def place(self) -> str:
        """Names it in a form: the construct and where it is."""
        return f"{self.construct}@{self.path}"

    @property
    def rest(self) -> str:
        """What follows where no button does."""
        return _("The change above mends this too.") if self.again else self.otherwise

    @property
    def sentence(self) -> str:
        said = _("{target} cannot bill this: {construct}. {why}")
        return said.format(target=self.target, construct=self.label, why=self.why)


def substituted(deal: Deal, instead: Substitute) -> Deal:
    """The deal as a click leaves it: what `quotes.actions.substituting` does to its rows."""
    puts = {part["key"]: part for part in instead.puts}
    new = [part for part in instead.puts if part["key"] not in {line.key for line in deal.lines}]
    gone = [line.key for line in deal.lines if line.key in instead.removes]

    def lines() -> Iterator[Line]:
        for line in deal.lines:
            if line.key not in instead.removes:
                yield put(line, puts.get(line.key, line.component), instead.lines.get(line.key, {}))
            elif line.key == gone[0]:
                yield from (replace(line, component=part, list_component=part, years={}) for part in new)

    fields = {name: value for name, value in instead.deal.items() if name in DEAL_FIELDS}
    return replace(deal, lines=tuple(lines()), **fields)


def put(line: Line, component: Component, fields: Mapping[str, Any]) -> Line:
    wanted = {name: value for name, value in fields.items() if name in LINE_FIELDS}
    return replace(line, component=component, **{"years": years_that_fit(line.years, component), **wanted})


def years_that_fit(years: Years, component: Component) -> Years:
    """What later years say of prices that the component still has: another model has other prices."""
    known = {point.path for point in price_points(component)} if years else set()
    kept = {
        year: {**said, "prices": prices} if prices else {name: one for name, one in said.items() if name != "prices"}
        for year, said in years.items()
        for prices in [{path: amount for path, amount in said.get("prices", {}).items() if path in known}]
    }
    return {year: said for year, said in kept.items() if said}
