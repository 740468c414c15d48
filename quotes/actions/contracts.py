"""The contract of a version: made once, handed to billing once, and taking the place of the one it changes."""

import json
from datetime import datetime

from django.db import transaction

from core import chaos, outbox
from core.errors import refuse
from core.numbering import next_number
from quotes.actions.moves import hold, move, record
from quotes.models import Contract, QuoteVersion
from quotes.queries.amending import why_not_change
from quotes.queries.selling import seller_of
from quotes.rules.amending import REPLACING
from quotes.rules.transitions import Status, Verb


def make_contract(version: QuoteVersion, *, at: datetime) -> Contract:
    """The contract of an accepted version and, in the same transaction, the promise to hand it over."""
    contract = Contract.objects.filter(version=version).first() or write_contract(version, at=at)
    chaos.point("in_acceptance")
    outbox.emit("contract.created", key=contract.number, payload={"contract": contract.number}, at=at)
    return contract


def make_at_approval(version: QuoteVersion, *, at: datetime) -> None:
    """Where the seller wants it so, the contract has its number and terms from approval on; billing hears of it once
    the customer has accepted. Not one that changes another: that one holds until the change is accepted."""
    if version.quote.changes is None and seller_of(version).contract_at == "approval":
        write_contract(version, at=at)


def write_contract(version: QuoteVersion, *, at: datetime) -> Contract:
    """The row, numbered. One that takes the place of another does so here, alone."""
    previous = version.quote.changes
    if previous is not None:
        # One change at a time: the second waits here, and then finds the first.
        Contract.objects.select_for_update(no_key=True).get(pk=previous.pk)
        refuse(why_not_change(version))
    number = f"C-{at.year}-{next_number(f'contract-{at.year}'):04}"
    contract = Contract.objects.create(
        number=number,
        version=version,
        customer=version.quote.customer,
        terms=version.terms,
        terms_sha256=json.loads(version.snapshot)["terms_sha256"],
        sha256=version.sha256,
        created_at=at,
        previous=previous,
        kind=version.quote.change,
    )
    record(None, "create_contract", version, at=at, contract=number)
    if previous is not None and version.quote.change in REPLACING:
        record(None, "supersede_contract", previous.version, at=at, contract=previous.number, successor=number)
    return contract


@transaction.atomic
def confirm(contract: Contract, *, reference: str, at: datetime) -> None:
    """The billing system has the contract, under its `reference`: accepted becomes contracted. Safe to call twice."""
    version = hold(contract.version)
    if version.status == Status.CONTRACTED:
        return
    move(version, Verb.CONTRACT)
    record(None, Verb.CONTRACT, version, at=at, contract=contract.number, reference=reference)
