"""The pages of the room that are not about one customer, as tabs."""

from typing import NamedTuple

from django.urls import reverse

from core.languages import lazily as _
from core.models import User
from core.roles import Permission, may


class Tab(NamedTuple):
    label: str
    url: str
    current: bool


TABS = (
    ("quality", _("Data quality"), "metering:quality", Permission.SEE_CUSTOMERS),
    ("sources", _("Sources"), "metering:sources", Permission.IMPORT_USAGE),
    ("imports", _("Imports"), "metering:imports", Permission.IMPORT_USAGE),
)


def room_tabs(user: User, current: str) -> list[Tab]:
    """The tabs that are open to this person."""
    return [
        Tab(label, reverse(url_name), key == current)
        for key, label, url_name, permission in TABS
        if may(user, permission)
    ]
