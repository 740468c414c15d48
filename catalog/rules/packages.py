"""What a package asks of the lines that stand for it: required ones, one of a group, and quantities. Pure."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple, Protocol, TypeVar

from django.utils.translation import gettext as _

from core import formats
from core.data_words import told
from core.words import all_of, one_of


@dataclass(frozen=True)
class Slot:
    """A component of a package, or a price in none.

    Of one `group` one is taken: exactly one if required, at most one if not.
    """

    price: str
    name: str
    required: bool
    group: str = ""
    low: Decimal | None = None
    high: Decimal | None = None
    step: Decimal | None = None


class Lack(NamedTuple):
    """What a package misses or has too much of."""

    prices: tuple[str, ...]
    sentence: str


class Component(Protocol):
    @property
    def required(self) -> bool: ...
    @property
    def group(self) -> str: ...


C = TypeVar("C", bound=Component)


def started_with(slots: Iterable[C]) -> list[C]:
    """What a quote of the package starts with: what is required, and of each required group the first."""
    groups: set[str] = set()
    chosen = []
    for slot in slots:
        if slot.required and slot.group not in groups:
            chosen.append(slot)
            groups |= {slot.group} - {""}
    return chosen


def lacks(package: str, slots: Sequence[Slot], taken: Mapping[str, Sequence[Decimal | None]]) -> Iterator[Lack]:
    """Every way in which the lines of a package (quantities by price; None for what is metered) do not fit it."""
    for slot in slots:
        if slot.required and not slot.group and slot.price not in taken:
            yield Lack(
                (slot.price,),
                _("The package {package} needs {name}. Add it, or remove the whole package.").format(
                    package=package, name=told(slot.name)
                ),
            )
        for quantity in taken.get(slot.price, ()):
            if quantity is not None and (wrong := wrong_quantity(slot, quantity)):
                yield Lack((slot.price,), f"{told(slot.name)}: {wrong}")
    for _group, members in groups(slots):
        yield from group_lacks(package, members, [slot for slot in members for _ in taken.get(slot.price, ())])


def group_lacks(package: str, members: Sequence[Slot], chosen: Sequence[Slot]) -> Iterator[Lack]:
    prices = tuple(slot.price for slot in members)
    if not chosen and members[0].required:
        yield Lack(
            prices,
            _("The package {package} needs one of {members}. Add one of them.").format(
                package=package, members=listed(members, one_of)
            ),
        )
    if len(chosen) > 1:
        yield Lack(
            prices,
            _("The package {package} takes one of {chosen}. Remove the others.").format(
                package=package, chosen=listed(chosen, all_of)
            ),
        )


def why_not_take(package: str, slots: Sequence[Slot], price: str, taken: Mapping[str, Sequence[Decimal | None]]) -> str:
    """Why this component cannot be added to the package's lines; "" if it can."""
    mine = next((slot for slot in slots if slot.price == price), None)
    if mine is None or not mine.group:
        return ""
    rivals = [slot for slot in slots if slot.group == mine.group and slot.price in taken]
    return (
        _("The package {package} takes one of a group: remove {rivals} first.").format(
            package=package, rivals=listed(rivals, all_of)
        )
        if rivals
        else ""
    )


def wrong_quantity(slot: Slot, value: Decimal) -> str:
    """Why it is not sold in this quantity, with the limit and the fix; "" if it is."""
    low = slot.low or Decimal(0)
    if value < low:
        return _("the smallest quantity is {low}; you gave {value}.").format(low=shown(low), value=shown(value))
    if slot.high is not None and value > slot.high:
        return _("the largest quantity is {high}; you gave {value}.").format(high=shown(slot.high), value=shown(value))
    if slot.step and (value - low) % slot.step:
        return _("the quantity goes in steps of {step}{start}; take {fits}.").format(
            step=shown(slot.step),
            start=_(" from {low}").format(low=shown(low)) if low else "",
            fits=one_of([shown(near) for near in fitting(slot, value)]),
        )
    return ""


def fitting(slot: Slot, quantity: Decimal) -> list[Decimal]:
    """The quantities nearest to this one in which it is sold: itself, or one below and one above."""
    low = slot.low or Decimal(0)
    step = slot.step or Decimal(0)
    within = max(quantity, low) if slot.high is None else min(max(quantity, low), slot.high)
    below = within - (within - low) % step if step else within
    above = below + step if below < within else below
    return [below] if above == below or (slot.high is not None and above > slot.high) else [below, above]


def nearest(slot: Slot, quantity: Decimal) -> Decimal:
    """The closest quantity in which it is sold, rather more than less."""
    return fitting(slot, quantity)[-1]


def limits_in_words(low: Decimal | None, high: Decimal | None, step: Decimal | None) -> str:
    """ "from 5 to 5,000, in steps of 5"; "" where any quantity is taken."""
    if low is not None and high is not None:
        bounds = _("from {low} to {high}").format(low=shown(low), high=shown(high))
    elif high is not None:
        bounds = _("up to {high}").format(high=shown(high))
    else:
        bounds = "" if low is None else _("at least {low}").format(low=shown(low))
    steps = _("in steps of {step}").format(step=shown(step)) if step and step != 1 else ""
    return ", ".join(filter(None, [bounds, steps]))


def groups(slots: Sequence[Slot]) -> Iterator[tuple[str, list[Slot]]]:
    members = sorted((slot for slot in slots if slot.group), key=lambda slot: slot.group)
    for group, found in groupby(members, key=lambda slot: slot.group):
        yield group, list(found)


def listed(slots: Sequence[Slot], joined: Callable[[Sequence[str]], str]) -> str:
    return joined(list(dict.fromkeys(told(slot.name) for slot in slots)))


def shown(value: Decimal) -> str:
    return formats.quantity(value)
