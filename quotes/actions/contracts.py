from datetime import datetime

from django.db import transaction

from quotes.actions.moves import hold, move, record
from quotes.models import Contract
from quotes.rules.transitions import Status, Verb


@transaction.atomic
def confirm(contract: Contract, *, reference: str, at: datetime) -> None:
    """The billing system has the contract, under its `reference`: accepted becomes contracted. Safe to call twice."""
    version = hold(contract.version)
    if version.status == Status.CONTRACTED:
        return
    move(version, Verb.CONTRACT)
    record(None, Verb.CONTRACT, version, at=at, contract=contract.number, reference=reference)
