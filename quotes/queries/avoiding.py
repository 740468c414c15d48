"""The smallest single changes of a draft with which a rule would not ask: tried on the engine, not guessed."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache, partial
from math import ceil

from django.utils.translation import gettext as _

from core.data_words import told
from core.formats import money, quantity
from core.retelling import retold
from pricing import Usage
from quotes.models import QuoteLine, QuoteVersion
from quotes.queries.approval_rules import rules_in_force
from quotes.queries.lines import lines_of
from quotes.queries.priced import Ground, asked_on, assess, usage_of
from quotes.rules.approvals import Rule
from quotes.rules.components import with_quantity
from quotes.rules.facts import Facts

TERMS = (60, 48, 36, 24, 18, 12, 6, 3, 1)
PAYMENTS = (90, 60, 45, 30, 14, 7)
GROWTH = (Decimal("1.25"), Decimal("1.5"), Decimal(2), Decimal("2.5"), Decimal(3), Decimal(4))
LINES = 4
Changed = tuple[QuoteVersion, Sequence[QuoteLine]]


@dataclass(frozen=True)
class Lever:
    """A field that a seller may change: its values from the nearest to the farthest, and the deal with one of them."""

    field: str
    line: str  # key of the line, "" for the quote
    label: str
    values: tuple[Decimal | int, ...]
    said: Callable[[Decimal | int], str]
    change: Callable[[Decimal | int], Changed]


@dataclass(frozen=True)
class Way:
    """A change and the rules that would not ask any more."""

    field: str
    line: str
    value: str
    sentence: str  # "Quote discount of 18 %"
    instead_of: tuple[str, ...]  # titles of the rules


def ways_out(version: QuoteVersion, *, at: datetime) -> tuple[Way, ...]:
    """For each lever the nearest values that silence a rule; those that silence more come first."""
    lines, usage, ground = lines_of(version), usage_of(version), Ground.of(version)
    present = assess(version, lines, usage, ground).facts
    asking = [rule for rule in rules_in_force(asked_on(version, at)) if rule.asks(present)]

    def facts(changed: Changed) -> Facts:
        other, others = changed
        return assess(other, others, first_months(usage, other.months), ground).facts

    found = [way for lever in levers(version, lines) for way in silenced(lever, asking, facts)] if asking else []
    return tuple(sorted(found, key=lambda way: -len(way.instead_of)))


def silenced(lever: Lever, asking: Iterable[Rule], facts_of: Callable[[Changed], Facts]) -> list[Way]:
    """One way for each value that is the nearest one to silence some rule; it names all that are silent by then."""

    @cache
    def facts(place: int) -> Facts:
        return facts_of(lever.change(lever.values[place]))

    nearest = [(retold(rule.title), first_silent(rule, facts, len(lever.values))) for rule in asking]
    reached = [(title, place) for title, place in nearest if place is not None]
    return [
        Way(
            lever.field,
            lever.line,
            quantity(lever.values[place]),
            f"{lever.label} {lever.said(lever.values[place])}",
            tuple(title for title, needed in reached if needed <= place),
        )
        for place in sorted({place for _, place in reached})
    ]


def first_silent(rule: Rule, facts: Callable[[int], Facts], count: int) -> int | None:
    """By bisection: the nearest value with which the rule does not ask; None when not even the farthest helps."""
    if not count or rule.asks(facts(count - 1)):
        return None
    low, high = 0, count - 1
    while low < high:
        middle = (low + high) // 2
        if rule.asks(facts(middle)):
            low = middle + 1
        else:
            high = middle
    return high


def first_months(usage: Usage, months: int) -> Usage:
    """The usage of a shorter term."""
    if usage.periods <= months:
        return usage
    return Usage({key: values[:, :months] for key, values in usage.series.items()}, shape=(usage.rows, months))


def levers(version: QuoteVersion, lines: Sequence[QuoteLine]) -> list[Lever]:
    fields = (
        ("discount_percent", _("Quote discount of"), lower(version.discount_percent), percent),
        ("months", _("Term of"), below(TERMS, version.months), months),
        ("payment_days", _("Payment within"), below(PAYMENTS, version.payment_days), days),
    )
    whole = [Lever(name, "", label, values, said, quote(version, lines, name)) for name, label, values, said in fields]
    return [*whole, *line_levers(version, lines)]


def line_levers(version: QuoteVersion, lines: Sequence[QuoteLine]) -> Iterator[Lever]:
    """Less discount on the lines that have most of it; more credits or commitment."""
    discounted = sorted((line for line in lines if line.discount_percent), key=lambda line: -line.discount_percent)
    for line in discounted[:LINES]:
        change = one_line(version, lines, line, discounted_at)
        label = _("{name}: discount of").format(name=told(line.component["name"]))
        yield Lever("discount_percent", line.key, label, lower(line.discount_percent), percent, change)
    promised = [line for line in lines if line.component["kind"] != "charge" and line.component.get("amount")]
    for line in promised[:LINES]:
        change = one_line(version, lines, line, promised_at)
        said = quantity if line.component.get("unit") else partial(money, currency=version.currency)
        values = more(Decimal(line.component["amount"]))
        label = _("{name} of").format(name=told(line.component["name"]))
        yield Lever("quantity", line.key, label, values, said, change)


def lower(percent: Decimal) -> tuple[int, ...]:
    """Whole percents below it, the nearest first."""
    return tuple(range(ceil(percent) - 1, -1, -1))


def below(values: Sequence[int], present: int) -> tuple[int, ...]:
    return tuple(value for value in values if value < present)


def more(present: Decimal) -> tuple[Decimal, ...]:
    """Rounder and larger amounts, the nearest first."""
    return tuple(round((present * factor), -max(present.adjusted() - 1, 0)) for factor in GROWTH)


def quote(version: QuoteVersion, lines: Sequence[QuoteLine], name: str) -> Callable[[Decimal | int], Changed]:
    def change(value: Decimal | int) -> Changed:
        changed = copy(version)
        setattr(changed, name, Decimal(value) if name == "discount_percent" else value)
        return changed, lines

    return change


def one_line(
    version: QuoteVersion, lines: Sequence[QuoteLine], line: QuoteLine, change: Callable[[QuoteLine, Decimal], None]
) -> Callable[[Decimal | int], Changed]:
    def changed(value: Decimal | int) -> Changed:
        other = copy(line)
        change(other, Decimal(value))
        return version, [other if one is line else one for one in lines]

    return changed


def discounted_at(line: QuoteLine, percent: Decimal) -> None:
    line.discount_percent = percent


def promised_at(line: QuoteLine, amount: Decimal) -> None:
    line.component = with_quantity(line.component, amount)


def percent(value: Decimal | int) -> str:
    return f"{quantity(value)} %"


def months(value: Decimal | int) -> str:
    return _("{value} months").format(value=value)


def days(value: Decimal | int) -> str:
    return _("{value} days").format(value=value)
