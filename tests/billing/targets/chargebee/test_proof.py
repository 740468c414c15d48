"""What is pushed to Chargebee bills what was quoted, to the cent, for any deal that Chargebee can express."""

from decimal import Decimal

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from billing.targets.chargebee import Chargebee
from pricing import Terms
from tests.billing.targets.chargebee.rater import Account
from tests.billing.targets.deals import billed, deals, order_of, usages

CAN = frozenset(
    [
        "per_unit",
        "graduated",
        "volume",
        "quarter",
        "year",
        "once",
        "usage_quarter",
        "usage_year",
        "matrix",
        "filter",
        "allowance",
        "discount",
    ]
)


def events_of(terms, usage):
    """A sender reports usage per item: of the charge, and of the region where the item is of one."""
    charges = {charge.key: charge for charge in terms.charges}

    def total(item, first, stop):
        key, _dot, region = item["name"].rpartition("(")[2].rstrip(")").partition(".")[2].partition(".")
        charge = charges[key]
        wanted = [region] if region else list(charge.quantity.where.get("region", ("eu", "us")))
        return sum(
            (
                sum(listed[first:stop], Decimal(0))
                for series, listed in usage.items()
                if series.meter == charge.quantity.meter and dict(series.dimensions)["region"] in wanted
            ),
            Decimal(0),
        )

    return total


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_pushed_bills_what_was_quoted(data):
    terms = Terms.parse(data.draw(deals(CAN)))
    target = Chargebee()
    assume(not target.problems(terms))
    usage = data.draw(usages(terms))
    theirs = Account(target.steps(order_of(terms)), terms.months).invoices(events_of(terms, usage))
    assert theirs == billed(terms, usage)
