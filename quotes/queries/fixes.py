"""Ways out of configuration problems, each found by trying it: it solves the problem and brings no other."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.translation import gettext as _

from catalog.models import Price
from core.data_words import told
from core.formats import plain
from core.formats import quantity as shown
from quotes.models import QuoteLine
from quotes.queries.configuration import Configured, Told
from quotes.rules.components import with_quantity
from quotes.rules.fixes import MOST, Way, ways_of_package, ways_of_rule
from quotes.rules.lines import why_not_remove


@dataclass(frozen=True)
class Fix:
    """What one click does, in words and as its form sends it: prices to add, lines to remove, quantities to set
    ("seats=120"); or what is sent to another address than that of fixes."""

    label: str
    fields: tuple[tuple[str, str], ...]
    url: str = ""


def fixes_of(draft: Configured) -> dict[str, tuple[Fix, ...]]:
    """By the sentence of the problem; at most three ways out of each."""
    told = draft.told()
    if not told:
        return {}
    shelf = {price.key: price for price in Price.objects.filter(book=draft.version.price_book_id)}
    return {one.sentence: tuple(Trial(draft, told, shelf).fixes(one)) for one in told}


@dataclass(frozen=True)
class Trial:
    """A draft on which ways are tried, in memory."""

    draft: Configured
    told: Sequence[Told]
    shelf: dict[str, Price]

    def fixes(self, problem: Told) -> Iterator[Fix]:
        seen: set[Way] = set()
        for way in self.ways(problem):
            if way not in seen and len(seen) < MOST and self.solves(problem, way):
                seen.add(way)
                yield self.fix(way)

    def ways(self, problem: Told) -> Iterator[Way]:
        rule = self.draft.rule(problem.source)
        if rule is not None:
            yield from ways_of_rule(rule, self.draft.rules, self.draft.whole)
        for on in self.draft.held:
            if on.name == problem.source:
                yield from ways_of_package(on.slots, problem.prices, on.taken)

    def solves(self, problem: Told, way: Way) -> bool:
        lines = self.tried(way)
        if lines is None:
            return False
        tried = replace(self.draft, lines=tuple(lines))
        before, after = {one.mark for one in self.told}, {one.mark for one in tried.told()}
        return problem.mark not in after and after <= before

    def tried(self, way: Way) -> list[QuoteLine] | None:
        """The lines as the way leaves them; None if they cannot be left so."""
        quantities = dict(way.quantities)
        staying = [line for line in self.draft.lines if line.price.key not in way.removes]
        leaving = self.lines_of(way.removes)
        others = [line.component for line in staying]
        if any(line.rule or why_not_remove(line.key, others) for line in [*leaving, *self.lines_of(quantities)]):
            return None
        if any(len(self.lines_of([key])) != 1 for key in quantities):
            return None
        changed = [self.with_quantity(line, quantities.get(line.price.key)) for line in staying]
        return [*changed, *(self.line(self.shelf[key]) for key in way.adds)]

    def lines_of(self, prices: Iterable[str]) -> list[QuoteLine]:
        wanted = set(prices)
        return [line for line in self.draft.lines if line.price.key in wanted]

    def with_quantity(self, line: QuoteLine, quantity: Decimal | None) -> QuoteLine:
        if quantity is None:
            return line
        return QuoteLine(
            key=line.key, price=line.price, part=line.part, component=with_quantity(line.component, quantity)
        )

    def line(self, price: Price) -> QuoteLine:
        """A new line of the price, in the package that has a place for it."""
        packages = {line.part.package_id: line.part for line in self.draft.lines if line.part}
        places = (
            part
            for package, part in packages.items()
            if any(slot.price == price.key for slot in self.draft.slots.get(package, ()))
        )
        return QuoteLine(key=price.key, price=price, part=next(places, None), component=price.component)

    def fix(self, way: Way) -> Fix:
        adds = " + ".join(told(self.shelf[key].component["name"]) for key in way.adds)
        leaving = self.lines_of(way.removes)
        removes = " + ".join(told(line.component["name"]) for line in leaving)
        if adds and removes:
            label = _("Replace {removed} with {added}").format(removed=removes, added=adds)
        elif adds:
            label = _("Add {added}").format(added=adds)
        elif removes:
            label = _("Remove {removed}").format(removed=removes)
        else:
            [(key, quantity)] = way.quantities
            label = _("Set {name} to {quantity}").format(
                name=told(self.lines_of([key])[0].component["name"]), quantity=shown(quantity)
            )
        wanted = dict(way.quantities)
        sets = [("set", f"{line.key}={plain(wanted[line.price.key])}") for line in self.lines_of(wanted)]
        gone = [("remove", line.key) for line in leaving]
        return Fix(label, (*(("add", key) for key in way.adds), *gone, *sets))
