"""Who must approve: at the limit nobody, beyond it the role of the rule, with the actual value in the reason."""

from decimal import Decimal

import pytest

from quotes.rules.approvals import Facts, needed, plain

FINE = {"discount_percent": Decimal(20), "months": 24, "margin_p10": Decimal(30)}


@pytest.mark.parametrize(
    ("facts", "asked"),
    [
        ({}, []),
        ({"margin_p10": None}, []),
        ({"discount_percent": Decimal("20.01")}, ["The discount of 20.01 % is over the limit of 20 %."]),
        ({"months": 25}, ["The term of 25 months is over the limit of 24 months."]),
        ({"margin_p10": Decimal("29.99")}, ["The margin at P10 is 29.99 %, below the limit of 30 %."]),
        ({"margin_p10": Decimal("-12.50")}, ["The margin at P10 is -12.5 %, below the limit of 30 %."]),
        (
            {"discount_percent": Decimal(40), "months": 36, "margin_p10": Decimal(0)},
            [
                "The discount of 40 % is over the limit of 20 %.",
                "The term of 36 months is over the limit of 24 months.",
                "The margin at P10 is 0 %, below the limit of 30 %.",
            ],
        ),
    ],
)
def test_reasons(facts, asked):
    assert [need.reason for need in needed(Facts(**{**FINE, **facts}))] == asked


def test_roles_of_the_rules():
    everything = Facts(discount_percent=Decimal(90), months=60, margin_p10=Decimal(-5))
    assert [(need.rule, need.role, need.stage) for need in needed(everything)] == [
        ("discount", "deal_desk", 1),
        ("term", "finance", 1),
        ("margin", "finance", 1),
    ]


@pytest.mark.parametrize(("value", "text"), [("20", "20"), ("20.50", "20.5"), ("0.00", "0"), ("1E+2", "100")])
def test_plain(value, text):
    assert plain(Decimal(value)) == text
