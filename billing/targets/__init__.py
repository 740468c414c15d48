"""The billing systems a contract can be handed to, one folder each; a new one is learned by copying `ledger`."""

from billing.targets import ledger
from billing.targets.base import Target

DEFAULT = ledger.NAME

TARGETS: dict[str, Target] = {ledger.NAME: ledger.Ledger()}
