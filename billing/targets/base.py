"""What every billing system is asked, and how it may answer. A target is learned by copying `ledger`.

The hand-off (`billing.actions`) does the rest: it writes the steps down before the first call, gives each its key,
repeats what was not answered, waits as long as it is told to, reads back and compares, now and every night.

The way of one contract through a target:

    problems(terms)              before anyone promises: what it cannot express, each with the nearest thing it can
    steps(order)                 pure: the contract as a list of named calls
    perform(step, key=...)       one call, at most once under its key
    read_back(reference)         what it holds now, in the shape of `expected(order)`
    compare(order, held)         where the two differ, field by field
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property, partial
from typing import Any, ClassVar, TypeVar

from billing.targets.capability import Ability, Construct, No, Problem, used
from core.outbound import patience
from core.outbox import Again
from pricing import Terms, Usage

T = TypeVar("T")

NOT_FOUND = 404

Answer = Mapping[str, Any]
"""What a call answered, as JSON: kept for ever and shown to a person, so leave out what is secret."""

Held = Mapping[str, Any]
"""What a target holds, in neutral words: plain text, numbers as text, lists and mappings of them."""


class Rejected(Exception):
    """The target understood and said no (4xx): asking again does not help. The sentence is shown to a person."""

    def __init__(self, sentence: str, *, status: int = 0) -> None:
        super().__init__(sentence)
        self.status = status


class Unclear(Again):
    """The target may have done it or not (no answer, half an answer, 5xx after sending). The key settles it later."""


class Later(Again):
    """The target has certainly done nothing: it was not reached, or asks for patience (429): `seconds` of it."""


def refusal(status: int, sentence: str, *, retry_after: str | None = None) -> Rejected | Unclear | Later:
    """The error to raise for an HTTP answer that is no success; `retry_after` is that header."""
    seconds = patience(retry_after)
    said_so = f"{sentence} (HTTP {status})"
    if status == 429 or (status == 503 and seconds is not None):
        return Later(said_so, seconds=seconds)
    if status >= 500 or status in (408, 425):
        return Unclear(said_so, seconds=seconds)
    return Rejected(said_so, status=status)


def if_there(ask: Callable[..., T], *given: Any, **named: Any) -> T | None:
    """What is answered, or None where the target holds no such thing."""
    try:
        return ask(*given, **named)
    except Rejected as error:
        if error.status == NOT_FOUND:
            return None
        raise


@dataclass(frozen=True)
class Replaced:
    """The contract that a new one takes the place of: what the target calls it, and the day the new one begins."""

    number: str
    reference: str
    on: date
    kind: str  # amendment, renewal, early_end or addition
    ahead: tuple[tuple[str, str, str, int], ...] = ()  # key, name, what was billed ahead of it, months of its interval
    began: date | None = None
    credits: bool = False  # whether something may be left of credits
    first: str = ""  # the first of the contracts that were amended one after the other


@dataclass(frozen=True)
class Order:
    """A contract as a value: all that a target may know of it. No cost, no margin, no row."""

    number: str
    customer: str  # our slug: never changes, so it names the customer in the target
    customer_name: str
    quote: str
    version: int
    start: date
    currency: str
    terms: str
    terms_sha256: str
    sha256: str
    months: int = 0
    payment_days: int = 30
    customer_email: str = ""
    customer_country: str = ""
    replaces: Replaced | None = None

    @cached_property
    def parsed(self) -> Terms:
        """The terms as the kernel rates them."""
        return Terms.parse(self.terms)

    @property
    def metadata(self) -> dict[str, str]:
        """What every object in a target carries, so that a person or a sweep finds it again."""
        return {"quantile_contract": self.number, "quantile_quote": self.quote, "quantile_sha256": self.sha256}


@dataclass(frozen=True)
class Setting:
    """Something finance fills in for an account: shown on the page of connections, or never again if it is secret."""

    name: str
    label: str
    help: str = ""
    secret: bool = False
    required: bool = True
    begins: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    """How a key of each mode begins, where it tells: one of production is not taken for the sandbox."""


@dataclass(frozen=True)
class Account:
    """Where to call and as whom: sandbox and production are two accounts that never mix."""

    base_url: str = ""
    mode: str = "sandbox"
    values: Mapping[str, str] = field(default_factory=dict, repr=False)  # by name of `Setting`, secrets included
    secrets: tuple[str, ...] = field(default=(), repr=False)  # what is shown nowhere

    def __getitem__(self, name: str) -> str:
        return self.values.get(name, "")


@dataclass(frozen=True)
class Step:
    """One call, written down before anything is sent.

    `name` is unique within the contract and stable, for the key comes from it: "create_price:seats". `call` says
    what is called ("POST /v1/prices"), `body` with what. What only an earlier step's answer tells is written
    `answer_of("create_customer", "id")` and put in before the call. What cannot be done before a day is `due` then: the
    contract is created without it, and the step follows by itself.
    """

    name: str
    title: str
    call: str
    body: Mapping[str, Any] = field(default_factory=dict)
    due: date | None = None


@dataclass(frozen=True)
class Drift:
    """A field in which the target's copy is not the contract."""

    path: str
    ours: str
    theirs: str


