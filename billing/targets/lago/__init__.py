"""Lago: billable metrics, plans and subscriptions of a contract's own, and wallets."""

from collections.abc import Iterator, Mapping

from billing.targets.base import Account, Answer, Held, Order, Setting, Step
from billing.targets.ending import Ending
from billing.targets.lago import capability, client, readback, translation
from billing.targets.lago import ending as endings
from billing.targets.vendor import Vendor
from core.languages import lazily as _


class Lago(Vendor):
    name = "lago"
    label = "Lago"
    can = capability.CAN
    limits = capability.LIMITS
    settings = (Setting("api_key", _("API key"), help=_("Of the organization that bills."), secret=True),)
    urls = {"sandbox": "https://api.getlago.com", "production": "https://api.getlago.com"}

    def calls(self, order: Order) -> tuple[Step, ...]:
        return translation.steps(order)

    def push(self, step: Step, *, key: str, account: Account) -> Answer:
        return client.send(account, step)

    def found(self, step: Step, *, account: Account) -> Answer | None:
        return client.find(client.connect(account), step)

    def end(self, ending: Ending, *, account: Account) -> Iterator[str]:
        return endings.end(client.connect(account), ending)

    def number(self, done: Mapping[str, Answer]) -> str:
        return str(next(answer["reference"] for answer in done.values() if "reference" in answer))

    def read_back(self, reference: str, *, account: Account) -> Held | None:
        return readback.read(client.connect(account), reference)

    def until(self, held: Held) -> str:
        return str(max(one["until"] for one in held["subscriptions"].values()))

    def expected(self, order: Order) -> Held:
        return readback.expected(self.calls(order))
