"""Facts: which way is worse, what is secret, and how a value is said."""

from decimal import Decimal

import pytest

from quotes.rules.facts import FACTS, SECRET, Facts, got_worse, public, said


@pytest.mark.parametrize(
    ("name", "before", "after", "worse"),
    [
        ("discount_percent", Decimal(22), Decimal("22.00"), False),
        ("discount_percent", Decimal(22), Decimal("22.01"), True),
        ("discount_percent", Decimal(22), Decimal(21), False),
        ("margin_p10", Decimal(25), Decimal("24.99"), True),
        ("margin_p10", Decimal(25), Decimal(26), False),
        ("margin_p10", None, Decimal(26), True),
        ("margin_p10", Decimal(25), None, True),
        ("margin_p10", None, None, False),
        ("tcv", Decimal(100), Decimal(90), True),
        ("segment", "startup", "startup", False),
        ("segment", "startup", "enterprise", True),
        ("cold_start", False, True, True),
        ("cold_start", True, False, False),
        ("special_terms", "Net 45.", "Net 45.", False),
        ("special_terms", "Net 45.", "Net 60.", True),
        ("special_terms", "Net 45.", "", True),
        ("target_warnings", 1, 2, True),
        ("target_warnings", 2, 1, False),
    ],
)
def test_got_worse(name, before, after, worse):
    assert got_worse(name, before, after) is worse


def test_margin_is_one_secret():
    assert {"margin_p10", "margin_p50", "margin_p90", "loss_percent"} == SECRET
    facts = Facts(discount_percent=Decimal(5), margin_p10=Decimal(1), loss_percent=Decimal(2))
    assert public(facts) == Facts(discount_percent=Decimal(5))


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("discount_percent", Decimal("20.50"), "20.5 %"),
        ("months", 25, "25 months"),
        ("tcv", Decimal("40000.00"), "USD 40000"),
        ("new_customer", True, "yes"),
        ("segment", "startup", "startup"),
        ("margin_p10", None, "none"),
        ("special_terms", "", "none"),
        ("special_terms", "word " * 40, f"{'word ' * 23}word…"),
    ],
)
def test_said(name, value, text):
    assert said(name, value, "USD") == text


def test_every_fact_says_what_it_is():
    assert [name for name, fact in FACTS.items() if not fact.label or not fact.meaning] == []
