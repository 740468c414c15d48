"""What is pushed to Lago bills what was quoted, to the cent, for any deal that Lago can express."""

from decimal import Decimal

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from billing.targets.lago import Lago
from pricing import Terms
from tests.billing.targets.deals import billed, deals, order_of, usages
from tests.billing.targets.lago.rater import Account

CAN = frozenset(
    [
        "per_unit",
        "graduated",
        "graduated_flat",
        "volume",
        "stairstep",
        "package_free",
        "percentage",
        "quarter",
        "year",
        "once",
        "arrears",
        "usage_quarter",
        "matrix",
        "filter",
        "allowance",
        "usage_minimum",
        "discount",
        "credit",
        "bought",
        "priority",
        "expiry",
        "prepaid",
        "whole_term",
        "true_up_month",
    ]
)


def events_of(usage):
    def total(meter, values, first, stop):
        return sum(
            (
                sum(listed[first:stop], Decimal(0))
                for series, listed in usage.items()
                if series.meter == meter and all(dict(series.dimensions)[name] in one for name, one in values.items())
            ),
            Decimal(0),
        )

    return total


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_pushed_bills_what_was_quoted(data):
    terms = Terms.parse(data.draw(deals(CAN)))
    target = Lago()
    assume(not target.problems(terms))
    usage = data.draw(usages(terms))
    starts = [*(period.start for period in terms.periods), terms.end]
    theirs = Account(target.steps(order_of(terms)), starts).invoices(events_of(usage))
    assert theirs == billed(terms, usage)
