"""Changes of a contract: what each kind keeps, when it may begin, and a line's years seen from a later start. Pure."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from core.languages import lazily as _lazy
from pricing import Terms
from pricing.periods import month_after
from quotes.rules.components import Component, months_of, with_months
from quotes.rules.ramps import YEAR, Years


class Kind(StrEnum):
    AMENDMENT = "amendment"
    RENEWAL = "renewal"
    EARLY_END = "early_end"
    ADDITION = "addition"

    @property
    def label(self) -> str:
        return LABELS[self]

    @property
    def meaning(self) -> str:
        return MEANINGS[self]


K = Kind

LABELS = {
    K.AMENDMENT: _lazy("Amendment"),
    K.RENEWAL: _lazy("Renewal"),
    K.EARLY_END: _lazy("Early end"),
    K.ADDITION: _lazy("Co-termed addition"),
}

MEANINGS = {
    K.AMENDMENT: _lazy("Other terms from a month on; the contract holds until then."),
    K.RENEWAL: _lazy("A new term that begins where the contract ends."),
    K.EARLY_END: _lazy("The same terms, but for fewer months."),
    K.ADDITION: _lazy("More beside the contract, which stays as it is; both end together."),
}

REPLACING = frozenset(Kind) - {K.ADDITION}
"""Takes the place of the contract; at most one contract does."""


def first_day(terms: Terms, kind: str, month: int) -> date:
    """When a change begins that keeps the first `month` months of the contract."""
    if kind == K.EARLY_END:
        return terms.start
    return terms.end if kind == K.RENEWAL else month_after(terms.start, month)


def term_of(terms: Terms, kind: str, month: int) -> int:
    """The months of the new quote."""
    if kind == K.RENEWAL:
        return terms.months
    return month if kind == K.EARLY_END else terms.months - month


def why_not_month(terms: Terms, kind: str, month: int) -> str:
    """ "" when the change can begin after so many whole months of the contract."""
    if kind == K.RENEWAL or 1 <= month < terms.months:
        return ""
    return _("Choose a month inside the term: after 1 to {last} months.").format(last=terms.months - 1)


def why_not_dates(terms: Terms, kind: str, start: date, months: int) -> str:
    """ "" while the draft of a change still fits the contract that it changes."""
    begins = {month_after(terms.start, n) for n in range(1, terms.months)}
    if kind == K.RENEWAL and start != terms.end:
        return _("A renewal begins where the contract ends, on {day}.").format(day=terms.end)
    if kind in (K.AMENDMENT, K.ADDITION) and start not in begins:
        return _("A change begins with a month of the contract, inside its term.")
    if kind == K.ADDITION and month_after(start, months) != terms.end:
        return _("An addition ends with the contract, on {day}.").format(day=terms.end)
    if kind == K.EARLY_END and (start != terms.start or months >= terms.months):
        return _("An early end keeps the start, {day}, and has fewer than {months} months.").format(
            day=terms.start, months=terms.months
        )
    return ""


def left_out(components: Iterable[Mapping[str, Any]], kind: str, passed: int) -> set[str]:
    """Keys of what a change after so many months does not have: what was charged or granted once by then, what has
    ended; of an early end, what had not begun. An addition has nothing of the contract."""
    if kind == K.ADDITION:
        return {part["key"] for part in components}
    return {part["key"] for part in components if is_out(part, kind, passed)}


def is_out(part: Mapping[str, Any], kind: str, passed: int) -> bool:
    first, last = months_of(part)
    has_begun = (first or 1) <= passed
    if kind == K.EARLY_END:
        return not has_begun
    once = part["kind"] == "charge" and part["interval"] == "once"
    granted = kind == K.AMENDMENT and part["kind"] == "credit" and part.get("every", "once") == "once"
    return (has_begun and (once or granted)) or (last is not None and last <= passed)


def without(component: Component, gone: Collection[str]) -> Component | None:
    """The component without names of what is gone; None when it applied to nothing else."""
    scope, named = component.get("scope") or {}, (component.get("scope") or {}).get("charges") or []
    kept = [key for key in named if key not in gone]
    if len(kept) == len(named):
        return component
    if not (kept or scope.get("products") or scope.get("meters")):
        return None
    rates = {name: rate for name, rate in (component.get("rates") or {}).items() if name not in gone}
    return {**component, "scope": {**scope, "charges": kept}, **({"rates": rates} if "rates" in component else {})}


def shifted(component: Component, passed: int) -> Component:
    """The component with its months seen from a start so many months later."""
    first, last = months_of(component)
    if (first, last) == (None, None):
        return component
    return with_months(component, shifted_month(first, passed), shifted_month(last, passed))


def ending(component: Component, months: int) -> Component:
    """The component in a term that ends after so many months."""
    first, last = months_of(component)
    return component if last is None or last < months else with_months(component, first, None)


def shifted_years(years: Years, month: int) -> dict[str, Any]:
    """What is said of later years, seen from a start so many whole years later; a started year counts as begun."""
    passed = month // YEAR
    return {str(int(name) - passed): step for name, step in years.items() if int(name) - passed >= 2}


def shifted_month(value: int | None, month: int) -> int | None:
    """A month of the term seen from a later start; None at the edges."""
    return None if value is None or value - month < 1 else value - month


NOTHING = "(nothing)"
"""A product that no charge is of: a scope of it covers nothing, where an empty one would cover all that is metered."""


def truncated(terms: Terms, months: int) -> Terms:
    """The same terms for their first months only: what of them holds until a change begins."""
    content = terms.model_dump(mode="json")
    content["months"] = months
    end = month_after(terms.start, months).isoformat()
    for field in ("credits", "commitments", "discounts", "phases"):
        content[field] = [part for part in content.get(field, ()) if part.get("from_month", 1) <= months]
    content["charges"] = [part for part in (kept(one, months, end, content) for one in content["charges"]) if part]
    content["free_months"] = min(content.get("free_months", 0), months)
    return Terms.parse(without_dangling(content))


def kept(charge: dict[str, Any], months: int, end: str, content: Mapping[str, Any]) -> dict[str, Any] | None:
    """What of a charge holds in the first months; None when it had not begun.

    Units that are promised are worth the price of their charge, also before it begins: then it stays for its price.
    """
    if charge.get("from_month", 1) <= months and (charge.get("starts") or "") < end:
        return {name: value for name, value in charge.items() if name != "ends" or value is None or value <= end}
    promised = (one["scope"]["charges"] for one in content["commitments"] if one.get("quantity"))
    return {**charge, "from_month": months, "minimum": None} if [charge["key"]] in promised else None


def without_dangling(content: dict[str, Any]) -> dict[str, Any]:
    """Without names of parts that are gone."""
    parts = [part for field in ("charges", "credits", "commitments") for part in content[field]]
    keys, charges = {part["key"] for part in parts}, {part["key"] for part in content["charges"]}
    for phase in content["phases"]:
        phase["changes"] = [one for one in phase["changes"] if one["key"] in keys]
    content["phases"] = [phase for phase in content["phases"] if phase["changes"]]
    content["discounts"] = [one for one in content["discounts"] if names_left(one, keys)]
    for field in ("allowances", "guarantees"):
        content[field] = [one for one in content.get(field, ()) if names_left(one, charges)]
    if content.get("escalator") and not names_left(content["escalator"], charges):
        content["escalator"] = None
    products = {one.get("product") for one in content["charges"]}
    for part in [*content["credits"], *content["commitments"]]:
        if not names_left(part, charges):
            part["scope"]["products"] = [NOTHING]
        if part.get("rates"):
            part["rates"] = {name: rate for name, rate in part["rates"].items() if name in charges | products}
    return content


def names_left(part: dict[str, Any], keys: set[str]) -> bool:
    """Takes names that are gone out of the part; False when it named some and none is left."""
    scope = part.get("scope") or {}
    if scope and not names_left(scope, keys) and not (scope.get("products") or scope.get("meters")):
        return False
    named = part.get("charges")
    if not named:
        return True
    part["charges"] = [key for key in named if key in keys]
    return bool(part["charges"])
