"""The receiver gets the terms themselves, so there is nothing that cannot be said."""

from billing.targets.capability import Ability, Construct, Yes

CAN: dict[Construct, Ability] = {construct: Yes("terms, as agreed") for construct in Construct}
