"""A charge at telling quantities, opened in words, and its amounts as a line. Pure; priced by the one engine."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from catalog.rules.words import Display, plural
from core.data_words import told
from core.formats import money, quantity, unit_price
from pricing import Bill, Charge, PriceModel, Series, Step, Terms, Usage, explain, rate
from pricing.components import Fixed, Metered
from pricing.models import Matrix, Multiplier, SinglePrice

START = date(2027, 1, 1)
SAMPLES = 49
A_HAIR = Decimal("0.000001")
AGREED = "agreed"
INCLUDED = "/included-"  # in the key of a step, before its number


@dataclass(frozen=True)
class Cell:
    """A part of a price that is a function of quantity alone: the price, or one cell of it."""

    name: str
    price: SinglePrice
    dimensions: tuple[tuple[str, str], ...] = ()


class Example(NamedTuple):
    """A quantity, what it costs, and how that comes about."""

    quantity: str
    amount: str
    average: str
    steps: tuple[str, ...]


class Line(NamedTuple):
    """Amounts over quantities as people count them, from zero to far beyond the last edge."""

    points: tuple[tuple[Decimal, Decimal], ...]
    samples: tuple[tuple[Decimal, Decimal], ...]


def cells_of(charge: Charge) -> list[Cell]:
    """The parts of a charge's price; a factor by dimension is left out of them."""
    price = unmultiplied(charge.price)
    where = charge.quantity.where if isinstance(charge.quantity, Metered) else {}
    fixed = {name: values[0] for name, values in where.items() if values}
    if not isinstance(price, Matrix):
        return [Cell("", price, tuple(sorted(fixed.items())))]
    cells = [
        Cell(
            " · ".join(one.when[name] for name in price.dimensions if name in one.when),
            one.price,
            tuple(sorted({**fixed, **one.when}.items())),
        )
        for one in price.cells
    ]
    return [*cells, *([Cell("everything else", price.default, tuple(sorted(fixed.items())))] if price.default else [])]


def unmultiplied(price: PriceModel) -> SinglePrice | Matrix:
    """The price inside all factors."""
    while isinstance(price, Multiplier):
        price = price.base
    return price


def amounts(charge: Charge, cell: Cell, quantities: Sequence[Decimal], currency: str) -> list[Decimal]:
    """What one interval of each quantity is billed."""
    return list(billed(charge, cell, quantities, currency).net[0])


def examples(charge: Charge, cell: Cell, display: Display, currency: str) -> list[Example]:
    """Telling quantities with what they cost and how that comes about."""
    quantities = example_quantities(charge, cell, display)
    bill = billed(charge, cell, quantities, currency)
    return [
        Example(
            quantity=counted(units, charge, display),
            amount=money(bill.net[0, number], currency),
            average=average(bill.net[0, number], units, charge, display, currency),
            steps=steps_of(bill, number),
        )
        for number, units in enumerate(quantities)
    ]


def billed(charge: Charge, cell: Cell, quantities: Sequence[Decimal], currency: str) -> Bill:
    """One month for each quantity, as if the interval were that month and a meter had counted it."""
    meter = charge.quantity.meter if isinstance(charge.quantity, Metered) else AGREED
    allowance = charge.allowance.model_copy(update={"reset": "month"}) if charge.allowance else None
    alone = charge.model_copy(
        update={
            "quantity": Metered(meter=meter),
            "interval": "month",
            "timing": "arrears",
            "allowance": allowance,
            "from_month": 1,
            "to_month": None,
            "starts": None,
            "ends": None,
        }
    )
    terms = Terms(currency=currency, start=START, months=len(quantities), charges=(alone,))
    return rate(terms, Usage.exactly({Series(meter, cell.dimensions): quantities}))


def steps_of(bill: Bill, period: int) -> tuple[str, ...]:
    """What was done for one month, without what changed nothing."""
    found = [
        said(step)
        for line in bill.lines
        if line.list[0, period] or len(bill.lines) == 1
        for step in explain(bill, line.key, period)
        if (step.kind in ("price", "change") and step.amount) or INCLUDED in step.key
    ]
    return tuple(dict.fromkeys(found))


def said(step: Step) -> str:
    if INCLUDED in step.key:
        return f"{quantity(-(step.quantity or 0))} included"
    return f"{step.text.replace(' x ', ' × ')} = {quantity(step.amount)}"


def counted(units: Decimal, charge: Charge, display: Display) -> str:
    """A quantity as people say it: "250 M tokens"."""
    number = units / display.scale
    return f"{quantity(number)} {told(display.unit) or plural(charge.unit, number)}"


def average(amount: Decimal, units: Decimal, charge: Charge, display: Display, currency: str) -> str:
    """What one unit comes to on average, to six figures."""
    if not units:
        return ""
    each = amount / (units / display.scale)
    short = each.quantize(Decimal(1).scaleb(max(-12, each.adjusted() - 5))) if each else each
    return f"{unit_price(short, currency)} per {display.unit or charge.unit}"


def line_of(charge: Charge, cell: Cell, display: Display, currency: str) -> Line:
    """Amounts at even distances and on both sides of every edge, in the units in which people count."""
    reach = reach_of(charge, cell, display)
    even = [reach * number / (SAMPLES - 1) for number in range(SAMPLES)]
    edges = [place for edge in edges_of(charge, cell) for place in (edge, edge + A_HAIR)]
    places = sorted({*(round(one, 6) for one in even), *edges})
    found = dict(zip(places, amounts(charge, cell, places, currency), strict=True))
    points = tuple((place / display.scale, found[place]) for place in places)
    return Line(points, tuple((one / display.scale, found[round(one, 6)]) for one in even))


def edges_of(charge: Charge, cell: Cell) -> list[Decimal]:
    """The quantities at which a price changes: what is included, and the ends of its tiers."""
    included = charge.allowance.quantity if charge.allowance else Decimal(0)
    ends = [tier.up_to for tier in getattr(cell.price, "tiers", ()) if tier.up_to is not None]
    return sorted({*([included] if included else []), *(included + end for end in ends)})


def reach_of(charge: Charge, cell: Cell, display: Display) -> Decimal:
    """How far it is worth looking: beyond the last edge, or a round number of what people count in."""
    edges = edges_of(charge, cell)
    if edges:
        return edges[-1] * Decimal("1.6")
    agreed = charge.quantity.value if isinstance(charge.quantity, Fixed) else Decimal(0)
    size = getattr(cell.price, "size", Decimal(0)) * 6
    return max(agreed * 2, size, display.scale * 100)


def example_quantities(charge: Charge, cell: Cell, display: Display) -> list[Decimal]:
    """Up to five telling quantities: at edges, just beyond, and between."""
    if isinstance(charge.quantity, Fixed) and not getattr(cell.price, "tiers", ()):
        return [charge.quantity.value]
    edges = edges_of(charge, cell)
    if not edges:
        return [display.scale, display.scale * 100]
    unit = display.scale if all(edge % display.scale == 0 for edge in edges) else Decimal(1)
    found = [one for edge in edges[:2] for one in (edge, edge + unit)]
    return [*found, reach_of(charge, cell, display)]