class Target(ABC):
    """A billing system."""

    name: ClassVar[str]
    label: ClassVar[Any]
    can: ClassVar[Mapping[Construct, Ability]]
    """`Yes(how)` or `No(why, nearest)` for every construct of terms; docs/HANDOFF.md is printed from it."""
    settings: ClassVar[tuple[Setting, ...]] = ()
    urls: ClassVar[Mapping[str, str]] = {}
    """Where it is called unless the connection says otherwise: {"sandbox": ..., "production": ...}."""
    near: ClassVar[bool] = True
    """Whether it may also be called on the machine one works on, where a mock answers."""
    nobody: ClassVar[str] = "quantile-connection-test"
    """A reference under which it holds nothing: asking for that shows whether an account answers."""

    def problems(self, terms: Terms, usage: Usage | None = None) -> list[Problem]:
        """What of the terms cannot be billed here as agreed. `usage`: the futures that alternatives are matched to.

        A target with limits that no construct names (number of tiers, decimals) adds them to what this finds.
        """
        found = []
        for use in used(terms):
            ability = self.can[use.construct]
            if isinstance(ability, No):
                near = partial(ability.instead, use, terms, usage)
                found.append(Problem(use, str(ability.why), near, str(ability.otherwise)))
        return found

    @abstractmethod
    def steps(self, order: Order) -> tuple[Step, ...]:
        """The calls that create the contract, in order. Pure: the same contract gives the same steps for ever."""

    @abstractmethod
    def perform(self, step: Step, *, key: str, account: Account, at: datetime) -> Answer:
        """Do one step at most once under the key; asked again with the same key, give the same answer.

        The body is whole: what earlier steps answered is in it. Raises `Rejected`, `Unclear` or `Later`; any other
        error counts as `Unclear`.
        """

    def find(self, step: Step, *, key: str, account: Account) -> Answer | None:
        """The answer of a step whose outcome is unknown, if it was done: asked before it is repeated.

        For targets without a duplicate guard, or with one that forgets (Stripe: after 24 hours). None: not done, or
        the key alone is enough.
        """
        return None

    @abstractmethod
    def reference(self, done: Mapping[str, Answer]) -> str:
        """The number under which the target holds the contract, from the answers by step name."""

    def number_so_far(self, order: Order, done: Mapping[str, Answer]) -> str:
        """The same where a later step was refused, for the person who settles the rest; "" if nothing was created."""
        try:
            return self.reference(done)
        except (KeyError, StopIteration):
            return ""

    @abstractmethod
    def read_back(self, reference: str, *, account: Account) -> Held | None:
        """What the target holds now, in the shape of `expected`; None if there is nothing under the reference."""

    @abstractmethod
    def expected(self, order: Order) -> Held:
        """What `read_back` must answer if nothing differs. Pure."""

    def compare(self, order: Order, held: Held) -> tuple[Drift, ...]:
        """Where the target's copy is not the contract; nothing of what is expected may be missing or other."""
        return tuple(differences(self.expected(order), held))

    def address(self, reference: str, *, account: Account) -> str:
        """Where a person sees it in the target, or ""."""
        return ""


MISSING = "nothing"


def differences(ours: Held, theirs: Held) -> Iterator[Drift]:
    """Each field that is not the same; 5 and "5.00" are."""
    flat, other = dict(fields(ours)), dict(fields(theirs))
    for path in dict.fromkeys([*flat, *other]):
        mine, held = flat.get(path, MISSING), other.get(path, MISSING)
        if mine != held:
            yield Drift(path, mine, held)


def fields(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every leaf with its path, `charges[0].price.unit`; what is empty is not there."""
    if isinstance(value, Mapping):
        for name, part in value.items():
            yield from fields(part, f"{path}.{name}" if path else str(name))
    elif isinstance(value, (list, tuple)):
        for n, part in enumerate(value):
            yield from fields(part, f"{path}[{n}]")
    elif value not in (None, ""):
        yield path, said(value)


def said(value: Any) -> str:
    """A leaf as text; numbers without trailing zeros, however they were written."""
    if isinstance(value, bool):
        return str(value).lower()
    try:
        number = Decimal(str(value))
    except ArithmeticError:
        return str(value)
    return format(number.normalize() + 0, "f") if number.is_finite() else str(value)


ANSWER = "$answer_of"


def answer_of(step: str, *path: str) -> dict[str, list[str]]:
    """In the body of a step: what an earlier step will have answered, `answer_of("create_customer", "id")`."""
    return {ANSWER: [step, *path]}


def with_answers(body: Any, done: Mapping[str, Answer]) -> Any:
    """The body with what earlier steps answered."""
    if isinstance(body, Mapping):
        if set(body) == {ANSWER}:
            step, *path = body[ANSWER]
            return reached(done[step], path)
        return {name: with_answers(part, done) for name, part in body.items()}
    if isinstance(body, (list, tuple)):
        return [with_answers(part, done) for part in body]
    return body


def reached(answer: Any, path: Sequence[str]) -> Any:
    for name in path:
        answer = answer[int(name)] if isinstance(answer, list) else answer[name]
    return answer
