"""The months of the term in which a line runs, kept in its component as the price kernel reads them."""

from collections.abc import Collection, Mapping
from typing import Any

from django.utils.translation import gettext as _

from core.formats import short_day
from core.words import all_of
from pricing import Terms
from pricing.components import Metered
from quotes.rules.components import Component, months_of, with_months

FIRST, LAST = "from_month", "to_month"
MONTHS = (FIRST, LAST)


def takes_months(component: Mapping[str, Any], field: str = FIRST) -> bool:
    """Whether a line of this component can begin or end inside the term: not what the price book charges by days, and
    what is billed once has no end."""
    return not by_days(component) and (field == FIRST or not is_once(component))


def by_days(component: Mapping[str, Any]) -> bool:
    return bool(component.get("starts") or component.get("ends"))


def is_once(component: Mapping[str, Any]) -> bool:
    """Whether it is billed or granted a single time."""
    return (component.get("interval") or component.get("every")) == "once"


def changed_months(component: Component, listed: Component, changes: Mapping[str, Any]) -> Component:
    """The component with the months that are given; None for what the price itself says."""
    if not changes.keys() & set(MONTHS):
        return component
    own, now = (dict(zip(MONTHS, months_of(one), strict=True)) for one in (listed, component))
    first, last = ((changes[name] or own[name]) if name in changes else now[name] for name in MONTHS)
    return with_months(component, first, last)


def wrong_months(component: Component, listed: Component, changes: Mapping[str, Any], term: int) -> dict[str, str]:
    """Field -> message for each of these months that a line cannot take in a term of so many months."""
    given: Collection[str] = [name for name in MONTHS if changes.get(name) is not None]
    for name in given:
        if not takes_months(component, name):
            return {name: why_not_months(component)}
    first, last = months_of(changed_months(component, listed, changes))
    (low, high), begins, ends = months_of(listed), first or 1, last or term
    low, high = low or 1, min(high or term, term)
    messages = {name: inside(changes[name], low, max(low, high), term) for name in given}
    if not any(messages.values()) and changes.keys() & set(MONTHS) and ends < begins <= term:
        messages[LAST if LAST in changes else FIRST] = _(
            "The line begins in month {first}; its last month is that one or a later one."
        ).format(first=begins)
    return {name: message for name, message in messages.items() if message}


def inside(month: int, low: int, high: int, term: int) -> str:
    """Why it is no month that the price is sold in; "" if it is one."""
    if low <= month <= high:
        return ""
    if (low, high) == (1, term):
        return _("The term has {term} months; choose a month from 1 to {term}, or leave it empty.").format(term=term)
    return _("The price itself runs in months {low} to {high}; choose one of them, or leave it empty.").format(
        low=low, high=high
    )


def why_not_months(component: Component) -> str:
    """Why a line of this component takes no such month."""
    if by_days(component):
        days = [short_day(component[name]) for name in ("starts", "ends") if component.get(name)]
        return _("The price book charges this by days ({days}), so it takes no months; leave them empty.").format(
            days=" – ".join(days)
        )
    return _("It is billed once; say only in which month.")


def within(component: Component, term: int) -> Component:
    """What of the component the term has room for: one that begins after it counts in its last month until that is
    mended, for what applies to it must still find it."""
    first, last = months_of(component)
    return component if (first or 1) <= term else with_months(component, term, last)


def beyond(component: Component, listed: Component, term: int) -> str:
    """The field of the month that the term does not reach; "" where it has room. What the price book itself lets run
    longer than a term ends with it."""
    first, last = months_of(component)
    if (first or 1) > term:
        return FIRST
    return LAST if last is not None and last > term and last != months_of(listed)[1] else ""


def said_beyond(field: str, name: str, month: int, term: int) -> str:
    if field == LAST:
        return _("{name}: it ends in month {month}, but the term has {term} months.").format(
            name=name, month=month, term=term
        )
    return _(
        "{name}: it begins in month {month}, but the term has {term} months; until it is mended it counts in the last."
    ).format(name=name, month=month, term=term)


def months_said(first: int | None, last: int | None, *, once: bool = False) -> str:
    """ "months 4 to 12", "from month 4", "to month 3", "in month 4"; "" for the whole term."""
    if first is None and last is None:
        return ""
    if last is None:
        return (_("in month {first}") if once else _("from month {first}")).format(first=first)
    if first is None and last > 1:
        return _("to month {last}").format(last=last)
    if (first or 1) == last:
        return _("in month {first}").format(first=last)
    return _("months {first} to {last}").format(first=first, last=last)


def unbilled_months(terms: Terms) -> dict[str, str]:
    """By meter, the months in which none of the charges that count it runs, in words."""
    runs: dict[str, set[int]] = {}
    for charge in terms.charges:
        if isinstance(charge.quantity, Metered):
            months = range(charge.from_month, min(charge.to_month or terms.months, terms.months) + 1)
            runs.setdefault(charge.quantity.meter, set()).update(months)
    idle = {meter: [n for n in range(1, terms.months + 1) if n not in months] for meter, months in runs.items()}
    return {meter: all_of(stretches(months)) for meter, months in idle.items() if months}


def stretches(months: list[int]) -> list[str]:
    """ "months 1 to 3", "month 7": neighbours together."""
    ends = [n for n in months if n + 1 not in months]
    firsts = [n for n in months if n - 1 not in months]
    return [
        _("month {first}").format(first=first)
        if first == last
        else _("months {first} to {last}").format(first=first, last=last)
        for first, last in zip(firsts, ends, strict=True)
    ]
