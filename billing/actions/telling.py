"""Finance hears of a hand-off that needs a person."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from billing.models import Delivery
from core import chat, notices
from core.languages import HOUSE
from core.models import User


def ask_for_help(delivery: Delivery, *, at: datetime) -> None:
    """To each person in finance as they chose, and a line in the chat, each time that it stops."""
    key = f"delivery-{delivery.pk}-{delivery.attempts}-{delivery.changed_at:%Y%m%d%H%M}"
    path = reverse("billing:contract", args=[delivery.contract.number])
    with override(HOUSE):
        title, text = notice(delivery)
        chat.say(f"{title}\n{text}\n\n{settings.SITE_URL}{path}", key=key, at=at)
    for person in User.objects.filter(is_active=True, roles__contains=["finance"]).order_by("pk"):
        with override(person.language or HOUSE):
            title, text = notice(delivery)
            about = f"contract:{delivery.contract.number}"
            notices.give(person, "handoff", title, text, path=path, key=f"{key}-{person.pk}", about=about, at=at)


def notice(delivery: Delivery) -> tuple[str, str]:
    number = delivery.contract.number
    title = _("{number} needs a person").format(number=number)
    text = _("Billing does not hold this contract as agreed. {reason}").format(reason=delivery.reason)
    return title, text
