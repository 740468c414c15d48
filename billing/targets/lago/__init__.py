"""Lago: billable metrics, plans and subscriptions of a contract's own, and wallets."""

from collections.abc import Mapping

from billing.targets.base import Account, Answer, Held, Setting, Step
from billing.targets.lago import capability, client, ending, readback, translation
from billing.targets.vendor import Vendor
from core.languages import lazily as _


class Lago(Vendor):
    name = "lago"
    label = "Lago"
    can = capability.CAN
    limits = capability.LIMITS
    translation = translation
    client = client
    readback = readback
    endings = ending
    settings = (Setting("api_key", _("API key"), help=_("Of the organization that bills."), secret=True),)
    urls = {"sandbox": "https://api.getlago.com", "production": "https://api.getlago.com"}

    def push(self, step: Step, *, key: str, account: Account) -> Answer:
        return client.send(account, step)

    def number(self, done: Mapping[str, Answer]) -> str:
        return str(next(answer["reference"] for answer in done.values() if "reference" in answer))

    def until(self, held: Held) -> str:
        return str(max(one["until"] for one in held["subscriptions"].values()))
