"""Contracts and what changes them: the quotes and contracts that point at one, and what a change does to the money."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _

from pricing import Terms, committed, idle
from pricing.money import rounded
from pricing.periods import month_after
from pricing.values import MONTHS
from quotes.models import Contract, Quote, QuoteVersion
from quotes.queries.deals import deal_of
from quotes.rules.amending import Kind, truncated, why_not_dates
from quotes.rules.terms import sold


@dataclass(frozen=True)
class Difference:
    """What a change does to what is owed whatever happens, over the contract's term and the new one together."""

    contract: str
    kind: str
    label: str
    on: date
    currency: str
    before: Decimal  # the contract as agreed
    kept: Decimal  # what of it stays
    after: Decimal  # the new terms
    credited: Decimal  # billed ahead for time after the change, by day

    @property
    def change(self) -> Decimal:
        return self.kept + self.after - self.before


@dataclass(frozen=True)
class ChangeRow:
    """A quote that changes a contract, and the contract that came of it."""

    quote: str
    kind: str
    label: str
    status: str
    contract: str


def difference(version: QuoteVersion) -> Difference | None:
    """Of a version whose quote changes a contract; None for any other."""
    contract, kind = version.quote.changes, version.quote.change
    if contract is None:
        return None
    old = Terms.parse(contract.terms)
    new = Terms.parse(version.terms) if version.terms else sold(deal_of(version))
    before, after = owed(old), owed(new)
    kept, credited = kept_of(old, kind, new.start, before)
    return Difference(
        contract=contract.number,
        kind=kind,
        label=Kind(kind).label,
        on=new.end if kind == Kind.EARLY_END else new.start,
        currency=new.currency,
        before=before,
        kept=kept,
        after=after,
        credited=credited,
    )


def kept_of(old: Terms, kind: str, start: date, before: Decimal) -> tuple[Decimal, Decimal]:
    """What of the contract stays, and what was billed ahead of it for time that does not."""
    if kind in (Kind.RENEWAL, Kind.ADDITION):
        return before, Decimal(0)
    months = 0 if kind == Kind.EARLY_END else months_until(old, start)
    if not months:
        return Decimal(0), Decimal(0)
    kept = owed(truncated(old, months))
    billed = idle(old).net[0, :months].sum()
    return kept, rounded(max(billed - kept, Decimal(0)), old.currency)


class Ahead(NamedTuple):
    """What is billed of a line by a day for days from then on."""

    key: str
    name: str
    amount: Decimal
    months: int  # of its interval


def billed_ahead(old: Terms, on: date) -> tuple[Ahead, ...]:
    """Line by line; nothing where nothing was billed ahead."""
    months = months_until(old, on)
    if not 0 < months < old.months:
        return ()
    kept = {line.key: line.net.sum() for line in idle(truncated(old, months)).lines}
    found, every = [], {charge.key: MONTHS.get(charge.interval, 0) for charge in old.charges}
    for line in idle(old).lines:
        ahead = rounded(line.net[0, :months].sum() - kept.get(line.key, Decimal(0)), old.currency)
        if line.kind == "charge" and ahead > 0:
            found.append(Ahead(line.key, line.name, ahead, every[line.charge]))
    return tuple(found)


def months_until(terms: Terms, day: date) -> int:
    return sum(1 for n in range(1, terms.months + 1) if month_after(terms.start, n) <= day)


def owed(terms: Terms) -> Decimal:
    return committed(terms)


def successor_of(contract: Contract) -> Contract | None:
    """The contract that took its place."""
    return Contract.objects.filter(previous=contract).exclude(kind=Kind.ADDITION).first()


def why_not_change(version: QuoteVersion) -> str:
    """ "" while the contract that the version's quote changes still holds and the change fits its term."""
    contract = version.quote.changes
    if contract is None:
        return ""
    successor = successor_of(contract)
    if successor is not None:
        said = _("{successor} has taken the place of {number} meanwhile; make the change to that one.")
        return said.format(successor=successor.number, number=contract.number)
    return why_not_dates(Terms.parse(contract.terms), version.quote.change, version.start, version.months)


def followers_of(contract: Contract) -> list[Contract]:
    """The contracts that changed it, in order."""
    return list(contract.followers.select_related("version__quote").order_by("pk"))


def changes_of(contract: Contract) -> list[ChangeRow]:
    """Every quote that changes the contract, the newest first, with what became of it."""
    quotes = Quote.objects.filter(changes=contract).order_by("-pk").prefetch_related("versions__contract")
    return [change_row(quote) for quote in quotes]


def change_row(quote: Quote) -> ChangeRow:
    versions: Sequence[QuoteVersion] = sorted(quote.versions.all(), key=lambda one: -one.number)
    made = next((one.contract.number for one in versions if hasattr(one, "contract")), "")
    return ChangeRow(quote.number, quote.change, Kind(quote.change).label, versions[0].status, made)
