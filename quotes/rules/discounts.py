"""How far each price of a line may go down: the limits of its price, of the roles that give discounts, its floors.

However it comes about (line discount, quote discount, a price typed over the list's) it is the amount after all of
them, beside the list's, that counts.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _

from catalog.rules.points import Point, price_points
from core.formats import percent, unit_price
from core.kept import remembered, remembered_in_words
from core.roles import ROLE_NAMES
from core.words import inside
from quotes.rules.approvals import Need
from quotes.rules.components import Component, at_quantity_of
from quotes.rules.price_text import Scale

SELLER = "sales"
APPROVERS = ("deal_desk", "finance")
"""Who may give more than the seller, in the order in which they are asked."""

HUNDRED = Decimal(100)


class Limits(NamedTuple):
    """How far a price may go down."""

    max_discount: Decimal | None
    limits: Mapping[str, str]
    floors: Mapping[str, str]


@dataclass(frozen=True)
class Limited:
    """What the limits need of a line."""

    key: str
    name: str
    component: Component
    list_component: Component
    discount_percent: Decimal
    max_discount: Decimal | None
    limits: Mapping[str, str]
    floors: Mapping[str, str]
    scale: Scale
    later: tuple[tuple[Component, Decimal], ...] = ()
    """The component and its discount in each year that says something else."""

    def limit_of(self, role: str) -> Decimal:
        """The most, in percent, that this role may give."""
        anybody = HUNDRED if self.max_discount is None else self.max_discount
        return Decimal(self.limits.get(role, anybody))

    @property
    def limit(self) -> Decimal:
        """The most that the seller may give with all approvals."""
        return max(self.limit_of(role) for role in (SELLER, *APPROVERS))


def limits_of(max_discount: Decimal | None, limits: Mapping[str, str]) -> tuple[tuple[str, Decimal], ...]:
    """How far each role goes with a price: the seller, then who gives more than those before; () where all is open."""
    anybody = HUNDRED if max_discount is None else max_discount
    found: list[tuple[str, Decimal]] = []
    for role in (SELLER, *APPROVERS):
        most = Decimal(limits.get(role, anybody))
        if not found or most > found[-1][1]:
            found.append((role, most))
    return () if found == [(SELLER, HUNDRED)] else tuple(found)


class Lowered(NamedTuple):
    """A price of a line: what the list says, and what is left after all discounts."""

    point: Point
    listed: Decimal
    left: Decimal


def lowered(line: Limited, quote_percent: Decimal) -> Iterator[Lowered]:
    """Each price of the line in each year, beside the list's."""
    for component, discount in ((line.component, line.discount_percent), *line.later):
        yield from prices_left(component, line.list_component, discount, quote_percent)


@remembered_in_words
def prices_left(
    component: Component, list_component: Component, discount: Decimal, quote_percent: Decimal
) -> tuple[Lowered, ...]:
    """Each price of a component. Credits and commitments take no discounts, only other prices."""
    shares = (discount, quote_percent) if component["kind"] == "charge" else ()
    original = at_quantity_of(component, list_component)
    listed = {point.path: point.amount for point in price_points(original)}
    found = []
    for point in price_points(component):
        left = point.amount
        for share in shares:
            left = left * (HUNDRED - share) / HUNDRED
        found.append(Lowered(point, listed.get(point.path, point.amount), left))
    return tuple(found)


def down(line: Limited, quote_percent: Decimal) -> Decimal:
    """The most, in percent, that any price of the line is down from list."""
    faces = ((line.component, line.discount_percent), *line.later)
    return max(share_off(one, line.list_component, discount, quote_percent) for one, discount in faces)


@remembered
def share_off(component: Component, list_component: Component, discount: Decimal, quote_percent: Decimal) -> Decimal:
    """The most, in percent, that any price of a component is down from list."""
    left = prices_left(component, list_component, discount, quote_percent)
    return max([*(HUNDRED - HUNDRED * one.left / one.listed for one in left if one.listed), Decimal(0)])


def wrong_discounts(line: Limited, quote_percent: Decimal, currency: str, *, named: bool = True) -> Iterator[str]:
    """Every limit that the line goes beyond, with what would be allowed; `named` where the line is not in sight."""
    given = down(line, quote_percent)
    if given > line.limit:
        most, this = percent(line.limit), percent(round(given, 2))
        if named:
            sentence = _("{name} may be discounted by {most} at most; this makes {this}.")
        else:
            sentence = _("The discount is {most} at most; this makes {this}.")
        yield sentence.format(name=line.name, most=most, this=this)
    for point, _listed, left in lowered(line, quote_percent) if line.floors else ():
        floor = Decimal(line.floors.get(point.path, 0))
        if left < floor:
            factor = line.scale.factor if point.per_unit else Decimal(1)
            least, this = (unit_price(amount * factor, currency) for amount in (floor, round(left, 12)))
            if point.per_unit and line.scale.unit:
                least = _("{price} per {unit}").format(price=least, unit=line.scale.unit)
            if named:
                what = ", ".join(filter(None, [line.name, point.label])) + "," * bool(point.label)
                sentence = _("{what} may cost {least} at least; this makes {this}.")
            else:
                what = _("The price") + (f", {point.label}," if point.label else "")
                sentence = _("{what} is {least} at least; this makes {this}.")
            yield sentence.format(what=what, least=least, this=this)


@remembered
def given_alone(
    component: Component, list_component: Component, discount: Decimal, quote_percent: Decimal, limits: Limits
) -> bool:
    """Whether sales gives these discounts alone, and no floor is touched: nothing to say, and nobody to ask."""
    line = Limited("", "", component, list_component, discount, *limits, scale=Scale())
    return down(line, quote_percent) <= line.limit_of(SELLER) and not below_floor(line, quote_percent)


def below_floor(line: Limited, quote_percent: Decimal) -> bool:
    """Whether any price of the line is below its floor after all discounts."""
    if not line.floors:
        return False
    return any(left < Decimal(line.floors.get(point.path, 0)) for point, _listed, left in lowered(line, quote_percent))


def limit_needs(lines: Iterable[Limited], quote_percent: Decimal) -> list[Need]:
    """The approvals that discounts beyond the seller's own limits ask for, one for each role."""
    reasons: dict[str, list[str]] = {}
    for line in lines:
        given = down(line, quote_percent)
        if given <= line.limit_of(SELLER):
            continue
        role = next((role for role in APPROVERS if given <= line.limit_of(role)), APPROVERS[-1])
        own, theirs = percent(line.limit_of(SELLER)), percent(line.limit_of(role))
        said = _("{name} is down {given}; sales gives up to {own}, {role} up to {theirs}.").format(
            name=line.name, given=percent(round(given, 2)), own=own, role=inside(ROLE_NAMES[role]), theirs=theirs
        )
        reasons.setdefault(role, []).append(said)
    return [
        Need(
            rule=f"limit-{role.replace('_', '-')}",
            title=_("Discount beyond the limit of sales"),
            role=role,
            stage=1,
            reason=" ".join(reasons[role]),
        )
        for role in APPROVERS
        if role in reasons
    ]
