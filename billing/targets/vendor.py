"""What all vendors share: the parts of a folder joined, the end of what a contract replaces, and limits."""

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, ClassVar, Protocol

from django.utils.translation import gettext as _

from billing.targets.base import Account, Answer, Drift, Held, Order, Rejected, Step, Target, differences
from billing.targets.breakdown import break_down
from billing.targets.capability import C, Problem
from billing.targets.ending import ADDITION, EARLY, LATER, Ending, body_of
from billing.targets.limits import Limit, problem
from billing.targets.prices import NotExact
from core.languages import lazily as _lazy
from pricing import Terms, Usage

END = "end_replaced"
AFTER = frozenset({END, *LATER})
LEFT = _lazy("{target} ends {reference} of contract {contract} on {on}. Left for a person: {left} Then mark it solved.")

OF_USAGE_ONLY = frozenset(
    {C.FLAT, C.PER_UNIT, C.GRADUATED, C.VOLUME, C.STAIRSTEP, C.PACKAGE, C.GRADUATED_PACKAGE, C.VOLUME_PACKAGE}
    | {C.PERCENTAGE, C.GRADUATED_PERCENTAGE, C.COST_PLUS, C.TIER_FLAT, C.TIER_CAP, C.CHARGE_MINIMUM, C.CHARGE_MAXIMUM}
)


class Translation(Protocol):
    def steps(self, order: Order, /) -> tuple[Step, ...]:
        """The calls that create the contract, in order. Pure."""


class Client(Protocol):
    def connect(self, account: Account, /) -> Any:
        """What the other parts call with."""

    def find(self, connection: Any, step: Step, /) -> Answer | None:
        """What a step created, if it did."""


class ReadBack(Protocol):
    def expected(self, steps: Iterable[Step], /) -> Held:
        """What must be read back, from the requests."""

    def read(self, connection: Any, reference: str, /) -> Held | None:
        """What is held now, in the same words."""


class Endings(Protocol):
    def end(self, connection: Any, ending: Ending, /) -> Iterable[str]:
        """End a contract on a day and read that back; what is left for a person, in sentences.

        What ends by then already is left alone, so that it is safe to do again.
        """

    def later(self, order: Order, /) -> tuple[Step, ...]:
        """What can be done only once it has ended, as steps with their day. Pure."""

    def go_on(self, connection: Any, step: Step, key: str, /) -> Iterable[str]:
        """Do one of these at most once, and read it back; what is left for a person, in sentences."""


class Vendor(Target):
    """A billing system of someone else: it bills exactly what its constructs and its limits allow.

    Its folder has a module for each part: what it says of the contract, how it is called, read back and ended.
    """

    limits: ClassVar[tuple[Limit, ...]] = ()
    ends_once_begun: ClassVar[bool] = False
    """Whether it ends on a day to come only what has begun."""
    translation: Translation
    client: Client
    readback: ReadBack
    endings: Endings

    def steps(self, order: Order) -> tuple[Step, ...]:
        """What creates the contract; and last, where it takes the place of another one, what ends that."""
        old = order.replaces
        if old is None or not old.reference or old.kind == ADDITION:
            return self.calls(order)
        due = old.began if self.ends_once_begun and old.kind != EARLY else None
        last = Step(END, _lazy("End the contract that it replaces"), END, body_of(order), due)
        after = (last, *self.endings.later(order))
        # An early end is the old contract for fewer months: to create it once more would bill it twice.
        return after if old.kind == EARLY else (*self.calls(order), *after)

    def perform(self, step: Step, *, key: str, account: Account, at: datetime) -> Answer:
        if step.call in AFTER:
            return self.ended(step, key, account)
        return self.push(step, key=key, account=account)

    def find(self, step: Step, *, key: str, account: Account) -> Answer | None:
        return None if step.call in AFTER else self.found(step, account=account)

    def calls(self, order: Order) -> tuple[Step, ...]:
        """The calls that create the contract, in order. Pure."""
        return self.translation.steps(order)

    @abstractmethod
    def push(self, step: Step, *, key: str, account: Account) -> Answer:
        """Do one of them at most once under the key."""

    def found(self, step: Step, *, account: Account) -> Answer | None:
        """What one of them created, if it did."""
        return self.client.find(self.client.connect(account), step)

    def read_back(self, reference: str, *, account: Account) -> Held | None:
        return self.readback.read(self.client.connect(account), reference)

    def expected(self, order: Order) -> Held:
        return self.readback.expected(self.calls(order))

    def ended(self, step: Step, key: str, account: Account) -> Answer:
        """End the replaced contract as far as the vendor does it; a person is told exactly what is left."""
        connection, ending = self.client.connect(account), Ending.of(step.body)
        does = self.endings.end(connection, ending) if step.call == END else self.endings.go_on(connection, step, key)
        left = list(does)
        if not left:
            return {"id": ending.reference}
        told = {"reference": ending.reference, "contract": ending.contract, "on": ending.on}
        raise Rejected(LEFT.format(**told, target=self.label, left=" ".join(left)))

    def reference(self, done: Mapping[str, Answer]) -> str:
        """An early end creates nothing: it goes on under the number of what it ends."""
        made = {name: answer for name, answer in done.items() if name not in AFTER}
        return self.number(made) if made else str(done[END]["id"])

    def number_so_far(self, order: Order, done: Mapping[str, Answer]) -> str:
        old = order.replaces
        return old.reference if old is not None and old.kind == EARLY else super().number_so_far(order, done)

    @abstractmethod
    def number(self, done: Mapping[str, Answer]) -> str:
        """The number of what was created."""

    def compare(self, order: Order, held: Held) -> tuple[Drift, ...]:
        """Of a contract that ends early, the day: all else is as it was agreed first."""
        old = order.replaces
        if old is None or not old.reference or old.kind != EARLY:
            return super().compare(order, held)
        return tuple(differences({"until": old.on.isoformat()}, {"until": self.until(held)}))

    def until(self, held: Held) -> str:
        """The day on which all that is held ends."""
        return str(held["until"])

    def problems(self, terms: Terms, usage: Usage | None = None) -> list[Problem]:
        fixed = {charge.key for charge in terms.charges if not charge.metered}
        found = [
            one
            for one in super().problems(terms, usage)
            if not (one.use.construct in OF_USAGE_ONLY and one.use.key in fixed)
        ]
        # Limits look at what is left once the terms hold nothing that is refused as such.
        return found or list(self.crossed(terms))

    def crossed(self, terms: Terms) -> Iterator[Problem]:
        try:
            deal = break_down(terms)
        except NotExact:
            why = _("A price with its discount or rise has more than 12 decimals; use a rounder price or percent.")
            yield problem(C.ESCALATOR if terms.escalator else C.LINE_DISCOUNT, "charges", why)
            return
        for limit in self.limits:
            yield from limit(deal)
