"""What a CRM's opportunity (HubSpot calls it a deal) may be called, and who may link a quote to it. Pure."""

import re
from collections.abc import Mapping
from enum import StrEnum
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from core.languages import lazily as _lazy
from quotes.rules.verbs import Owned, Person, why_not_seller

LABELS = {"salesforce": "Salesforce", "hubspot": "HubSpot"}
SYSTEM = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST = {"system": 40, "external_id": 100, "name": 200, "url": 500, "stage": 100, "owner": 200}
"""In characters."""


class State(StrEnum):
    OPEN = "open"
    WON = "won"
    LOST = "lost"


STATE_LABELS = {State.OPEN: _lazy("Open"), State.WON: _lazy("Won"), State.LOST: _lazy("Lost")}


def label_of(system: str) -> str:
    """A system as people write it."""
    return LABELS.get(system, system.replace("-", " ").title())


def why_not_link(quote: Owned, *, by: Person | None = None) -> str:
    """The reference is no part of the offer: whoever sells the quote may mend it at any time."""
    return why_not_seller(quote, by)


def wrong_reference(values: Mapping[str, str]) -> dict[str, str]:
    """Field -> what is wrong with it."""
    found = {
        name: _("{name}: at most {most} characters.").format(name=name, most=most)
        for name, most in LONGEST.items()
        if len(values.get(name, "")) > most
    }
    if not SYSTEM.fullmatch(values["system"]):
        found["system"] = _("Name the CRM in small letters, digits and hyphens, such as salesforce.")
    if not values["external_id"] or re.search(r"\s", values["external_id"]):
        found["external_id"] = _("Give the opportunity’s id in the CRM, without blanks, such as 006Dn00000A1b2C.")
    if values.get("url") and not is_web_address(values["url"]):
        found["url"] = _("Give an address like https://example.com/opportunity, or none.")
    return found


def is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("https", "http") and bool(parts.hostname) and not re.search(r"[\s\"'<>\\]", url)
