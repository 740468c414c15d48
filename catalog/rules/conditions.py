"""The conditions of configuration rules: which names they know, what they ask, and what they come to."""

import math
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from core.cel import STRING, Facts, NotCel, expression

FACTS: Mapping[str, Sequence[str]] = {
    "selected": (),
    "quantity": (),
    "choice": (),
    "months": (),
    "customer": ("segment", "country"),
}
NAMES = frozenset(FACTS)
TABLES = "quantity|choice|customer"
MEMBER = re.compile(rf"\b({TABLES})\s*(?:\.\s*([A-Za-z_]\w*)|\[\s*(\"[^\"]*\"|'[^']*')\s*\])")
ANY_TABLE = re.compile(rf"\b({TABLES}|selected)\b")
IN_SELECTED = re.compile(r"(\"[^\"]*\"|'[^']*')\s+in\s+(selected)\b")


def truth_of(source: str, facts: Facts) -> bool:
    """Whether the condition holds; NotCel if it is neither true nor false."""
    value = expression(source, NAMES).value(facts)
    if not isinstance(value, bool):
        raise NotCel(f"should be true or false, it is {value}", source, 0)
    return value


def number_of(source: str, facts: Facts) -> Decimal:
    """The quantity that the expression comes to, with at most 6 decimals; NotCel if it is none."""
    value = expression(source, NAMES).value(facts)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise NotCel(f"should be a number, it is {value}", source, 0)
    if not math.isfinite(value) or not 0 <= value < 1e12:
        raise NotCel(f"should be from 0 to 1e12, it is {value}", source, 0)
    return round(Decimal(str(value)), 6).normalize() + 0


class Name(NamedTuple):
    """A name that a condition asks for: the price "seats" of `quantity.seats`, and where it stands."""

    table: str
    key: str
    at: int


@dataclass(frozen=True)
class Asked:
    """What conditions look at: names one by one, and whether they look at whole tables (`size(selected)`)."""

    source: str
    names: tuple[Name, ...]
    whole: bool
    prices: frozenset[str] = frozenset()

    def check(self, known: Mapping[str, Collection[str]]) -> None:
        """NotCel for a name that is not there: a typing error would make the rule silent."""
        for table, key, at in self.names:
            if key not in known[table]:
                choice = ", ".join(sorted(known[table])[:12]) or "none"
                raise NotCel(f'there is no "{key}" in {table}; it has {choice}', self.source, at)

    def concerns(self, prices: Collection[str]) -> bool:
        """Whether one of these prices could make a difference."""
        return self.whole or not self.prices.isdisjoint(prices)

    @classmethod
    def together(
        cls, parts: Iterable["Asked"], prices: Collection[str], groups: Mapping[str, Sequence[str]]
    ) -> "Asked":
        """What a rule looks at in all its conditions, and the prices that it names."""
        found, every = set(prices), list(parts)
        for part in every:
            for table, key, _ in part.names:
                found |= set(groups.get(key, ())) if table == "choice" else {key}
        return cls("", (), any(part.whole for part in every), frozenset(found))


@lru_cache(maxsize=4096)
def asked(source: str) -> Asked:
    """What the condition looks at; NotCel if it is no condition."""
    expression(source, NAMES)
    names = [Name(found[1], found[2] or found[3][1:-1], found.start()) for found in MEMBER.finditer(source)]
    names += [Name("selected", found[1][1:-1], found.start()) for found in IN_SELECTED.finditer(source)]
    bare = STRING.sub(lambda found: " " * len(found[0]), source)
    mentions = len(ANY_TABLE.findall(bare))
    return Asked(source, tuple(names), whole=mentions > len(names))
