"""Who must approve a version, and why: conditions in CEL over its facts, kept as data."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from core.cel import Expression, NotCel, expression
from core.roles import ROLES, Permission
from quotes.rules.facts import FACTS, SECRET, Facts, said

NAMES = frozenset(FACTS)
PLACE = re.compile(r"\{(\w*)\}")
DECIDERS = tuple(role for role, permissions in ROLES.items() if Permission.DECIDE_APPROVALS in permissions)


@dataclass(frozen=True)
class Example:
    """A test beside a rule: given these facts, it asks or it does not."""

    facts: Mapping[str, Any]
    asks: bool


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Asks `count` people of `role` (0: all of them) where the condition holds, within `due_hours`.

    Rules of one stage are decided side by side; a later stage waits for the earlier ones. Version 0 is a standard rule
    that nobody has changed.
    """

    code: str
    title: str
    condition: str
    reason: str
    role: str
    count: int = 1
    stage: int = 1
    due_hours: int = 24
    active_from: date | None = None
    active_to: date | None = None
    examples: tuple[Example, ...] = ()
    version: int = 0

    @cached_property
    def expression(self) -> Expression:
        return expression(self.condition, NAMES)

    @property
    def tested(self) -> frozenset[str]:
        """The facts that the condition looks at."""
        return self.expression.names

    @property
    def secret(self) -> bool:
        """Whether the condition or the reason tells cost or margin."""
        return bool((self.tested | set(PLACE.findall(self.reason))) & SECRET)

    def active(self, on: date) -> bool:
        return (self.active_from is None or self.active_from <= on) and (self.active_to is None or on <= self.active_to)

    def asks(self, facts: Facts) -> bool:
        """Whether the condition holds; never over a fact that the version does not have."""
        values = facts.for_conditions()
        return self.tested <= values.keys() and bool(self.expression.value(values))


@dataclass(frozen=True)
class Need:
    """One approval that a version needs, with the actual value in its reason."""

    rule: str
    title: str
    role: str
    stage: int
    reason: str
    count: int = 1
    due_hours: int = 24
    rule_version: int = 0
    secret: bool = False
    tested: tuple[str, ...] = ()


STANDARD: tuple[Rule, ...] = (
    Rule(
        code="discount",
        title=noop("Discount over 20 %"),
        condition="discount_percent > 20",
        reason=noop("The discount of {discount_percent} is over the limit of 20 %."),
        role="deal_desk",
        examples=(Example({"discount_percent": 20}, False), Example({"discount_percent": 20.01}, True)),
    ),
    Rule(
        code="term",
        title=noop("Term over 24 months"),
        condition="months > 24",
        reason=noop("The term of {months} is over the limit of 24 months."),
        role="finance",
        examples=(Example({"months": 24}, False), Example({"months": 25}, True)),
    ),
    Rule(
        code="margin",
        title=noop("Margin at P10 below 30 %"),
        condition="margin_p10 < 30",
        reason=noop("The margin at P10 is {margin_p10}, below the limit of 30 %."),
        role="finance",
        examples=(Example({"margin_p10": 30}, False), Example({"margin_p10": 29.99}, True)),
    ),
)
"""What holds until pricing operations publish another version of a rule."""


def in_force(published: Iterable[Rule], retired: Iterable[str], on: date) -> tuple[Rule, ...]:
    """The rules of a day: published ones, and the standard ones that nobody has replaced or retired."""
    own = {rule.code: rule for rule in published}
    gone = {*own, *retired}
    rules = [*(rule for rule in STANDARD if rule.code not in gone), *own.values()]
    order = {rule.code: place for place, rule in enumerate(STANDARD)}
    rules.sort(key=lambda rule: (rule.stage, order.get(rule.code, len(order)), rule.code))
    return tuple(rule for rule in rules if rule.active(on))


def needed(facts: Facts, rules: Iterable[Rule] = STANDARD) -> list[Need]:
    """The approvals that these facts ask for, in the order of the rules."""
    return [need(rule, facts) for rule in rules if rule.asks(facts)]


def need(rule: Rule, facts: Facts) -> Need:
    return Need(
        rule=rule.code,
        title=rule.title,
        role=rule.role,
        stage=rule.stage,
        reason=reason(rule, facts),
        count=rule.count,
        due_hours=rule.due_hours,
        rule_version=rule.version,
        secret=rule.secret,
        tested=tuple(sorted(rule.tested)),
    )


def reason(rule: Rule, facts: Facts) -> str:
    """The reason with the actual values, each with its unit."""
    return PLACE.sub(lambda found: said(found[1], getattr(facts, found[1]), facts.currency or ""), rule.reason)


def problems(rule: Rule) -> Iterator[tuple[str, str]]:
    """Everything that keeps the rule from being published: field, and a sentence with the fix."""
    if rule.role not in DECIDERS:
        yield "role", _("Choose who decides: {deciders}.").format(deciders=", ".join(DECIDERS))
    for name in PLACE.findall(rule.reason):
        if name not in FACTS:
            yield (
                "reason",
                _("There is no fact {{{name}}}; use {facts}.").format(name=name, facts=", ".join(sorted(FACTS))),
            )
    if rule.active_from and rule.active_to and rule.active_to < rule.active_from:
        yield (
            "active_to",
            _("The last day is before the first; make it {active_from} or later.").format(active_from=rule.active_from),
        )
    try:
        tested = rule.tested
    except NotCel as error:
        yield "condition", _("The condition does not work: {error}.").format(error=error)
        return
    if not tested:
        yield "condition", _("The condition looks at no fact, so it would hold always or never; name one.")
    yield from failed_examples(rule)


def failed_examples(rule: Rule) -> Iterator[tuple[str, str]]:
    """A sentence for each example that does not come out as expected; both outcomes must be shown."""
    for number, example in enumerate(rule.examples, 1):
        try:
            facts = facts_of(example.facts)
            asks = rule.asks(facts)
        except (NotCel, ValueError) as error:
            yield "examples", _("Example {number}: {error}.").format(number=number, error=error)
            continue
        if asks != example.asks:
            sentence = _("Example {number} expects the rule not to ask; it does.")
            if example.asks:
                sentence = _("Example {number} expects the rule to ask; it does not.")
            yield "examples", sentence.format(number=number)
    if {example.asks for example in rule.examples} != {True, False}:
        yield "examples", _("Give at least one example that asks and one that does not.")


def facts_of(values: Mapping[str, Any]) -> Facts:
    """Facts from plain values; ValueError names the one that is not known."""
    for name in values:
        if name not in FACTS:
            raise ValueError(f"there is no fact {name}")
    exact: dict[str, Any] = {name: Decimal(str(one)) if isinstance(one, float) else one for name, one in values.items()}
    return Facts(**exact)


def table() -> str:
    """The standard rules as a Markdown table, for the manual."""
    rows = ["| rule | asks | when | condition |", "|---|---|---|---|"]
    rows += [
        f"| `{r.code}` | {r.role.replace('_', ' ')} | {r.title[0].lower()}{r.title[1:]} | `{r.condition}` |"
        for r in STANDARD
    ]
    return "\n".join(rows)
