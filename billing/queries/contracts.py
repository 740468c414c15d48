"""Contracts with their hand-off, as the pages and the API show them."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Case, CharField, Count, F, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from billing.queries.deliveries import DeliveryState, delivery_state
from billing.rules import LABELS, State
from core import audit
from core.languages import lazily as _lazy
from core.models import AuditEntry, User
from core.retelling import retold
from core.verbs import verb_in_words
from quotes.documents import QuoteDocument
from quotes.models import Acceptance, Contract

Contracts = QuerySet[Any]
"""Contracts that carry `state` and `reference` of their hand-off."""


@dataclass(frozen=True)
class ContractRow:
    number: str
    customer: str
    quote: str
    version: int
    title: str
    currency: str
    committed: Decimal
    start: date
    months: int
    created_at: datetime
    state: str
    reference: str


@dataclass(frozen=True)
class Fingerprint:
    """One link of the chain: who carries which hash, and whether it is the one before."""

    label: str
    note: str
    sha256: str
    holds: bool


@dataclass(frozen=True)
class TimelineEntry:
    at: datetime
    by: str
    text: str
    icon: str
    tone: str
    comment: str


@dataclass(frozen=True)
class ContractPage:
    contract: Contract
    quote: QuoteDocument
    acceptance: Acceptance | None  # of a contract made at approval: none yet
    delivery: DeliveryState
    chain: tuple[Fingerprint, ...]
    timeline: tuple[TimelineEntry, ...]

    @property
    def unbroken(self) -> bool:
        return all(link.holds for link in self.chain)


def with_delivery(contracts: QuerySet[Contract]) -> Contracts:
    """With `state` and `reference` of the hand-off; one that has not begun is queued. Newest first."""
    return (
        contracts.select_related("customer", "version__quote")
        .annotate(
            state=Coalesce(F("delivery__state"), before_delivery()),
            reference=Coalesce(F("delivery__reference"), Value(""), output_field=CharField()),
        )
        .order_by("-pk")
    )


def before_delivery() -> Case:
    """The state of a contract whose hand-off has not begun."""
    accepted = When(version__accepted_at__isnull=False, then=Value(State.QUEUED.value))
    return Case(accepted, default=Value(State.UNSIGNED.value), output_field=CharField())


def search(contracts: Contracts, *, text: str = "", state: str = "") -> Contracts:
    """Narrowed by number, customer or quote, and by state."""
    if text:
        contracts = contracts.filter(
            Q(number__icontains=text)
            | Q(customer__name__icontains=text)
            | Q(version__quote__number__icontains=text)
            | Q(reference__icontains=text)
        )
    return contracts.filter(state=state) if state else contracts


def counts(contracts: Contracts) -> dict[str, int]:
    """How many contracts are in each state; every state is named."""
    found = dict(contracts.order_by().values_list("state").annotate(n=Count("pk")))
    return {state.value: found.get(state.value, 0) for state in State}


def rows(contracts: Iterable[Any]) -> list[ContractRow]:
    return [
        ContractRow(
            number=contract.number,
            customer=contract.customer.name,
            quote=contract.version.quote.number,
            version=contract.version.number,
            title=contract.version.title,
            currency=contract.version.currency,
            committed=contract.version.committed_total,
            start=contract.version.start,
            months=contract.version.months,
            created_at=contract.created_at,
            state=contract.state,
            reference=contract.reference,
        )
        for contract in contracts
    ]


def contract_page(contract: Contract) -> ContractPage:
    version = contract.version
    acceptance = Acceptance.objects.filter(version=version).first()
    delivery = delivery_state(contract)
    return ContractPage(
        contract=contract,
        quote=QuoteDocument.parse(version.snapshot, version.sha256),
        acceptance=acceptance,
        delivery=delivery,
        chain=tuple(chain(contract, acceptance, delivery)),
        timeline=timeline(contract),
    )


def chain(contract: Contract, acceptance: Acceptance | None, delivery: DeliveryState) -> Iterable[Fingerprint]:
    """From the frozen text to what billing holds: the same hash all the way, recomputed where the text is here."""
    sha256, terms = contract.sha256, contract.terms_sha256
    frozen = digest(contract.version.snapshot)
    yield Fingerprint(_("Frozen version"), _("computed now from its text"), frozen, frozen == contract.version.sha256)
    if acceptance is not None:
        note = _("what {name} saw").format(name=acceptance.name)
        yield Fingerprint(_("Acceptance"), note, acceptance.sha256, acceptance.sha256 == frozen)
    yield Fingerprint(_("Contract"), contract.number, sha256, sha256 == frozen)
    written = digest(contract.terms)
    yield Fingerprint(_("Terms"), _("computed now from their text"), written, written == terms)
    held, held_terms = (str(delivery.held.get(name, "")) for name in ("sha256", "terms_sha256"))
    note = _("{reference}, read back").format(reference=delivery.reference)
    if held:
        yield Fingerprint(_("Billing"), note, held, held == sha256)
    if held_terms:
        yield Fingerprint(_("Terms in billing"), note, held_terms, held_terms == terms)


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


TEXTS = {
    "submit": (_lazy("submitted the version"), "half", ""),
    "approve": (_lazy("approved it"), "check", "good"),
    "send": (_lazy("sent it to the customer"), "send", ""),
    "open_room": (_lazy("opened the quote"), "eye", ""),
    "accept": (_lazy("accepted it"), "double-check", "good"),
    "create_contract": (_lazy("made the contract"), "contract", "accent"),
    "supersede_contract": (_lazy("put another contract in its place"), "contract", "accent"),
    "postpone_delivery": (_lazy("got no clear answer from billing and will ask again"), "clock", "warn"),
    "stop_delivery": (_lazy("stopped the hand-off"), "alert", "bad"),
    "retry_delivery": (_lazy("sent it to billing again"), "refresh", ""),
    "deliver": (_lazy("handed it to billing"), "check", "good"),
    "continue_delivery": (_lazy("went on with a step whose day has come"), "clock", ""),
    "complete_delivery": (_lazy("did in billing what was left"), "check", "good"),
    "find_drift": (_lazy("found that billing holds something else"), "alert", "bad"),
    "find_no_drift": (_lazy("found billing as agreed again"), "check", "good"),
    "solve_delivery": (_lazy("marked it as solved"), "check", "good"),
    "contract": (_lazy("marked the quote as contracted"), "signature", "good"),
}


def timeline(contract: Contract) -> tuple[TimelineEntry, ...]:
    """What happened to this version and its contract, newest first."""
    quote = f"quote:{contract.version.quote.number}"
    about_version = Q(subject=quote, data__version=contract.version.number, verb__in=TEXTS)
    entries = AuditEntry.objects.filter(about_version | Q(subject=f"contract:{contract.number}"))
    ordered = list(entries.order_by("-at", "-pk"))
    names = {user.username: user.full_name for user in User.objects.filter(username__in={e.by for e in ordered})}
    return tuple(timeline_entry(entry, names) for entry in ordered)


def timeline_entry(entry: AuditEntry, names: dict[str, str]) -> TimelineEntry:
    text, icon, tone = TEXTS.get(entry.verb, (verb_in_words(entry.verb), "dot", ""))
    by = "Quantile" if entry.by == audit.SYSTEM else names.get(entry.by, entry.by)
    reason = str(entry.data.get("reason") or "")
    comment = retold(reason) if entry.by == audit.SYSTEM else reason
    return TimelineEntry(at=entry.at, by=by, text=text, icon=icon, tone=tone, comment=comment)


def state_choices(found: dict[str, int]) -> list[tuple[str, str, int]]:
    """Value, word and number of each state, for the filter."""
    return [(state.value, LABELS[state], found[state.value]) for state in State]
