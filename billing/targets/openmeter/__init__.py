"""OpenMeter: meters, features, a subscription to a plan of a contract's own, and credit grants."""

from collections.abc import Mapping

from billing.targets.base import Account, Answer, Held, Order, Setting, Step
from billing.targets.openmeter import capability, client, readback, translation
from billing.targets.vendor import Vendor
from core.languages import lazily as _


class OpenMeter(Vendor):
    name = "openmeter"
    label = "OpenMeter"
    can = capability.CAN
    limits = capability.LIMITS
    settings = (Setting("token", _("API token"), help=_("Of the organization that bills."), secret=True),)
    urls = {"sandbox": "https://openmeter.cloud", "production": "https://openmeter.cloud"}

    def calls(self, order: Order) -> tuple[Step, ...]:
        return translation.steps(order)

    def push(self, step: Step, *, key: str, account: Account) -> Answer:
        return client.send(account, step)

    def found(self, step: Step, *, account: Account) -> Answer | None:
        return client.find(account, step)

    def end(self, step: Step, *, account: Account) -> Answer:
        body = {"subscription": step.body["reference"], "timing": f"{step.body['on']}T00:00:00Z"}
        return client.send(account, Step(step.name, step.title, translation.CANCEL, body))

    def reference(self, done: Mapping[str, Answer]) -> str:
        return str(done[translation.SUBSCRIPTION]["id"])

    def read_back(self, reference: str, *, account: Account) -> Held | None:
        return readback.read(account, reference)

    def expected(self, order: Order) -> Held:
        return readback.expected(self.calls(order))
