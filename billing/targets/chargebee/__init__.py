"""Chargebee: items with prices, and subscriptions to them."""

from collections.abc import Mapping

from billing.targets.base import Account, Answer, Held, Setting, Step
from billing.targets.chargebee import capability, client, ending, readback, translation
from billing.targets.vendor import Vendor
from core.languages import lazily as _


class Chargebee(Vendor):
    name = "chargebee"
    label = "Chargebee"
    can = capability.CAN
    limits = capability.LIMITS
    translation = translation
    client = client
    readback = readback
    endings = ending
    settings = (
        Setting(
            "api_key", _("API key"), help=_("Of your site; its address is https://SITE.chargebee.com."), secret=True
        ),
    )

    def push(self, step: Step, *, key: str, account: Account) -> Answer:
        return client.send(account, step, key=key)

    def number(self, done: Mapping[str, Answer]) -> str:
        return str(next(answer["id"] for step, answer in done.items() if step.startswith("create_subscription:")))

    def until(self, held: Held) -> str:
        return str(max(one["until"] for one in held.values()))

    def address(self, reference: str, *, account: Account) -> str:
        return f"{account.base_url.rstrip('/')}/d/subscriptions/{reference}"
