"""The price kernel: terms and usage in, a bill out. No clock, no database, no settings.

Read in this order: `terms` (what a deal says), `models` (how a price turns a quantity into money), `rating` (the
steps from usage to bill, in order), `explain` (any amount, opened). The rules in words: docs/PRICING.md.
"""

from .bill import Bands, Bill, BillLine, bands
from .cliffs import Cliff, cliffs
from .components import Charge, Commitment, Component, CreditGrant
from .conditions import Discount, Phase
from .diff import Difference, diff
from .errors import InvalidTerms
from .explain import as_text, explain
from .models import PriceModel
from .parts import Step
from .rating import STEPS, committed, idle, rate
from .terms import Terms, parse_component, parse_price
from .usage import Series, Usage

__all__ = [
    "STEPS",
    "Bands",
    "Bill",
    "BillLine",
    "Charge",
    "Cliff",
    "Commitment",
    "Component",
    "CreditGrant",
    "Difference",
    "Discount",
    "InvalidTerms",
    "Phase",
    "PriceModel",
    "Series",
    "Step",
    "Terms",
    "Usage",
    "as_text",
    "bands",
    "cliffs",
    "committed",
    "diff",
    "explain",
    "idle",
    "parse_component",
    "parse_price",
    "rate",
]
