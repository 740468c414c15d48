"""Sentences that were stored in the language of the house, told again in the reader's.

What is stored has its values in it: "The discount of 25 % is over the limit." The marked words that it was made from
("The discount of {percent} is over the limit.") say where they are, so that nothing beside the sentence is stored.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from babel.messages.mofile import read_mo
from django.utils.translation import gettext

from core import formats
from core.catalogs import COMPILED, INSIDE
from core.data_words import told_parts
from core.languages import HOUSE, current, in_house
from core.roles import ROLE_NAMES

PLACE = re.compile(r"\{(\w+)\}")
BETWEEN = re.compile(r"(?<=[.!?])\s+(?=\S)")
NUMBER = re.compile(r"[-−]?\d[\d,]*(?:\.\d+)?")
MONEY = re.compile(rf"([-−]?)([A-Z]{{3}})[ \u00a0]({NUMBER.pattern})")
COUNTED = re.compile(rf"({NUMBER.pattern})[ \u00a0](%|\w+)")
WORDS = re.compile(r"[a-z]+( [a-z]+)*")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MONTH = re.compile(rf"({'|'.join(MONTHS)}) (\d{{4}})")
LEAST = 12  # letters of its own that a pattern needs: "{names} and {last}" would fit anything
START = 4  # letters by which patterns are found


class Pattern(NamedTuple):
    """Marked words with places for values, and the same in another language."""

    fits: re.Pattern[str]
    own: int  # letters
    said: str


def retold(text: str) -> str:
    """The stored words in the language being written; words that nobody marked stay as they are."""
    if not text or current() == HOUSE:
        return text
    return whole(text) or " ".join(whole(part) or part for part in BETWEEN.split(text))


def whole(text: str) -> str:
    """One sentence; "" for one that nobody marked."""
    if (said := gettext(text)) != text:
        return said
    found = [(one, fit.groupdict()) for one in candidates(text) if (fit := one.fits.fullmatch(text))]
    # A value is part of a sentence: where it holds the end of one, another pattern fits better.
    fitting = [pair for pair in found if not any(map(BETWEEN.search, pair[1].values()))]
    if not fitting:
        return ""
    best, values = max(fitting, key=lambda pair: pair[0].own)
    return best.said.format_map({name: value_retold(value) for name, value in values.items()})


def candidates(text: str) -> Iterator[Pattern]:
    known = patterns(current())
    yield from known.get(text[:START], ())
    yield from known.get("", ())


@lru_cache
def patterns(language: str) -> Mapping[str, list[Pattern]]:
    """Every marked sentence with places, by how it starts; under "" those that start with a value."""
    with (COMPILED / language / INSIDE / "django.mo").open("rb") as file:
        catalog = read_mo(file)
    found: dict[str, list[Pattern]] = defaultdict(list)
    for entry in catalog:
        for marked, said in pairs(entry.id, entry.string):
            names, own = PLACE.findall(marked), len(PLACE.sub("", marked))
            if names and own >= LEAST and set(PLACE.findall(said)) <= set(names):
                start = marked[:START] if "{" not in marked[:START] else ""
                found[start].append(Pattern(pattern(marked), own, said))
    return found


def pairs(marked: str | Iterable[str], said: str | Iterable[str] | None) -> Iterator[tuple[str, str]]:
    """Singular and plural are two sentences."""
    if isinstance(marked, str) and isinstance(said, str):
        yield marked, said
    elif not isinstance(marked, str) and said is not None and not isinstance(said, str):
        yield from zip(marked, said, strict=False)


def pattern(marked: str) -> re.Pattern[str]:
    seen: set[str] = set()
    parts = PLACE.split(marked.replace("{{", "{").replace("}}", "}"))
    for place in range(1, len(parts), 2):
        name = parts[place]
        # A name may have a colon itself, "Tokens: input"; what is said of it has none.
        most = ".+" if place == 1 and not parts[0] and parts[2].startswith(": ") else ".+?"
        parts[place] = f"(?P={name})" if name in seen else f"(?P<{name}>{most})"
        seen.add(name)
    return re.compile("".join(re.escape(part) if place % 2 == 0 else part for place, part in enumerate(parts)), re.S)


def value_retold(value: str) -> str:
    """A number, an amount, so many of something, a word, a role or a name, as this language writes it."""
    if NUMBER.fullmatch(value):
        return formats.quantity(plain(value))
    if money := MONEY.fullmatch(value):
        sign, currency, amount = money.groups()
        return formats.unit_price(plain(sign + amount), currency)
    if NUMBER.fullmatch(value.removesuffix("%")):
        return formats.percent(plain(value.removesuffix("%")))
    if counted := COUNTED.fullmatch(value):
        number, unit = counted.groups()
        return f"{formats.quantity(plain(number))} {gettext(unit)}"
    if WORDS.fullmatch(value) and (said := gettext(value)) != value:
        return said
    if found := MONTH.fullmatch(value):
        return formats.month(date(int(found[2]), MONTHS.index(found[1]) + 1, 1))
    return roles().get(value.lower()) or ", ".join(map(named, value.split(", ")))


def named(label: str) -> str:
    """ "Tokens: Sonnet · input": a meter and what of it."""
    return ": ".join(map(told_parts, label.split(": ")))


def plain(number: str) -> str:
    return number.replace(",", "").replace(formats.MINUS, "-")


def roles() -> dict[str, str]:
    with in_house():
        names = {role: str(name).lower() for role, name in ROLE_NAMES.items()}
    return {name: str(ROLE_NAMES[role]) for role, name in names.items()}
