"""Changes of a contract: a new quote that points at it, at the contract's own prices, from the month it begins."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core.access import forbid_unless
from core.errors import Invalid, refuse
from core.models import User
from core.numbering import next_number
from core.roles import Permission
from pricing import Terms
from quotes.actions.edits import settle
from quotes.actions.moves import record
from quotes.actions.placing import close_ranks
from quotes.actions.versions import copy_of
from quotes.models import Contract, Quote, QuoteLine, QuoteVersion
from quotes.queries.amending import successor_of
from quotes.rules.amending import (
    Kind,
    ending,
    first_day,
    left_out,
    shifted,
    shifted_month,
    shifted_years,
    term_of,
    why_not_month,
    without,
)
from quotes.rules.transitions import Status
from quotes.rules.validity import today


@dataclass(frozen=True)
class Change:
    """The new draft, and the names of what it does not have any more: charged or granted once, ended, not begun."""

    version: QuoteVersion
    left_out: tuple[str, ...] = ()


@transaction.atomic
def start_change(contract: Contract, *, kind: str, month: int = 0, by: User, at: datetime) -> Change:
    """A draft that changes the contract after its first `month` months (a renewal: at its end)."""
    forbid_unless(by, Permission.EDIT_QUOTES, _("Starting a quote takes the role sales."))
    terms = Terms.parse(contract.terms)
    refuse(why_not_start(contract))
    if wrong := why_not_month(terms, kind, month):
        raise Invalid({"month": wrong})
    source = contract.version
    day = today(at, source.zone)
    quote = Quote.objects.create(
        number=f"Q-{day.year}-{next_number(f'quote-{day.year}'):04}",
        customer=contract.customer,
        contact=source.quote.contact,
        owner=by,
        created_at=at,
        created_by=by,
        changes=contract,
        change=kind,
    )
    draft = copy_of(source, number=1, by=by, at=at, quote=quote)
    gone = adapt(draft, terms, kind, month)
    record(by, "start_change", draft, at=at, contract=contract.number, kind=kind, left_out=list(gone))
    return Change(settle(draft, "create_draft", by=by, at=at, of=contract.number), gone)


def why_not_start(contract: Contract) -> str:
    """ "" while the contract holds and nothing has taken its place."""
    if contract.version.status not in (Status.ACCEPTED, Status.CONTRACTED):
        return _("The customer has not accepted this contract yet; revise its quote instead.")
    successor = successor_of(contract)
    if successor is not None:
        return _("{number} has taken the place of this contract; change that one.").format(number=successor.number)
    return ""


def adapt(draft: QuoteVersion, terms: Terms, kind: str, month: int) -> tuple[str, ...]:
    """Start, term and lines as the change has them; the names of what it does not have any more."""
    draft.title = f"{Kind(kind).label}: {draft.title}"[:120]
    draft.start, draft.months = first_day(terms, kind, month), term_of(terms, kind, month)
    lines = list(draft.lines.order_by("position"))
    passed = terms.months if kind == Kind.RENEWAL else month
    gone = left_out((line.component for line in lines), kind, passed)
    if kind in (Kind.AMENDMENT, Kind.RENEWAL):
        draft.free_months = max(draft.free_months - passed, 0)
        draft.discount_from = shifted_month(draft.discount_from, passed)
        draft.discount_to = shifted_month(draft.discount_to, passed)
        for line in lines:
            line.years = shifted_years(line.years, passed)
            line.discount_from = shifted_month(line.discount_from, passed)
            line.discount_to = shifted_month(line.discount_to, passed)
            line.component, line.list_component = shifted(line.component, passed), shifted(line.list_component, passed)
    if kind == Kind.EARLY_END:
        for line in lines:
            line.component = ending(line.component, month)
    draft.save()
    gone |= unnamed(lines, gone)
    QuoteLine.objects.bulk_update(lines, ["years", "discount_from", "discount_to", "component", "list_component"])
    if gone:
        draft.lines.filter(key__in=gone).delete()
        draft.lines.update(part=None)  # what is left is no whole package any more
        close_ranks(draft)
    return () if kind == Kind.ADDITION else tuple(line.component["name"] for line in lines if line.key in gone)


def unnamed(lines: Sequence[QuoteLine], gone: Collection[str]) -> set[str]:
    """Takes the names of what is gone out of the lines that stay; the keys of those that applied to nothing else."""
    empty = set()
    for line in lines:
        component, listed = (without(one, gone) for one in (line.component, line.list_component))
        if component is None or listed is None:
            empty.add(line.key)
        else:
            line.component, line.list_component = component, listed
    return empty
