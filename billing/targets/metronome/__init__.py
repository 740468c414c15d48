"""Metronome: billable metrics, a rate card, a contract with overrides, charges, credits and commits. In US cents."""

from collections.abc import Iterator, Mapping

from billing.targets.base import Account, Answer, Held, Order, Setting, Step
from billing.targets.ending import Ending
from billing.targets.metronome import capability, client, readback, translation
from billing.targets.metronome import ending as endings
from billing.targets.vendor import Vendor
from core.languages import lazily as _


class Metronome(Vendor):
    name = "metronome"
    label = "Metronome"
    can = capability.CAN
    limits = capability.LIMITS
    settings = (Setting("api_token", _("API token"), help=_("With write access to contracts."), secret=True),)
    urls = {"sandbox": "https://api.metronome.com", "production": "https://api.metronome.com"}

    def calls(self, order: Order) -> tuple[Step, ...]:
        return translation.steps(order)

    def push(self, step: Step, *, key: str, account: Account) -> Answer:
        return client.send(account, step)

    def found(self, step: Step, *, account: Account) -> Answer | None:
        return client.find(client.connect(account), step)

    def end(self, ending: Ending, *, account: Account) -> Iterator[str]:
        return endings.end(client.connect(account), ending)

    def number(self, done: Mapping[str, Answer]) -> str:
        """Metronome finds a contract by its customer and its id."""
        made = done[translation.CONTRACT]
        return f"{made['customer']}/{made['id']}"

    def read_back(self, reference: str, *, account: Account) -> Held | None:
        return readback.read(client.connect(account), reference)

    def expected(self, order: Order) -> Held:
        return readback.expected(self.calls(order))

    def address(self, reference: str, *, account: Account) -> str:
        customer, _slash, contract = reference.partition("/")
        return f"https://app.metronome.com/customers/{customer}/contracts/{contract}"
