"""The embedded ledger: takes every contract exactly as it is, needs no account. The default target."""

from collections.abc import Mapping
from datetime import datetime

from billing.models import LedgerContract
from billing.targets.base import Answer, Order, Rejected
from billing.targets.ledger import client
from core.languages import lazily as _

NAME = "ledger"


class Ledger:
    name = NAME
    label = _("Embedded ledger")
    steps: tuple[str, ...] = ("create_contract", "read_back")

    def perform(self, step: str, order: Order, *, key: str, done: Mapping[str, Answer], at: datetime) -> Answer:
        if step == "create_contract":
            return self._create(order, key=key, at=at)
        return self._read_back(order, reference=self.reference(done))

    def reference(self, done: Mapping[str, Answer]) -> str:
        return str(done["create_contract"]["reference"])

    def address(self, reference: str) -> str:
        return ""

    def _create(self, order: Order, *, key: str, at: datetime) -> Answer:
        """Create, or after a duplicate key fetch what is there; then compare."""
        row, replayed = client.create(order, unique_key=key, at=at)
        if problems := differences(order, row):
            raise Rejected(f"The ledger holds {row.reference} under this key with other content: {' '.join(problems)}")
        return {"reference": row.reference, "replayed": replayed, "sha256": row.sha256}

    def _read_back(self, order: Order, *, reference: str) -> Answer:
        """Fetch by number and compare field by field."""
        row = client.fetch(reference)
        if row is None:
            raise Rejected(f"The ledger answered {reference} but has no such contract when asked.")
        if problems := differences(order, row):
            raise Rejected(f"What the ledger holds differs from the contract: {' '.join(problems)}")
        return {"reference": row.reference, "sha256": row.sha256, "terms_sha256": row.terms_sha256, "drift": []}


def differences(order: Order, row: LedgerContract) -> list[str]:
    """A sentence for each field in which the ledger's copy is not the contract."""
    pairs = (
        ("contract number", order.number, row.contract),
        ("customer", order.customer, row.customer),
        ("version hash", order.sha256, row.sha256),
        ("terms hash", order.terms_sha256, client.digest(row.terms)),
    )
    return [f"the {name} is {theirs}, not {ours}." for name, ours, theirs in pairs if ours != theirs]
