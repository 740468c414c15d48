"""Guided questions: what a seller asks before a package is chosen, and what the answers make of it.

Questions, and what follows from them, are data of a package. Conditions and quantities are CEL over the answers: a
number by its key, a choice as its value, several choices as a list of values. Pure.
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any, NamedTuple

from pydantic import Field, model_validator

from catalog.rules.packages import Slot, nearest, started_with
from catalog.rules.values import Code, Number, Part, Title
from core.cel import NotCel, expression
from core.data_words import told
from core.formats import quantity

Condition = Annotated[str, Field(min_length=1, max_length=1000)]
Sentence = Annotated[str, Field(min_length=1, max_length=300)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
SeriesName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}(\|[^|]{1,200})?$")]

Answers = Mapping[str, Any]
PLACE = re.compile(r"\{(\w+)\}")


class Choice(Part):
    value: Code
    label: Title


class Question(Part):
    """One question: a choice, several choices, or (without choices) a number."""

    key: Name
    ask: Sentence
    when: Condition = "true"
    help: Annotated[str, Field(max_length=300)] = ""
    choices: list[Choice] = []
    several: bool = False
    unit: Annotated[str, Field(max_length=40)] = ""
    default: Number = Decimal(1)
    most: Number = Decimal(10) ** 9

    @model_validator(mode="after")
    def _choices_or_a_number(self) -> "Question":
        if self.several and not self.choices:
            raise ValueError("several needs choices")
        if self.choices and self.unit:
            raise ValueError("give choices or a unit, not both")
        return self

    @property
    def first(self) -> Any:
        """The answer that nobody gave yet."""
        if not self.choices:
            return self.default
        return [] if self.several else self.choices[0].value

    def said(self, answer: Any) -> str:
        """The answer in words."""
        labels = {choice.value: told(choice.label) for choice in self.choices}
        if self.several:
            return ", ".join(labels[value] for value in answer) or "–"
        return labels[answer] if self.choices else quantity(answer)


class Suggestion(Part):
    """A component of the package that the answers put on the quote, or how many of it."""

    price: Annotated[str, Field(min_length=1, max_length=60)]
    when: Condition = "true"
    quantity: Condition | None = None
    because: Sentence


class Estimate(Part):
    """What a month of a series comes to, in the meter's own unit: from low to high around the base."""

    series: SeriesName
    when: Condition = "true"
    base: Condition
    low: Number = Decimal("0.5")
    high: Number = Decimal("2")
    because: Sentence

    @model_validator(mode="after")
    def _around_the_base(self) -> "Estimate":
        if not self.low <= 1 <= self.high:
            raise ValueError("low is a share of the base up to 1, high one from 1 on")
        return self


class Guide(Part):
    """The questions of a package, when it is proposed and why, and what it then brings."""

    questions: Annotated[list[Question], Field(min_length=1, max_length=12)]
    fits: Condition
    because: Sentence
    lines: list[Suggestion] = []
    usage: list[Estimate] = []

    @property
    def conditions(self) -> Iterator[tuple[str, str, bool]]:
        """Every expression with its path, and whether it is a number."""
        yield from ((f"questions[{place}].when", one.when, False) for place, one in enumerate(self.questions))
        yield "fits", self.fits, False
        for place, line in enumerate(self.lines):
            yield f"lines[{place}].when", line.when, False
            if line.quantity is not None:
                yield f"lines[{place}].quantity", line.quantity, True
        for place, one in enumerate(self.usage):
            yield f"usage[{place}].when", one.when, False
            yield f"usage[{place}].base", one.base, True

    @property
    def sentences(self) -> list[str]:
        return [self.because, *(line.because for line in self.lines), *(one.because for one in self.usage)]


class Chosen(NamedTuple):
    """A component that the answers choose: how many (None: as the package starts), and why."""

    price: str
    quantity: Decimal | None
    because: str


class Expected(NamedTuple):
    """What a series is expected to use in a month, and why."""

    series: str
    low: Decimal
    base: Decimal
    high: Decimal
    because: str


