"""Whether billing can bill what a version says, asked of the room that hands over (settings.BILLING_CHECK)."""

from collections.abc import Mapping
from decimal import Decimal

import numpy as np
from django.conf import settings
from django.utils.module_loading import import_string

from pricing import Terms, Usage
from pricing.components import Metered
from pricing.numbers import simulated
from quotes.models import QuoteVersion
from quotes.rules.billable import Unbillable
from quotes.rules.pricing import Problem
from quotes.rules.terms import Deal, sold


def unbillable(version: QuoteVersion, terms: Terms, usage: Usage | None, *, fresh: bool = False) -> list[Unbillable]:
    """What of these terms cannot be billed as agreed; `fresh` where the answer decides something."""
    check = import_string(settings.BILLING_CHECK)
    expected = expected_units(terms, usage) if usage is not None else {}
    return list(check(version, terms, expected, fresh=fresh))


def why_not_bill(version: QuoteVersion, terms: Terms) -> str:
    """ "" when the billing system that contracts go to now can bill these terms as agreed, else every reason."""
    return " ".join(one.sentence for one in unbillable(version, terms, None, fresh=True))


def billing_problems(version: QuoteVersion, deal: Deal, usage: Usage) -> list[Problem]:
    """The same of a draft, with everything the customer may still pick, as what keeps it from being submitted."""
    found = unbillable(version, sold(deal.with_options), usage)
    return [
        Problem("billing", one.sentence, one.line, one.place, one.instead.sentence if one.instead else "")
        for one in found
    ]


def expected_units(terms: Terms, usage: Usage) -> Mapping[str, Decimal]:
    """P50 units a month by key of metered charge."""
    found = {}
    for charge in terms.charges:
        if isinstance(charge.quantity, Metered):
            matched = [
                simulated(values)
                for series, values in usage.series.items()
                if charge.quantity.matches(series.meter, series.dimensions)
            ]
            if matched:
                monthly = np.median(np.sum(matched, axis=0).mean(axis=1))
                found[charge.key] = Decimal(repr(round(float(monthly), 6)))
    return found
