"""What would solve a configuration problem: lines to add, to remove and quantities to set. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from catalog.rules.conditions import asked, number_of
from catalog.rules.configuration import Configuration, Rule, Selection
from catalog.rules.packages import Slot, nearest, wrong_quantity
from core.cel import NotCel

MOST = 3  # ways that are offered for one problem


@dataclass(frozen=True)
class Way:
    """Prices to add, prices whose lines go, and quantities by price."""

    adds: tuple[str, ...] = ()
    removes: tuple[str, ...] = ()
    quantities: tuple[tuple[str, Decimal], ...] = ()


def ways_of_rule(rule: Rule, rules: Configuration, taken: Selection) -> Iterator[Way]:
    """What might make the rule content; whether it does is found by trying."""
    here = taken.quantities
    if missing := tuple(key for key in rule.requires if key not in here):
        yield Way(adds=missing)
    if unwanted := tuple(key for key in rule.excludes if key in here):
        yield Way(removes=unwanted)
    yield from ways_of_bounds(rule, rules, taken)
    names = [name for _, source in rule.conditions for name in asked_names(source)]
    for table, key in names:
        chosen = tuple(one for one in rules.groups.get(key, ()) if one in here) if table == "choice" else ()
        yield from (
            Way((other,), chosen) for other in rules.groups.get(key, ()) if table == "choice" and other not in here
        )
    yield from (Way(removes=(key,)) for table, key in names if table in ("selected", "quantity") and key in here)


def asked_names(source: str) -> Iterator[tuple[str, str]]:
    try:
        yield from ((name.table, name.key) for name in asked(source).names)
    except NotCel:
        return


def ways_of_bounds(rule: Rule, rules: Configuration, taken: Selection) -> Iterator[Way]:
    bounds = rule.bounds
    if bounds is None or bounds.price not in taken.quantities:
        return
    facts = rules.facts(taken)
    for source in filter(None, (bounds.min, bounds.max)):
        try:
            yield Way(quantities=((bounds.price, number_of(source, facts)),))
        except NotCel:
            continue
        others = [key for table, key in asked_names(source) if table == "quantity" and key in taken.quantities]
        yield from (Way(quantities=((other, taken.quantities[bounds.price]),)) for other in others)
    yield Way(removes=(bounds.price,))


def ways_of_package(
    slots: Iterable[Slot], prices: Iterable[str], taken: Mapping[str, Iterable[Decimal | None]]
) -> Iterator[Way]:
    """What might give a package what it misses, or take what it has too much of."""
    told = list(prices)
    here = [key for key in told if key in taken]
    yield from (Way(adds=(key,)) for key in told if key not in taken)
    if len(here) > 1:
        yield from (Way(removes=tuple(other for other in here if other != key)) for key in here)
    for slot in slots:
        if slot.price in here:
            for quantity in taken[slot.price]:
                if quantity is not None and wrong_quantity(slot, quantity):
                    yield Way(quantities=((slot.price, nearest(slot, quantity)),))
