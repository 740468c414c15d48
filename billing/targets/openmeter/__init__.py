"""OpenMeter: meters, features, a subscription to a plan of a contract's own, and credit grants."""

from collections.abc import Iterator, Mapping

from billing.targets.base import Account, Answer, Held, Order, Setting, Step
from billing.targets.ending import Ending
from billing.targets.openmeter import capability, client, readback, translation
from billing.targets.openmeter import ending as endings
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

    def end(self, ending: Ending, *, account: Account) -> Iterator[str]:
        return endings.end(account, ending)

    def number(self, done: Mapping[str, Answer]) -> str:
        return str(done[translation.SUBSCRIPTION]["id"])

    def read_back(self, reference: str, *, account: Account) -> Held | None:
        return readback.read(account, reference)

    def expected(self, order: Order) -> Held:
        return readback.expected(self.calls(order))
