"""Metronome: billable metrics, a rate card, a contract with overrides, charges, credits and commits. In US cents."""

from collections.abc import Mapping
from uuid import UUID

from billing.targets.base import Account, Answer, Setting, Step
from billing.targets.metronome import capability, client, ending, readback, translation
from billing.targets.vendor import Vendor
from core.languages import lazily as _


class Metronome(Vendor):
    name = "metronome"
    label = "Metronome"
    can = capability.CAN
    limits = capability.LIMITS
    translation = translation
    client = client
    readback = readback
    endings = ending
    settings = (Setting("api_token", _("API token"), help=_("With write access to contracts."), secret=True),)
    urls = {"sandbox": "https://api.metronome.com", "production": "https://api.metronome.com"}
    nobody = f"{UUID(int=0)}/{UUID(int=0)}"

    def push(self, step: Step, *, key: str, account: Account) -> Answer:
        return client.send(account, step)

    def number(self, done: Mapping[str, Answer]) -> str:
        """Metronome finds a contract by its customer and its id."""
        made = done[translation.CONTRACT]
        return f"{made['customer']}/{made['id']}"

    def address(self, reference: str, *, account: Account) -> str:
        customer, _slash, contract = reference.partition("/")
        return f"https://app.metronome.com/customers/{customer}/contracts/{contract}"
