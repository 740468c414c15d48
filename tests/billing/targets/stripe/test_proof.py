"""What is pushed to Stripe bills what was quoted, to the cent, for any deal that Stripe can express."""

from decimal import Decimal

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from billing.targets.stripe import Stripe
from pricing import Terms
from tests.billing.targets.deals import billed, deals, order_of, usages
from tests.billing.targets.stripe.rater import Account

CAN = frozenset(
    [
        "per_unit",
        "graduated",
        "graduated_flat",
        "volume",
        "stairstep",
        "package",
        "quarter",
        "year",
        "once",
        "usage_quarter",
        "usage_year",
        "matrix",
        "filter",
        "allowance",
        "ramp",
        "discount",
        "credit",
        "bought",
        "recurring",
        "priority",
        "expiry",
        "prepaid",
    ]
)


def events_of(usage):
    """Events as a sender would name them: of the meter, and again with the region for prices of one region."""

    def total(name, first, stop):
        return sum(
            (
                sum(values[first:stop], Decimal(0))
                for series, values in usage.items()
                if name in (series.meter, f"{series.meter}.{dict(series.dimensions)['region']}")
            ),
            Decimal(0),
        )

    return total


@settings(max_examples=30, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_pushed_bills_what_was_quoted(data):
    terms = Terms.parse(data.draw(deals(CAN)))
    target = Stripe()
    assume(not target.problems(terms))
    usage = data.draw(usages(terms))
    theirs = Account(target.steps(order_of(terms))).invoices(terms.months, events_of(usage))
    assert [amount / 100 for amount in theirs] == billed(terms, usage)
