"""Orb: items, metrics, a subscription with inline prices and adjustments, and credit blocks."""

from collections.abc import Mapping

from billing.targets.base import Account, Answer, Setting, Step
from billing.targets.orb import capability, client, ending, readback, translation
from billing.targets.vendor import Vendor
from core.languages import lazily as _


class Orb(Vendor):
    name = "orb"
    label = "Orb"
    can = capability.CAN
    limits = capability.LIMITS
    translation = translation
    client = client
    readback = readback
    endings = ending
    ends_once_begun = True
    settings = (Setting("api_key", _("API key"), help=_("Of the account that bills."), secret=True),)
    urls = {"sandbox": "https://api.withorb.com", "production": "https://api.withorb.com"}

    def push(self, step: Step, *, key: str, account: Account) -> Answer:
        return client.send(account, step, key=key)

    def number(self, done: Mapping[str, Answer]) -> str:
        return str(done[translation.SUBSCRIPTION]["id"])

    def address(self, reference: str, *, account: Account) -> str:
        return f"https://app.withorb.com/subscriptions/{reference}"
