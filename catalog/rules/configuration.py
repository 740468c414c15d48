"""Which prices go together: a book's rules, what they add to a selection, and every problem they see in it.

Rules are settled round by round. In each round all rules look at the same selection, and what they add is in the next
one; so the order of rules never matters. What a rule added stays while the selection is settled, which makes the rounds
end, unless quantities chase each other: then the rules that never settle are named as a problem.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Annotated, NamedTuple

from django.utils.translation import gettext as _
from pydantic import Field, model_validator

from catalog.rules.conditions import FACTS, Asked, asked, number_of, truth_of
from catalog.rules.values import Code, Number, Part, Title, plain
from core.cel import Facts, NotCel
from core.data_words import told

Condition = Annotated[str, Field(min_length=1, max_length=1000)]
PriceKey = Annotated[str, Field(min_length=1, max_length=60)]

EFFECTS = ("requires", "excludes", "adds", "bounds", "must")


class Addition(Part):
    """A price that the rule puts on the quote; without a quantity, in the one it starts with."""

    price: PriceKey
    quantity: Condition | None = None


class Bounds(Part):
    """Between which quantities a price is taken, if it is taken."""

    price: PriceKey
    min: Condition | None = None
    max: Condition | None = None


class Rule(Part):
    """When the condition holds: these prices too, none of those, this one added, this quantity, or this truth."""

    key: Code
    when: Condition = "true"
    requires: list[PriceKey] = []
    excludes: list[PriceKey] = []
    adds: Addition | None = None
    bounds: Bounds | None = None
    must: Condition | None = None
    message: Annotated[str, Field(min_length=1, max_length=300)]

    @model_validator(mode="after")
    def _one_effect(self) -> "Rule":
        given = [name for name in EFFECTS if getattr(self, name)]
        if len(given) != 1:
            said = " and ".join(given) or "none"
            raise ValueError(f"give exactly one of {', '.join(EFFECTS)}; there is {said}")
        if self.bounds and self.bounds.min is None and self.bounds.max is None:
            raise ValueError("bounds need min or max")
        return self

    @property
    def prices(self) -> list[str]:
        """The prices that it names outside its conditions."""
        told = self.adds or self.bounds
        return [*self.requires, *self.excludes, *([told.price] if told else [])]

    @property
    def conditions(self) -> list[tuple[str, str]]:
        """Every expression in it, with its path."""
        found = [("when", self.when), ("must", self.must)]
        found += [("adds.quantity", self.adds.quantity)] if self.adds else []
        found += [("bounds.min", self.bounds.min), ("bounds.max", self.bounds.max)] if self.bounds else []
        return [(path, source) for path, source in found if source is not None]


class RuleTest(Part):
    """What the rules must say about a selection: which of them see a problem, and what they add."""

    name: Title
    selection: dict[PriceKey, Number] = {}
    months: Annotated[int, Field(ge=1, le=600)] = 12
    segment: str = ""
    country: str = ""
    expect: list[Code] = []
    adds: dict[PriceKey, Number] = {}


class Offered(NamedTuple):
    """A price of the book, as the rules see it."""

    name: str
    quantity: Decimal  # that it starts with; 1 for what is metered or has none


@dataclass(frozen=True)
class Selection:
    """What is on a quote: quantities by price (1 for what has none), and what is known about the deal."""

    quantities: Mapping[str, Decimal] = field(default_factory=dict)
    months: int = 12
    segment: str = ""
    country: str = ""

    def with_prices(self, more: Mapping[str, Decimal]) -> "Selection":
        """The selection with these besides; what is there keeps its quantity."""
        return Selection({**more, **self.quantities}, self.months, self.segment, self.country)


class Added(NamedTuple):
    """What a rule put on the quote. `held` when the rule says how many."""

    quantity: Decimal
    rule: str
    held: bool


class Problem(NamedTuple):
    """What is wrong with a selection: which rule says so, about which prices, why, and the fix."""

    rule: str
    prices: tuple[str, ...]
    message: str
    fix: str = ""
    unwanted: bool = False  # the fix is to leave the prices out

    @property
    def sentence(self) -> str:
        return f"{self.message} {self.fix}".strip()

    @property
    def marks(self) -> set[tuple[str, str]]:
        """By which a problem is known again when others came or went."""
        return {(self.rule, price) for price in self.prices or ("",)}


class Settled(NamedTuple):
    """A selection when its rules have spoken."""

    added: dict[str, Added]
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Configuration:
    """The rules of a book, with the prices and groups that they speak of."""

    rules: tuple[Rule, ...] = ()
    prices: Mapping[str, Offered] = field(default_factory=dict)
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # of the packages: one of these

    @cached_property
    def adding(self) -> tuple[Rule, ...]:
        return tuple(rule for rule in self.rules if rule.adds)

    def settle(self, selection: Selection) -> Settled:
        """What the rules add to the selection, and every problem that they see then."""
        added: dict[str, Added] = {}
        unsettled: set[str] = set()
        for _round in range(len(self.adding) + 2):
            following = {**added, **self.additions(selection, added)}
            unsettled = {one.rule for key, one in following.items() if added.get(key) != one}
            if not unsettled:
                break
            added = following
        whole = selection.with_prices({key: one.quantity for key, one in added.items()})
        facts = self.facts(whole)
        found = [problem for rule in self.rules for problem in self.problems_of(rule, whole, facts)]
        return Settled(added, (*found, *never_settled(unsettled)))

    def additions(self, selection: Selection, added: Mapping[str, Added]) -> dict[str, Added]:
        """What the rules add when they look at this selection; the most where several add the same."""
        if not self.adding:
            return {}
        facts = self.facts(selection.with_prices({key: one.quantity for key, one in added.items()}))
        found: dict[str, Added] = {}
        for rule in self.adding:
            one = self.addition(rule, facts)
            if one and rule.adds and rule.adds.price not in selection.quantities:
                found[rule.adds.price] = max(found.get(rule.adds.price, one), one)
        return found

    def addition(self, rule: Rule, facts: Facts) -> Added | None:
        if rule.adds is None:
            return None
        try:
            if not truth_of(rule.when, facts):
                return None
            if rule.adds.quantity is None:
                return Added(self.prices[rule.adds.price].quantity, rule.key, held=False)
            return Added(number_of(rule.adds.quantity, facts), rule.key, held=True)
        except NotCel:
            return None  # told as a problem of the settled selection

    def problems_of(self, rule: Rule, whole: Selection, facts: Facts) -> Iterator[Problem]:
        try:
            if not truth_of(rule.when, facts):
                return
            if rule.adds and rule.adds.quantity is not None:
                number_of(rule.adds.quantity, facts)
            if rule.must is not None and not truth_of(rule.must, facts):
                yield Problem(rule.key, (), told(rule.message))
            yield from self.presence_problems(rule, whole)
            yield from self.bounds_problems(rule, whole, facts)
        except NotCel as error:
            yield Problem(rule.key, (), f"The rule {rule.key} cannot be evaluated: {error}. Pricing must mend it.")

    def presence_problems(self, rule: Rule, whole: Selection) -> Iterator[Problem]:
        if missing := tuple(key for key in rule.requires if key not in whole.quantities):
            fix = _("Add {missing}.").format(missing=self.names(missing))
            yield Problem(rule.key, missing, told(rule.message), fix)
        if unwanted := tuple(key for key in rule.excludes if key in whole.quantities):
            yield Problem(
                rule.key,
                unwanted,
                told(rule.message),
                _("Remove {unwanted}.").format(unwanted=self.names(unwanted)),
                unwanted=True,
            )

    def bounds_problems(self, rule: Rule, whole: Selection, facts: Facts) -> Iterator[Problem]:
        bounds = rule.bounds
        if bounds is None or bounds.price not in whole.quantities:
            return
        quantity = whole.quantities[bounds.price]
        name = self.names([bounds.price])
        for word, source, sign in ((_("at least"), bounds.min, 1), (_("at most"), bounds.max, -1)):
            limit = None if source is None else number_of(source, facts)
            if limit is not None and sign * (limit - quantity) > 0:
                fix = _("{name}: {word} {limit}; there are {quantity}.").format(
                    name=name, word=word, limit=plain(limit), quantity=plain(quantity)
                )
                yield Problem(rule.key, (bounds.price,), told(rule.message), fix)

    def blocked(self, selection: Selection, option: Mapping[str, Decimal]) -> tuple[str, ...]:
        """Why the option leads to a problem: what is said of the problems that were not there without it."""
        fresh = {key: quantity for key, quantity in option.items() if key not in selection.quantities}
        if not any(asked_of.concerns(fresh) for asked_of in self.asked):
            return ()
        before = {mark for problem in self.settle(selection).problems for mark in problem.marks}
        after = self.settle(selection.with_prices(fresh)).problems
        return tuple(
            problem.message if problem.unwanted and fresh.keys() >= set(problem.prices) else problem.sentence
            for problem in after
            if not problem.marks <= before
        )

    @cached_property
    def asked(self) -> tuple[Asked, ...]:
        """What each rule looks at."""
        return tuple(
            Asked.together([asked(source) for _, source in rule.conditions], rule.prices, self.groups)
            for rule in self.rules
        )

    def facts(self, whole: Selection) -> Facts:
        """What conditions may ask. Quantities are doubles, so that no rule works for whole numbers only."""
        taken = whole.quantities
        return Facts(
            {
                "selected": sorted(taken),
                "quantity": {key: float(taken.get(key, 0)) for key in self.prices},
                "choice": {
                    group: next((key for key in keys if key in taken), "") for group, keys in self.groups.items()
                },
                "months": whole.months,
                "customer": {"segment": whole.segment, "country": whole.country},
            }
        )

    def names(self, keys: Iterable[str]) -> str:
        said = [told(self.prices[key].name) if key in self.prices else key for key in keys]
        return f"{', '.join(said[:-1])} and {said[-1]}" if len(said) > 1 else said[0]

    def failures(self, tests: Sequence[RuleTest]) -> list[str]:
        """A sentence for each test whose rules say something else."""
        return [sentence for test in tests for sentence in self.failures_of(test)]

    def failures_of(self, test: RuleTest) -> Iterator[str]:
        settled = self.settle(Selection(test.selection, test.months, test.segment, test.country))
        seen = sorted({problem.rule for problem in settled.problems})
        if seen != sorted(set(test.expect)):
            yield f'Rule test "{test.name}": expected problems of {said(test.expect)}, found {said(seen)}.'
        added = {key: one.quantity for key, one in settled.added.items()}
        if added != test.adds:
            yield f'Rule test "{test.name}": expected {amounts(test.adds)} to be added, found {amounts(added)}.'


def never_settled(rules: set[str]) -> Iterator[Problem]:
    if rules:
        names = " and ".join(sorted(rules))
        yield Problem(
            "", (), f"The rules {names} never settle: each changes what the other adds. Pricing must mend it."
        )


def said(keys: Iterable[str]) -> str:
    return ", ".join(sorted(set(keys))) or "none"


def amounts(added: Mapping[str, Decimal]) -> str:
    return ", ".join(f"{key} {plain(quantity)}" for key, quantity in sorted(added.items())) or "nothing"


def rule_problems(rule: Rule, configuration: Configuration) -> Iterator[str]:
    """What is wrong with the rule itself, before it ever meets a quote."""
    for key in rule.prices:
        if key not in configuration.prices:
            yield f'it names the price "{key}", which this book does not have.'
    known = {"quantity": set(configuration.prices), "selected": set(configuration.prices)}
    known |= {"choice": set(configuration.groups), "customer": set(FACTS["customer"])}
    sample = configuration.facts(Selection({key: one.quantity for key, one in configuration.prices.items()}))
    for path, source in rule.conditions:
        try:
            found = asked(source)
            found.check(known)
            (truth_of if path in ("when", "must") else number_of)(source, sample)
        except NotCel as error:
            yield f"{path}: {error}."
