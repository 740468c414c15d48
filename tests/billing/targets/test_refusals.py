"""What all vendors refuse in the same words, and what comes nearest."""

from dataclasses import replace
from decimal import Decimal

import pytest

from billing.targets import TARGETS
from billing.targets.capability import Construct, No
from billing.targets.refusals import REFUSALS, refusals
from pricing import Terms
from tests.billing.targets.deals import order_of
from tests.billing.targets.pushing import replacing
from tests.billing.targets.stripe.test_push import TERMS

VENDORS = [name for name in TARGETS if name not in ("ledger", "webhook")]
FEES = {**TERMS, "charges": TERMS["charges"][:2], "phases": [], "credits": []}
WHOLE = {"key": "all", "percent": "10"}


def problem_of(terms):
    [problem] = TARGETS["stripe"].problems(Terms.parse({**TERMS, **terms}))
    return problem


def test_a_refusal_names_the_system():
    assert set(REFUSALS) == set(Construct)
    said = str(refusals("Stripe")[Construct.GUARANTEE].why)
    assert said == "Stripe knows of no outcome rates."


@pytest.mark.parametrize("name", VENDORS)
def test_what_a_vendor_can_do_is_more_than_what_it_cannot(name):
    refused = [construct for construct, ability in TARGETS[name].can.items() if isinstance(ability, No)]
    assert 0 < len(refused) < len(Construct)


def test_a_percent_off_the_quote_becomes_one_off_every_line():
    own = {"key": "own", "percent": "20", "charges": ["seats"]}
    alternative = problem_of({"discounts": [WHOLE, own]}).alternative

    assert alternative.deal["discount_percent"] == 0
    percents = {key: fields["discount_percent"] for key, fields in alternative.lines.items()}
    assert percents == {"platform": 10, "seats": 28, "tokens": 10, "calls": 10}
    lines = [{"key": f"off-{key}", "percent": str(percent), "charges": [key]} for key, percent in percents.items()]
    assert TARGETS["stripe"].problems(Terms.parse({**TERMS, "discounts": lines})) == []


def test_a_percent_in_some_months_only_is_left_to_a_person():
    own = {"key": "own", "charges": ["seats"], "percent": "20", "from_month": 3}
    assert problem_of({"discounts": [WHOLE, own]}).alternative is None


def test_a_rollover_is_left_out_by_a_click():
    credit = {**TERMS["credits"][0], "every": "quarter", "rollover": {"fraction": "0.5"}}
    alternative = problem_of({"credits": [credit]}).alternative
    [put] = alternative.puts
    assert "rollover" not in put
    assert Decimal(put["amount"]) == 100


@pytest.mark.parametrize("name", VENDORS)
def test_an_early_end_creates_nothing_anew(name):
    order = replacing(order_of(FEES), "old_1", "2027-07-31")
    early = replace(order, replaces=replace(order.replaces, kind="early_end"))
    assert [step.name for step in TARGETS[name].steps(early)] == ["end_replaced"]
