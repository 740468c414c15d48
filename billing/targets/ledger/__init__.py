"""The embedded ledger: takes every contract exactly as it is, needs no account. The default target."""

from collections.abc import Mapping
from datetime import datetime

from billing.targets.base import Account, Answer, Held, Order, Rejected, Step, Target, differences
from billing.targets.capability import Construct, Yes
from billing.targets.ledger import client
from core.languages import lazily as _

CREATE = "create_contract"


class Ledger(Target):
    name = "ledger"
    label = _("Embedded ledger")
    can = {construct: Yes() for construct in Construct}

    def steps(self, order: Order) -> tuple[Step, ...]:
        body = {**self.expected(order), "terms": order.terms}
        return (Step(CREATE, "Create the contract", "ledger.create", body),)

    def perform(self, step: Step, *, key: str, account: Account, at: datetime) -> Answer:
        """Create, or after a duplicate key fetch what is there; then compare."""
        row, replayed = client.create(step.body, unique_key=key, at=at)
        wanted = {name: value for name, value in step.body.items() if name != "terms"}
        if drift := list(differences(wanted, client.content(row))):
            said = " ".join(f"The {one.path} is {one.theirs}, not {one.ours}." for one in drift)
            raise Rejected(f"The ledger holds {row.reference} under this key with other content. {said}")
        return {"reference": row.reference, "replayed": replayed}

    def reference(self, done: Mapping[str, Answer]) -> str:
        return str(done[CREATE]["reference"])

    def read_back(self, reference: str, *, account: Account) -> Held | None:
        row = client.fetch(reference)
        return client.content(row) if row else None

    def expected(self, order: Order) -> Held:
        return {
            "contract": order.number,
            "customer": order.customer,
            "replaces": order.replaces.number if order.replaces else "",
            "sha256": order.sha256,
            "terms_sha256": order.terms_sha256,
        }
