"""The nearest single changes with which a rule would not ask, each true when it is made."""

from decimal import Decimal

import pytest

from quotes.actions.drafts import edit_version
from quotes.queries.avoiding import lower, more, ways_out
from quotes.queries.priced import priced
from tests.factories import AT, make_draft_quote

pytestmark = pytest.mark.django_db


def test_less_discount_and_a_shorter_term(ada):
    version = make_draft_quote(discount_percent=Decimal(25), months=36)
    ways = {(way.field, way.value): way.instead_of for way in ways_out(version, at=AT)}
    assert ways[("discount_percent", "20")] == ("Discount over 20 %",)
    assert ways[("months", "24")] == ("Term over 24 months",)


def test_what_is_offered_works(ada):
    version = make_draft_quote(discount_percent=Decimal(25))
    way = next(way for way in ways_out(version, at=AT) if way.field == "discount_percent")
    assert way.sentence == "Quote discount of 20 %"
    assert priced(edit_version(version, by=ada, at=AT, discount_percent=Decimal(way.value)), at=AT).needs == ()


def test_nothing_to_avoid(ada):
    assert ways_out(make_draft_quote(discount_percent=Decimal(10)), at=AT) == ()


def test_trying_many_changes_takes_the_same_queries(ada, django_assert_num_queries):
    version = make_draft_quote(discount_percent=Decimal(90), months=36)
    ways_out(version, at=AT)
    version.refresh_from_db()
    with django_assert_num_queries(7):
        assert ways_out(version, at=AT)


@pytest.mark.parametrize(("percent", "values"), [("0", ()), ("3", (2, 1, 0)), ("2.5", (2, 1, 0)), ("0.5", (0,))])
def test_lower(percent, values):
    assert lower(Decimal(percent)) == values


def test_more():
    assert [int(value) for value in more(Decimal(10500))] == [13000, 16000, 21000, 26000, 32000, 42000]
