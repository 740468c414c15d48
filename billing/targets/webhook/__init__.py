"""Any other billing system: it gets the whole contract as one signed message (Standard Webhooks) and says it has it."""

from collections.abc import Mapping
from datetime import datetime

from billing.targets.base import Account, Answer, Held, Order, Setting, Step, Target
from billing.targets.webhook import capability, client, readback, translation
from core.languages import lazily as _

NAME = "webhook"


class Webhook(Target):
    name = NAME
    label = _("Signed webhook")
    can = capability.CAN
    near = False
    settings = (
        Setting(
            "secret",
            _("Signing secret"),
            help=_("Begins with whsec_. The receiver verifies every message with it (Standard Webhooks)."),
            secret=True,
        ),
    )

    def steps(self, order: Order) -> tuple[Step, ...]:
        return translation.steps(order)

    def perform(self, step: Step, *, key: str, account: Account, at: datetime) -> Answer:
        answer = client.send(account, step.body, key=key, at=at)
        return {"reference": readback.reference(answer), **readback.held(answer)}

    def reference(self, done: Mapping[str, Answer]) -> str:
        return str(done[translation.SEND]["reference"])

    def read_back(self, reference: str, *, account: Account) -> Held | None:
        answer = client.ask(account, translation.question(reference))
        return None if answer is None else readback.held(answer)

    def expected(self, order: Order) -> Held:
        return readback.expected(order)
