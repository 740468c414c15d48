"""Who must approve a version, and why: a table of limits on facts of the priced version."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class Facts:
    """What the rules look at. Percentages are numbers like 25 for 25 %."""

    discount_percent: Decimal
    """The largest of the quote discount and what any line is down in all, overrides and line discount included."""
    months: int
    margin_p10: Decimal | None
    """Margin of the term, in percent of the bill, that nine futures in ten are better than; None without a bill."""

    def as_json(self) -> dict[str, Any]:
        return {name: None if value is None else str(value) for name, value in asdict(self).items()}


@dataclass(frozen=True)
class Rule:
    """Asks `role` when the fact is beyond its limit (`over` or `below`, never at it)."""

    code: str
    title: str
    fact: str
    role: str
    reason: str
    over: Decimal | None = None
    below: Decimal | None = None
    stage: int = 1

    @property
    def limit(self) -> Decimal:
        limit = self.below if self.over is None else self.over
        if limit is None:
            raise ValueError(f"Rule {self.code} has no limit.")
        return limit

    def asks(self, value: Decimal | None) -> bool:
        if value is None:
            return False
        return value > self.limit if self.over is not None else value < self.limit


@dataclass(frozen=True)
class Need:
    """One approval that a version needs, with the actual value in its reason."""

    rule: str
    title: str
    role: str
    stage: int
    reason: str


RULES: tuple[Rule, ...] = (
    Rule(
        code="discount",
        title="Discount over 20 %",
        fact="discount_percent",
        over=Decimal(20),
        role="deal_desk",
        reason="The discount of {value} % is over the limit of {limit} %.",
    ),
    Rule(
        code="term",
        title="Term over 24 months",
        fact="months",
        over=Decimal(24),
        role="finance",
        reason="The term of {value} months is over the limit of {limit} months.",
    ),
    Rule(
        code="margin",
        title="Margin at P10 below 30 %",
        fact="margin_p10",
        below=Decimal(30),
        role="finance",
        reason="The margin at P10 is {value} %, below the limit of {limit} %.",
    ),
)


def needed(facts: Facts, rules: Iterable[Rule] = RULES) -> list[Need]:
    """The approvals that these facts ask for, in the order of the table."""
    return [need(rule, value_of(facts, rule)) for rule in rules if rule.asks(value_of(facts, rule))]


def value_of(facts: Facts, rule: Rule) -> Decimal | None:
    value = getattr(facts, rule.fact)
    return None if value is None else Decimal(value)


def need(rule: Rule, value: Decimal | None) -> Need:
    reason = rule.reason.format(value=plain(value or Decimal(0)), limit=plain(rule.limit))
    return Need(rule=rule.code, title=rule.title, role=rule.role, stage=rule.stage, reason=reason)


def plain(value: Decimal) -> str:
    """Digits without an exponent and without trailing zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def table() -> str:
    """The rules as a Markdown table, for the manual."""
    rows = ["| rule | asks | when |", "|---|---|---|"]
    rows += [f"| `{r.code}` | {r.role.replace('_', ' ')} | {r.title[0].lower()}{r.title[1:]} |" for r in RULES]
    return "\n".join(rows)
