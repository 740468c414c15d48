"""Whether billing can bill what a version says, asked of the room that hands over (settings.BILLING_CHECK)."""

from django.conf import settings
from django.utils.module_loading import import_string

from pricing import Usage
from quotes.models import QuoteVersion
from quotes.queries.deals import deal_of
from quotes.rules.billable import Unbillable
from quotes.rules.pricing import Problem
from quotes.rules.terms import Deal


def unbillable(version: QuoteVersion, deal: Deal, usage: Usage | None, *, fresh: bool = False) -> list[Unbillable]:
    """What of this deal cannot be billed as agreed, whatever the customer still picks.

    With `usage`, the futures it is priced on, the nearest that can be and what that costs; `fresh` where the answer
    decides something.
    """
    check = import_string(settings.BILLING_CHECK)
    return list(check(version, deal, usage, fresh=fresh))


def why_not_bill(version: QuoteVersion) -> str:
    """ "" when the billing system that contracts go to now can bill this as agreed, else every reason."""
    return " ".join(one.sentence for one in unbillable(version, deal_of(version), None, fresh=True))


def billing_problems(version: QuoteVersion, deal: Deal, usage: Usage) -> list[Problem]:
    """The same of a draft as what keeps it from being submitted."""
    return [
        Problem("billing", f"{one.sentence} {one.rest}".rstrip(), one.line, one.place, instead(one))
        for one in unbillable(version, deal, usage)
    ]


def instead(one: Unbillable) -> str:
    return f"{one.instead.sentence} {one.instead.costs}".rstrip() if one.instead and not one.again else ""
