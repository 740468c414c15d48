"""What a price or a package may refer to. Plain values."""

from collections.abc import Mapping
from typing import NamedTuple

from catalog.rules.words import Display


class Shelf(NamedTuple):
    """Names by code, and the dimensions of meters."""

    currency: str
    products: Mapping[str, str]
    meters: Mapping[str, str]
    dimensions: Mapping[str, Mapping[str, list[str]]]
    displays: Mapping[str, Display]
    charges: Mapping[str, str]


class Choice(NamedTuple):
    """A price that a package may hold; `agreed` where a seller chooses how many."""

    name: str
    agreed: bool
