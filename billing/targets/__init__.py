"""The billing systems a contract can be handed to, one folder each; a new one is learned by copying `ledger`."""

from billing.targets.base import Target
from billing.targets.chargebee import Chargebee
from billing.targets.lago import Lago
from billing.targets.ledger import Ledger
from billing.targets.metronome import Metronome
from billing.targets.openmeter import OpenMeter
from billing.targets.orb import Orb
from billing.targets.stripe import Stripe
from billing.targets.webhook import Webhook

DEFAULT = Ledger.name

KNOWN = (Ledger(), Stripe(), Metronome(), Chargebee(), Lago(), Orb(), OpenMeter(), Webhook())

TARGETS: dict[str, Target] = {target.name: target for target in KNOWN}
