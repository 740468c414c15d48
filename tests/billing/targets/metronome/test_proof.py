"""What is pushed to Metronome bills what was quoted, to the cent, for any deal that Metronome can express."""

from decimal import Decimal

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from billing.targets.metronome import Metronome
from pricing import Terms
from tests.billing.targets.deals import billed, deals, order_of, usages
from tests.billing.targets.metronome.rater import Account

CAN = frozenset(
    [
        "per_unit",
        "graduated",
        "package",
        "quarter",
        "year",
        "once",
        "arrears",
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
        "true_up",
    ]
)


def events_of(usage):
    """The sum of the values of events of some types, with certain properties, in a period."""

    def total(types, wanted, n):
        return sum(
            (
                values[n]
                for series, values in usage.items()
                if series.meter in types and all(dict(series.dimensions)[name] in one for name, one in wanted.items())
            ),
            Decimal(0),
        )

    return total


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_pushed_bills_what_was_quoted(data):
    terms = Terms.parse(data.draw(deals(CAN)))
    target = Metronome()
    assume(not target.problems(terms))
    usage = data.draw(usages(terms))
    starts = [*(period.start for period in terms.periods), terms.end]
    theirs = Account(target.steps(order_of(terms)), starts).invoices(events_of(usage))
    assert [amount / 100 for amount in theirs] == billed(terms, usage)
