"""What a package asks of the lines that stand for it: required ones, one of a group, and quantities. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple, Protocol, TypeVar

from core import formats


@dataclass(frozen=True)
class Slot:
    """A component of a package. Of one `group` one is taken: exactly one if required, at most one if not."""

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
            yield Lack((slot.price,), f"The package {package} needs {slot.name}. Add it, or remove the whole package.")
        for quantity in taken.get(slot.price, ()):
            if quantity is not None and (wrong := wrong_quantity(slot, quantity)):
                yield Lack((slot.price,), f"{slot.name}: {wrong}")
    for _, members in groups(slots):
        yield from group_lacks(package, members, [slot for slot in members for _ in taken.get(slot.price, ())])


def group_lacks(package: str, members: Sequence[Slot], chosen: Sequence[Slot]) -> Iterator[Lack]:
    prices = tuple(slot.price for slot in members)
    if not chosen and members[0].required:
        yield Lack(prices, f"The package {package} needs one of {listed(members, 'or')}. Add one of them.")
    if len(chosen) > 1:
        yield Lack(prices, f"The package {package} takes one of {listed(chosen, 'and')}. Remove the others.")


def why_not_take(package: str, slots: Sequence[Slot], price: str, taken: Mapping[str, Sequence[Decimal | None]]) -> str:
    """Why this component cannot be added to the package's lines; "" if it can."""
    mine = next((slot for slot in slots if slot.price == price), None)
    if mine is None or not mine.group:
        return ""
    rivals = [slot for slot in slots if slot.group == mine.group and slot.price in taken]
    return f"The package {package} takes one of a group: remove {listed(rivals, 'and')} first." if rivals else ""


def wrong_quantity(slot: Slot, value: Decimal) -> str:
    """Why the package does not take this quantity, with the limit and the fix; "" if it does."""
    low = slot.low or Decimal(0)
    if value < low:
        return f"the package starts at {shown(low)}; you gave {shown(value)}."
    if slot.high is not None and value > slot.high:
        return f"the package goes up to {shown(slot.high)}; you gave {shown(value)}."
    if slot.step and (value - low) % slot.step:
        near = value - (value - low) % slot.step
        above = near + slot.step
        fits = shown(near) + (f" or {shown(above)}" if slot.high is None or above <= slot.high else "")
        return f"the package goes in steps of {shown(slot.step)}{f' from {shown(low)}' if low else ''}; take {fits}."
    return ""


def nearest(slot: Slot, quantity: Decimal) -> Decimal:
    """The closest quantity that the package takes, rather more than less."""
    low = slot.low or Decimal(0)
    fitting = max(quantity, low)
    if slot.step:
        over = (fitting - low) % slot.step
        fitting += slot.step - over if over else 0
    return fitting if slot.high is None else min(fitting, slot.high)


def groups(slots: Sequence[Slot]) -> Iterator[tuple[str, list[Slot]]]:
    members = sorted((slot for slot in slots if slot.group), key=lambda slot: slot.group)
    for group, found in groupby(members, key=lambda slot: slot.group):
        yield group, list(found)


def listed(slots: Sequence[Slot], word: str) -> str:
    names = list(dict.fromkeys(slot.name for slot in slots))
    return f"{', '.join(names[:-1])} {word} {names[-1]}" if len(names) > 1 else names[0]


def shown(value: Decimal) -> str:
    return formats.quantity(value)
