"""Which streams of usage a deal's metered charges need a forecast of."""

from collections.abc import Iterable
from itertools import product

from pricing import Charge, Series, Terms
from pricing.components import Metered
from pricing.models import Matrix


def metered(terms: Terms) -> list[Charge]:
    return [charge for charge in terms.charges if isinstance(charge.quantity, Metered)]


def matching(charge: Charge, known: Iterable[Series]) -> list[Series]:
    """The known series that the charge prices, in a stable order."""
    quantity = charge.quantity
    if not isinstance(quantity, Metered):
        return []
    return sorted(series for series in known if quantity.matches(series.meter, series.dimensions))


def assumed(charge: Charge) -> list[Series]:
    """The series to ask an assumption for, where nothing is known: one per cell of a matrix, else one per filter."""
    quantity = charge.quantity
    if not isinstance(quantity, Metered):
        return []
    names = sorted(quantity.where)
    filters = [dict(zip(names, values, strict=True)) for values in product(*(quantity.where[name] for name in names))]
    cells = cells_of(charge) or [{}]
    merged = [{**cell, **chosen} for chosen in filters for cell in cells if agree(cell, chosen)]
    return sorted({Series.of(quantity.meter, **dimensions) for dimensions in merged})


def cells_of(charge: Charge) -> list[dict[str, str]]:
    price = charge.price.innermost
    return [dict(cell.when) for cell in price.cells] if isinstance(price, Matrix) else []


def agree(one: dict[str, str], other: dict[str, str]) -> bool:
    return all(other.get(name, value) == value for name, value in one.items())


def name_of(series: Series) -> str:
    """A series as text, the key of an assumption: "tokens|direction=input,model=sonnet"."""
    return f"{series.meter}|{','.join(f'{name}={value}' for name, value in series.dimensions)}"


def series_named(name: str) -> Series:
    """The series of such a text."""
    meter, _, dimensions = name.partition("|")
    named = dict(part.split("=", 1) for part in dimensions.split(",") if "=" in part)
    return Series(meter, tuple(sorted(named.items())))
