"""Ways out of configuration problems: each was tried, none brings another problem."""

from decimal import Decimal

import pytest

from quotes.actions.lines import edit_line, remove_line
from quotes.models import QuoteVersion
from quotes.queries.configuration import configured
from quotes.queries.fixes import fixes_of
from tests.factories import AT
from tests.quotes.configured import add, line_of, make_ruled_quote, set_seats

pytestmark = pytest.mark.django_db


def labels(version: QuoteVersion) -> dict[str, list[str]]:
    fresh = QuoteVersion.objects.select_related("quote__customer", "price_book").get(pk=version.pk)
    return {sentence: [fix.label for fix in fixes] for sentence, fixes in fixes_of(configured(fresh)).items()}


def test_a_draft_in_order_needs_no_way_out(ada):
    assert labels(make_ruled_quote()) == {}


def test_a_choice_that_a_rule_wants_otherwise_is_replaced(ada):
    version = set_seats(make_ruled_quote(), 120)
    assert labels(version) == {
        "With more than 100 seats support is premium. Choose premium support.": [
            "Replace Basic support with Premium support"
        ]
    }


def test_a_quantity_beyond_its_bounds_is_set_or_the_line_goes(ada):
    version = add(set_seats(make_ruled_quote(), 20), "ai")
    version = edit_line(line_of(version, "ai"), by=ada, at=AT, quantity=Decimal(30))
    assert labels(version) == {
        "There is one AI add-on per seat at most. AI add-on: at most 20; there are 30.": [
            "Set AI add-on to 20",
            "Set Seats to 30",
            "Remove AI add-on",
        ]
    }


def test_what_a_package_misses_is_added(ada):
    version = make_ruled_quote()
    version = remove_line(line_of(version, "basic"), by=ada, at=AT)
    assert labels(version) == {
        "The package Team needs one of Basic support or Premium support. Add one of them.": [
            "Add Basic support",
            "Add Premium support",
        ]
    }


def test_a_way_that_brings_another_problem_is_not_offered(ada):
    """Taking the seats off would please the add-on's rule and break the package."""
    version = add(set_seats(make_ruled_quote(), 10), "ai")
    version = remove_line(line_of(version, "seats"), by=ada, at=AT)
    found = labels(version)
    assert found["The package Team needs Seats. Add it, or remove the whole package."] == ["Add Seats"]
    assert "Add Seats" not in found.get("There is one AI add-on per seat at most.", [])
