"""What approval rules look at: facts of a priced version, each with its meaning, unit and worse direction."""

from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Annotated, Any, Literal, get_type_hints

from django.utils.text import Truncator

from core.languages import lazily as _
from pricing.values import plain

LONGEST = 120  # characters of a text that a sentence quotes

Worse = Literal["higher", "lower", "any"]
Value = Decimal | int | bool | str | None


@dataclass(frozen=True)
class Fact:
    """What a fact is. `worse` is the direction that an approval does not cover; "any" covers no change at all."""

    label: str
    meaning: str
    unit: str = ""
    worse: Worse = "higher"
    secret: bool = False


@dataclass(frozen=True, kw_only=True)
class Facts:
    """A version's facts; None where it has no such thing (a margin without a bill). Percents are like 25 for 25 %."""

    discount_percent: Annotated[
        Decimal | None,
        Fact(_("largest discount"), _("the most that the quote, or any line of it, is down from list in all"), "%"),
    ] = None
    quote_discount_percent: Annotated[
        Decimal | None, Fact(_("quote discount"), _("the discount on the whole quote"), "%")
    ] = None
    line_discount_percent: Annotated[
        Decimal | None, Fact(_("line discount"), _("the largest discount given on a line"), "%")
    ] = None
    below_floor: Annotated[
        int | None, Fact(_("lines below floor"), _("lines sold below their floor price"), "lines")
    ] = None
    acv: Annotated[Decimal | None, Fact(_("annual value"), _("committed bill of an average year"), "money", "any")] = (
        None
    )
    tcv: Annotated[Decimal | None, Fact(_("total value"), _("committed bill of the whole term"), "money", "any")] = None
    tcv_p50: Annotated[
        Decimal | None, Fact(_("expected value"), _("bill of the whole term at P50"), "money", "any")
    ] = None
    months: Annotated[int | None, Fact(_("term"), _("length of the term"), "months")] = None
    payment_days: Annotated[int | None, Fact(_("payment"), _("days the customer has to pay"), "days")] = None
    billing_months: Annotated[
        int | None, Fact(_("billing interval"), _("shortest interval of the recurring fixed charges"), "months", "any")
    ] = None
    free_months: Annotated[int | None, Fact(_("free months"), _("months without recurring charges"), "months")] = None
    ramp_depth: Annotated[
        Decimal | None,
        Fact(_("ramp depth"), _("how far the first year's committed bill is below the highest year's"), "%"),
    ] = None
    currency: Annotated[str | None, Fact(_("currency"), _("currency of the quote"), worse="any")] = None
    segment: Annotated[str | None, Fact(_("segment"), _("the customer's segment"), worse="any")] = None
    country: Annotated[str | None, Fact(_("country"), _("the customer's country"), worse="any")] = None
    new_customer: Annotated[bool | None, Fact(_("new customer"), _("whether the customer has no contract yet"))] = None
    special_terms: Annotated[
        str | None,
        Fact(_("special terms"), _("the quote's own wording, beyond the clauses; empty for none"), worse="any"),
    ] = None
    guarantee_percent: Annotated[
        Decimal | None,
        Fact(_("outcome guarantee"), _("the largest share of charges that a missed outcome returns"), "%"),
    ] = None
    margin_p10: Annotated[
        Decimal | None,
        Fact(_("margin at P10"), _("margin that nine futures in ten are better than"), "%", "lower", secret=True),
    ] = None
    margin_p50: Annotated[
        Decimal | None, Fact(_("margin at P50"), _("margin in the middle future"), "%", "lower", secret=True)
    ] = None
    margin_p90: Annotated[
        Decimal | None,
        Fact(_("margin at P90"), _("margin that one future in ten is better than"), "%", "lower", secret=True),
    ] = None
    loss_percent: Annotated[
        Decimal | None, Fact(_("chance of a loss"), _("futures in which the bill is below the cost"), "%", secret=True)
    ] = None
    commit_coverage: Annotated[
        Decimal | None, Fact(_("commit coverage"), _("committed part of the bill at P50"), "%", "lower")
    ] = None
    credit_exposure: Annotated[
        Decimal | None, Fact(_("free credit"), _("credit given without being paid for"), "money")
    ] = None
    concentration: Annotated[
        Decimal | None, Fact(_("concentration"), _("share of the expected bill that stands on one metered line"), "%")
    ] = None
    cold_start: Annotated[
        bool | None, Fact(_("cold start"), _("whether the forecast rests on less than 90 days of history"))
    ] = None
    backtest_error: Annotated[
        Decimal | None, Fact(_("backtest error"), _("backtest loss against repeating the last season (1 is equal)"))
    ] = None
    target_warnings: Annotated[
        int | None, Fact(_("billing warnings"), _("constructs that billing cannot express as they are"))
    ] = None

    def as_json(self) -> dict[str, Any]:
        """Decimals as text, the rest as it is."""
        return {name: str(value) if isinstance(value, Decimal) else value for name, value in asdict(self).items()}

    def for_conditions(self) -> dict[str, Any]:
        """As CEL takes them: numbers, booleans and text; what the version does not have is left out."""
        return {
            name: float(value) if isinstance(value, Decimal) else value
            for name, value in asdict(self).items()
            if value is not None
        }


FACTS: dict[str, Fact] = {
    name: kind.__metadata__[0] for name, kind in get_type_hints(Facts, include_extras=True).items()
}
SECRET = frozenset(name for name, fact in FACTS.items() if fact.secret)
"""Facts that tell cost or margin: one secret."""


def public(facts: Facts) -> Facts:
    """The same facts for people who may not see margin."""
    return Facts(**{name: value for name, value in asdict(facts).items() if name not in SECRET})


def got_worse(name: str, before: Value, after: Value) -> bool:
    """Whether the fact is worse than what was approved. One that appears or is gone is worse, an equal one never."""
    if before == after:
        return False
    if before is None or after is None or FACTS[name].worse == "any":
        return True
    higher = bool(after > before)  # type: ignore[operator]
    return higher if FACTS[name].worse == "higher" else not higher


def said(name: str, value: Value, currency: str = "") -> str:
    """The value with its unit, as a sentence has it: "25 %", "USD 40000", "yes"."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return Truncator(value).chars(LONGEST) or "none"
    text = plain(value) if isinstance(value, Decimal) else str(value)
    unit = FACTS[name].unit
    if unit == "money":
        return f"{currency} {text}".strip()
    return f"{text} {unit}".strip()


def table() -> str:
    """The facts as a Markdown table, for the manual."""
    rows = ["| fact | what it is | unit | worse when |", "|---|---|---|---|"]
    worse = {"higher": "higher", "lower": "lower", "any": "changed at all"}
    rows += [f"| `{name}` | {one.meaning} | {one.unit or '–'} | {worse[one.worse]} |" for name, one in FACTS.items()]
    return "\n".join(rows)
