"""Who sells, as a value; what an entity may say of itself; and who may edit it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from core.roles import Permission, may

HEX = re.compile(r"^#[0-9a-f]{6}$")
LEAST_CONTRAST = 4.5
LOGO_BYTES = 512 * 1024
LOGO_PIXELS = 2000
LOGO_LEAST = 32


@dataclass(frozen=True)
class Seller:
    """What a version is sold by: the entity's words and settings, or those of the house where there is no entity."""

    name: str
    legal_name: str
    address: str
    email: str
    zone: str
    footer: str = ""
    accent: str = ""
    paper: str = ""
    logo: str = ""
    contract_at: str = "acceptance"
    countersigner_id: int | None = None
    code: str = ""

    def frozen(self) -> dict[str, str]:
        """What a snapshot keeps of it."""
        always = {"name": self.name, "address": self.address, "email": self.email}
        more = {name: getattr(self, name) for name in ("legal_name", "footer", "accent", "paper", "logo", "code")}
        return always | {name: value for name, value in more.items() if value}


def why_not_edit_seller(*, by: object) -> str:
    if may(by, Permission.EDIT_SELLERS):
        return ""
    return _("Selling entities are edited by pricing operations. Ask one of them.")


def wrong_in_seller(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Field and sentence of everything that cannot be taken."""
    accent = values.get("accent", "#000000")
    if not HEX.match(accent):
        yield "accent", _("The accent colour must be written like #2b50d0.")
    elif (found := contrast_on_white(accent)) < LEAST_CONTRAST:
        yield (
            "accent",
            _("{accent} is too light to read on white ({found} : 1); choose one of at least {least} : 1.").format(
                accent=accent, found=round(found, 1), least=LEAST_CONTRAST
            ),
        )
    if "zone" in values and not is_zone(values["zone"]):
        yield "zone", _("{zone} is no time zone; write one such as Europe/Berlin.").format(zone=values["zone"])


def contrast_on_white(colour: str) -> float:
    """As WCAG 2.1 defines it: 21 for black, 1 for white."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        return False
    return True
