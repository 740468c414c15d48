"""What is pushed to Orb bills what was quoted, to the cent, for any deal that Orb can express."""

from decimal import Decimal

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from billing.targets.orb import Orb
from pricing import Terms
from tests.billing.targets.deals import billed, deals, order_of, usages
from tests.billing.targets.orb.rater import Account

CAN = frozenset(
    [
        "per_unit",
        "graduated",
        "volume",
        "package_up",
        "quarter",
        "year",
        "once",
        "arrears",
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
        "expiry",
        "prepaid",
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
    target = Orb()
    assume(not target.problems(terms))
    usage = data.draw(usages(terms))
    starts = [*(period.start for period in terms.periods), terms.end]
    theirs = Account(target.steps(order_of(terms)), starts).invoices(events_of(usage))
    assert theirs == billed(terms, usage)
