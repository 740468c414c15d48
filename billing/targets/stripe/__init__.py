"""Stripe Billing: products, meters, prices, subscription schedules and credit grants. In cents."""

from collections.abc import Mapping

from billing.targets.base import Account, Answer, Held, Setting, Step
from billing.targets.ending import day
from billing.targets.stripe import capability, client, ending, readback, translation
from billing.targets.vendor import Vendor
from core.languages import lazily as _

NAME = "stripe"
SCHEDULE = "create_schedule:"


class Stripe(Vendor):
    name = NAME
    label = "Stripe"
    can = capability.CAN
    limits = capability.LIMITS
    translation = translation
    client = client
    readback = readback
    endings = ending
    settings = (
        Setting(
            "api_key",
            _("Secret key"),
            help=_("Begins with sk_ or rk_; write access to Billing."),
            secret=True,
            begins={"sandbox": ("sk_test_", "rk_test_"), "production": ("sk_live_", "rk_live_")},
        ),
    )
    urls = {"sandbox": "https://api.stripe.com", "production": "https://api.stripe.com"}

    def push(self, step: Step, *, key: str, account: Account) -> Answer:
        return client.send(account, step, key=key)

    def number(self, done: Mapping[str, Answer]) -> str:
        return str(next(answer["id"] for step, answer in done.items() if step.startswith(SCHEDULE)))

    def until(self, held: Held) -> str:
        return day(max(phases[-1]["until"] for phases in held["schedules"].values())).isoformat()

    def address(self, reference: str, *, account: Account) -> str:
        test = "" if account.mode == "production" else "test/"
        return f"https://dashboard.stripe.com/{test}subscription_schedules/{reference}"