class Proposal(NamedTuple):
    because: str
    lines: tuple[Chosen, ...]
    usage: tuple[Expected, ...]


def proposed(guide: Guide, slots: Sequence[Slot], answers: Answers) -> Proposal | None:
    """What the package would bring for these answers; None when it does not fit them."""
    reader = Reader(guide, answers)
    if not reader.truth(guide.fits):
        return None
    wanted = {line.price: line for line in guide.lines if reader.truth(line.when)}
    chosen = [chosen_of(slot, wanted.get(slot.price), reader) for slot in taken(slots, wanted)]
    usage = [expected_of(one, reader) for one in guide.usage if reader.truth(one.when)]
    return Proposal(reader.said(guide.because), tuple(chosen), tuple(usage))


def taken(slots: Sequence[Slot], wanted: Mapping[str, Suggestion]) -> list[Slot]:
    """What the package starts with, with what is wanted: of a group it takes the place of the first."""
    groups = {slot.group for slot in slots if slot.group and slot.price in wanted}
    start = {slot.price for slot in started_with(slots) if slot.group not in groups}
    seen: set[str] = set()
    found = []
    for slot in slots:
        if slot.price not in start and slot.price not in wanted:
            continue
        if slot.group and slot.group in seen:
            continue
        seen |= {slot.group} - {""}
        found.append(slot)
    return found


def chosen_of(slot: Slot, line: Suggestion | None, reader: "Reader") -> Chosen:
    if line is None:
        return Chosen(slot.price, None, "")
    if line.quantity is None:
        return Chosen(slot.price, None, reader.said(line.because))
    return Chosen(slot.price, nearest(slot, reader.number(line.quantity)), reader.said(line.because))


def expected_of(one: Estimate, reader: "Reader") -> Expected:
    base = reader.number(one.base)
    low, high = round(base * one.low, 6), round(base * one.high, 6)
    return Expected(one.series, low, base, high, reader.said(one.because))


class Reader:
    """What expressions and sentences come to for these answers."""

    def __init__(self, guide: Guide, answers: Answers) -> None:
        self.questions = {question.key: question for question in guide.questions}
        self.answers = {key: answers.get(key, question.first) for key, question in self.questions.items()}
        self.names = frozenset(self.questions)
        self.facts = {key: float(one) if isinstance(one, Decimal) else one for key, one in self.answers.items()}

    def truth(self, source: str) -> bool:
        value = expression(source, self.names).value(self.facts)
        if not isinstance(value, bool):
            raise NotCel(f"should be true or false, it is {value}", source, 0)
        return value

    def number(self, source: str) -> Decimal:
        value = expression(source, self.names).value(self.facts)
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < 0:
            raise NotCel(f"should be a number from 0 on, it is {value}", source, 0)
        return round(Decimal(str(value)), 6).normalize() + 0

    def said(self, sentence: str) -> str:
        """The sentence with the answers in the places of their keys."""
        return PLACE.sub(lambda found: self.questions[found[1]].said(self.answers[found[1]]), told(sentence))


def guide_problems(guide: Guide, slots: Mapping[str, bool]) -> Iterator[str]:
    """What is wrong with the guide itself. `slots`: the prices of the package, and whether a seller says how many."""
    keys = [question.key for question in guide.questions]
    if len(set(keys)) < len(keys):
        yield "a question is asked twice; keep one of each key."
        return
    reader = Reader(guide, {})
    for path, source, is_number in guide.conditions:
        try:
            (reader.number if is_number else reader.truth)(source)
        except NotCel as error:
            yield f"{path}: {error}."
    for sentence in guide.sentences:
        for key in PLACE.findall(sentence):
            if key not in reader.names:
                yield f'"{{{key}}}" in a sentence is no question; use {", ".join(sorted(reader.names))}.'
    for line in guide.lines:
        if line.price not in slots:
            yield f'lines: the package has no component "{line.price}".'
        elif line.quantity is not None and not slots[line.price]:
            yield f"lines: {line.price} has no quantity that a seller chooses; leave quantity out."
