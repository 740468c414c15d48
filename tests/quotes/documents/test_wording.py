from dataclasses import replace
from decimal import Decimal

import pytest

from quotes.documents import QuoteDocument, wording
from tests.quotes.documents.samples import snapshot


@pytest.fixture
def document() -> QuoteDocument:
    return QuoteDocument.parse(snapshot(), "0" * 64)


@pytest.mark.parametrize(
    ("value", "text"),
    [("409.804", "409.8"), ("45.5339", "45.53"), ("1234567.8", "1,234,568"), ("0.00031415", "0.0003142"), ("0", "0")],
)
def test_estimates_have_four_figures(value, text):
    assert wording.estimate(Decimal(value)) == text


def test_validity_names_the_last_day_and_the_zone(document):
    assert wording.validity(document) == "end of 31 December 2026, PST (America/Los_Angeles)"


def test_summer_time_is_named_as_such(document):
    summer = replace(document, valid_until=document.valid_until.replace(month=7))
    assert wording.validity(summer) == "end of 31 July 2026, PDT (America/Los_Angeles)"


def test_a_discount_on_the_whole_quote_is_said(document):
    assert wording.discount(document) == ""
    assert wording.discount(replace(document, discount_percent=Decimal("12.5"))).startswith("A discount of 12.5 % on")


def test_the_basis_says_what_is_assumed(document):
    assert wording.basis(document.forecast) == (
        "The estimate uses 365 days of metered usage up to 31 October 2026. "
        "Tried on 6 past periods, 81 % of the real values fell inside the band. "
        "Weekly token counts published by OpenRouter, mapped to this demo customer."
    )
    assumed = replace(document.forecast, basis="assumption", history_days=0, coverage=None, source_note="")
    assert wording.basis(assumed) == "Where there is no usage history yet, it uses the assumptions agreed with you."
    assert wording.basis(None) == "Nothing in this quote depends on usage, so there is nothing to estimate."
