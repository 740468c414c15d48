"""Chargebee: items with prices, and subscriptions to them."""

from collections.abc import Iterator, Mapping

from billing.targets.base import Account, Answer, Held, Order, Setting, Step
from billing.targets.chargebee import capability, client, readback, translation
from billing.targets.chargebee import ending as endings
from billing.targets.ending import Ending
from billing.targets.vendor import Vendor
from core.languages import lazily as _


class Chargebee(Vendor):
    name = "chargebee"
    label = "Chargebee"
    can = capability.CAN
    limits = capability.LIMITS
    settings = (
        Setting(
            "api_key", _("API key"), help=_("Of your site; its address is https://SITE.chargebee.com."), secret=True
        ),
    )

    def calls(self, order: Order) -> tuple[Step, ...]:
        return translation.steps(order)

    def push(self, step: Step, *, key: str, account: Account) -> Answer:
        return client.send(account, step, key=key)

    def found(self, step: Step, *, account: Account) -> Answer | None:
        return client.find(client.connect(account), step)

    def end(self, ending: Ending, *, account: Account) -> Iterator[str]:
        return endings.end(client.connect(account), ending)

    def number(self, done: Mapping[str, Answer]) -> str:
        return str(next(answer["id"] for step, answer in done.items() if step.startswith("create_subscription:")))

    def read_back(self, reference: str, *, account: Account) -> Held | None:
        return readback.read(client.connect(account), reference)

    def until(self, held: Held) -> str:
        return str(max(one["until"] for one in held.values()))

    def expected(self, order: Order) -> Held:
        return readback.expected(self.calls(order))

    def address(self, reference: str, *, account: Account) -> str:
        return f"{account.base_url.rstrip('/')}/d/subscriptions/{reference}"
