"""A billing system that cannot say everything, for tests of what happens then."""

from datetime import datetime
from typing import Any

import pytest

from billing.models import Connection
from billing.queries import routing
from billing.targets import TARGETS
from billing.targets.base import Target
from billing.targets.capability import Construct, No, Yes
from billing.targets.ledger import Ledger
from billing.targets.nearest import a_charge_per_cell, graduated, of_deal
from core.models import User


class Picky(Ledger):
    name = "picky"
    label = "Picky"
    can = {
        **{construct: Yes() for construct in Construct},
        Construct.VOLUME: No("It knows graduated tiers only.", graduated),
        Construct.MATRIX: No("It has one price per product.", a_charge_per_cell),
        Construct.FREE_MONTHS: No("It bills from the first day.", of_deal("No free months instead.", free_months=0)),
        Construct.GUARANTEE: No("It knows no outcomes."),
    }


def send_all_to_picky(monkeypatch: pytest.MonkeyPatch, *, by: User, at: datetime, **can: Any) -> Connection:
    """New contracts go to it from now on."""
    target = Picky()
    target.can = {**Picky.can, **can}  # type: ignore[misc]
    return send_all_to(target, monkeypatch, by=by, at=at)


def send_all_to(target: Target, monkeypatch: pytest.MonkeyPatch, *, by: User, at: datetime) -> Connection:
    monkeypatch.setitem(TARGETS, target.name, target)
    connection = Connection.objects.create(
        target=target.name, mode="sandbox", takes_contracts=True, changed_at=at, changed_by=by
    )
    routing.keep(routing.read())
    return connection
