"""Orb: items, metrics, a subscription with inline prices and adjustments, and credit blocks."""

from collections.abc import Iterator, Mapping

from billing.targets.base import Account, Answer, Held, Order, Setting, Step
from billing.targets.ending import Ending
from billing.targets.orb import capability, client, readback, translation
from billing.targets.orb import ending as endings
from billing.targets.vendor import Vendor
from core.languages import lazily as _


class Orb(Vendor):
    name = "orb"
    label = "Orb"
    can = capability.CAN
    limits = capability.LIMITS
    settings = (Setting("api_key", _("API key"), help=_("Of the account that bills."), secret=True),)
    urls = {"sandbox": "https://api.withorb.com", "production": "https://api.withorb.com"}

    def calls(self, order: Order) -> tuple[Step, ...]:
        return translation.steps(order)

    def push(self, step: Step, *, key: str, account: Account) -> Answer:
        return client.send(account, step, key=key)

    def found(self, step: Step, *, account: Account) -> Answer | None:
        return client.find(client.connect(account), step)

    def end(self, ending: Ending, *, account: Account) -> Iterator[str]:
        return endings.end(client.connect(account), ending)

    def number(self, done: Mapping[str, Answer]) -> str:
        return str(done[translation.SUBSCRIPTION]["id"])

    def read_back(self, reference: str, *, account: Account) -> Held | None:
        return readback.read(client.connect(account), reference)

    def expected(self, order: Order) -> Held:
        return readback.expected(self.calls(order))

    def address(self, reference: str, *, account: Account) -> str:
        return f"https://app.withorb.com/subscriptions/{reference}"
