"""OpenMeter: meters, features, a subscription to a plan of a contract's own, and credit grants."""

from collections.abc import Mapping

from billing.targets.base import Account, Answer, Setting, Step
from billing.targets.openmeter import capability, client, ending, readback, translation
from billing.targets.vendor import Vendor
from core.languages import lazily as _


class OpenMeter(Vendor):
    name = "openmeter"
    label = "OpenMeter"
    can = capability.CAN
    limits = capability.LIMITS
    translation = translation
    client = client
    readback = readback
    endings = ending
    settings = (Setting("token", _("API token"), help=_("Of the organization that bills."), secret=True),)
    urls = {"sandbox": "https://openmeter.cloud", "production": "https://openmeter.cloud"}
    nobody = "0" * 26  # what is no ULID is refused before anything is looked for

    def push(self, step: Step, *, key: str, account: Account) -> Answer:
        return client.send(account, step)

    def number(self, done: Mapping[str, Answer]) -> str:
        return str(done[translation.SUBSCRIPTION]["id"])
