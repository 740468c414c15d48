"""What changed between two frozen versions, field by field, from their snapshots. Safe to show to a customer."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from core.formats import day, money, percent, quantity

Snapshot = Mapping[str, Any]


@dataclass(frozen=True)
class Change:
    """A field of the quote or of a line; "" where it was not there."""

    what: str
    before: str
    after: str


def changes(old: Snapshot, new: Snapshot) -> tuple[Change, ...]:
    """Header, lines and totals, in this order."""
    found = [*header(old, new), *lines(old, new), *totals(old, new)]
    return tuple(change for change in found if change.before != change.after)


def header(old: Snapshot, new: Snapshot) -> Iterator[Change]:
    yield Change("Title", old["title"], new["title"])
    yield Change("Start", day(old["start"]), day(new["start"]))
    yield Change("Term", f"{old['months']} months", f"{new['months']} months")
    yield Change("Valid until", day(old["valid_until"]), day(new["valid_until"]))
    yield Change("Payment", f"{old['payment_days']} days", f"{new['payment_days']} days")


def lines(old: Snapshot, new: Snapshot) -> Iterator[Change]:
    before, after = ({line["key"]: line for line in snapshot["lines"]} for snapshot in (old, new))
    for key in [*before, *(key for key in after if key not in before)]:
        one, other = before.get(key), after.get(key)
        if one is None or other is None:
            yield Change((one or other or {})["name"], whole(one), whole(other))
        else:
            yield from fields(one, other)


def whole(line: Mapping[str, Any] | None) -> str:
    if line is None:
        return ""
    count = f"{quantity(line['quantity'])} × " if line["quantity"] else ""
    return f"{count}{line['price']}"


def fields(one: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[Change]:
    name = other["name"]
    yield Change("Name", one["name"], name)
    yield Change(f"{name}: quantity", quantity(one["quantity"]), quantity(other["quantity"]))
    yield Change(f"{name}: price", one["price"], other["price"])
    yield Change(f"{name}: included", one["included"] or "nothing", other["included"] or "nothing")
    yield Change(f"{name}: discount", down(one), down(other))


def down(line: Mapping[str, Any]) -> str:
    return percent(line["discount_percent"] or "0")


def totals(old: Snapshot, new: Snapshot) -> Iterator[Change]:
    for what, of in (("Committed", committed), ("Expected bill (P50)", expected)):
        yield Change(what, of(old), of(new))


def committed(snapshot: Snapshot) -> str:
    return money(snapshot["totals"]["committed"], snapshot["currency"])


def expected(snapshot: Snapshot) -> str:
    return money(snapshot["bands"]["term"]["p50"], snapshot["currency"])
