"""OpenMeter: meters, features, a subscription to a plan of a contract's own, and credit grants."""

from collections.abc import Mapping
from datetime import datetime

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

    def steps(self, order: Order) -> tuple[Step, ...]:
        return translation.steps(order)

    def perform(self, step: Step, *, key: str, account: Account, at: datetime) -> Answer:
        return client.send(account, step)

    def find(self, step: Step, *, key: str, account: Account) -> Answer | None:
        return client.find(account, step)

    def reference(self, done: Mapping[str, Answer]) -> str:
        return str(done[translation.SUBSCRIPTION]["id"])

    def read_back(self, reference: str, *, account: Account) -> Held | None:
        return readback.read(account, reference)

    def expected(self, order: Order) -> Held:
        return readback.expected(self.steps(order))
