"""What is pushed to OpenMeter bills what was quoted, to the cent, for any deal that OpenMeter can express."""

from decimal import Decimal

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from billing.targets.openmeter import OpenMeter
from pricing import Terms
from tests.billing.targets.deals import billed, deals, order_of, usages
from tests.billing.targets.openmeter.rater import Account

CAN = frozenset(
    [
        "per_unit",
        "graduated",
        "graduated_flat",
        "volume",
        "stairstep",
        "package_up",
        "quarter",
        "year",
        "once",
        "arrears",
        "matrix",
        "filter",
        "allowance",
        "ramp",
        "usage_maximum",
        "discount",
        "credit",
        "bought",
        "priority",
        "prepaid",
        "whole_term",
    ]
)


def events_of(usage):
    def total(meter, values, first, stop):
        return sum(
            (
                sum(listed[first:stop], Decimal(0))
                for series, listed in usage.items()
                if series.meter == meter and all(dict(series.dimensions)[name] == one for name, one in values.items())
            ),
            Decimal(0),
        )

    return total


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_pushed_bills_what_was_quoted(data):
    terms = Terms.parse(data.draw(deals(CAN)))
    target = OpenMeter()
    assume(not target.problems(terms))
    usage = data.draw(usages(terms))
    theirs = Account(target.steps(order_of(terms)), terms.months).invoices(events_of(usage))
    assert theirs == billed(terms, usage)
