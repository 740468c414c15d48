"""Discount limits by role, and floors: what a seller may give alone, with approval, and not at all."""

from decimal import Decimal

import pytest

from catalog.models import PriceBook
from core.errors import Invalid
from quotes.actions.drafts import create_quote, edit_version
from quotes.actions.lines import edit_line
from quotes.actions.versions import submit
from quotes.queries.priced import price
from tests.factories import AT, make_customer
from tests.quotes.configured import add, line_of, make_ruled_book, make_ruled_quote

pytestmark = pytest.mark.django_db


def needs(version):
    return [(need.rule, need.role, need.reason) for need in price(version).needs if need.rule.startswith("limit")]


def discounted(draft, by, percent):
    return edit_line(line_of(draft, "seats"), by=by, at=AT, discount_percent=Decimal(percent))


@pytest.mark.parametrize(
    ("percent", "expected"),
    [
        ("10", []),
        (
            "10.5",
            [
                (
                    "limit-deal-desk",
                    "deal_desk",
                    "Seats is down 10.5 %; sales gives up to 10 %, deal desk up to 25 %.",
                )
            ],
        ),
        (
            "26",
            [("limit-finance", "finance", "Seats is down 26 %; sales gives up to 10 %, finance up to 40 %.")],
        ),
    ],
)
def test_beyond_the_sellers_limit_the_first_who_may_is_asked(ada, percent, expected):
    assert needs(discounted(make_ruled_quote(), ada, percent)) == expected


def test_the_approval_is_asked_for_at_submission(ada):
    version = submit(discounted(make_ruled_quote(), ada, "15"), by=ada, at=AT)
    assert list(version.approvals.values_list("rule", "role")) == [("limit-deal-desk", "deal_desk")]


def test_a_price_that_is_sold_alone_has_its_limits_and_floors_too(ada):
    """They are the price's own: it does not matter whether a package brought the line."""
    customer, book = make_customer(history=False), make_ruled_book()
    draft = add(create_quote(customer=customer, by=ada, at=AT, book=book), "seats")
    assert line_of(draft, "seats").part is None
    with pytest.raises(Invalid) as problem:
        discounted(draft, ada, "45")
    assert problem.value.errors["discount_percent"].startswith("The discount is 40 % at most; this makes 45 %.")
    with pytest.raises(Invalid, match=r"The price is USD 20\.00 at least"):
        edit_line(line_of(draft, "seats"), by=ada, at=AT, prices={"unit": Decimal(19)})
    assert needs(discounted(draft, ada, "15"))[0][:2] == ("limit-deal-desk", "deal_desk")


def test_line_and_quote_discount_and_price_count_together(ada):
    draft = edit_version(make_ruled_quote(), by=ada, at=AT, discount_percent=Decimal(10))
    draft = edit_line(line_of(draft, "seats"), by=ada, at=AT, prices={"unit": Decimal(27)})
    assert needs(draft)[0][2] == "Seats is down 19 %; sales gives up to 10 %, deal desk up to 25 %."


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        (
            {"discount_percent": Decimal(45)},
            {
                "discount_percent": "The discount is 40 % at most; this makes 45 %. "
                "The price is USD 20.00 at least; this makes USD 16.50."
            },
        ),
        (
            {"discount_percent": Decimal("33.4")},
            {"discount_percent": "The price is USD 20.00 at least; this makes USD 19.98."},
        ),
        (
            {"prices": {"unit": Decimal("19.99")}},
            {"prices.unit": "The price is USD 20.00 at least; this makes USD 19.99."},
        ),
    ],
)
def test_beyond_every_limit_nothing_changes(ada, changes, errors):
    draft = make_ruled_quote()
    before = line_of(draft, "seats")
    with pytest.raises(Invalid) as problem:
        edit_line(before, by=ada, at=AT, **changes)
    assert problem.value.errors == errors
    after = line_of(draft, "seats")
    assert (after.component, after.discount_percent) == (before.component, before.discount_percent)
    draft.refresh_from_db()
    assert draft.edit_number == 2


def test_a_quote_discount_keeps_to_the_limits_of_every_line(ada):
    draft = discounted(make_ruled_quote(), ada, "20")
    with pytest.raises(Invalid) as problem:
        edit_version(draft, by=ada, at=AT, discount_percent=Decimal(30))
    assert problem.value.errors == {
        "discount_percent": "Seats may be discounted by 40 % at most; this makes 44 %. "
        "Seats may cost USD 20.00 at least; this makes USD 16.80."
    }
    draft.refresh_from_db()
    assert draft.discount_percent == 0


def test_a_discount_that_was_there_before_the_line_is_a_problem_of_the_quote(ada):
    draft = edit_version(make_ruled_quote(), by=ada, at=AT, discount_percent=Decimal(20))
    line = line_of(draft, "seats")
    type(line).objects.filter(pk=line.pk).update(discount_percent=30)
    draft.refresh_from_db()
    assert [(problem.field, problem.line) for problem in price(draft).problems] == [("discount_percent", "seats")] * 2
    lower = edit_version(draft, by=ada, at=AT, discount_percent=Decimal(10))
    assert [problem.sentence for problem in price(lower).problems] == [
        "Seats may cost USD 20.00 at least; this makes USD 18.90."
    ]


def test_quotes_are_made_from_the_environment_that_sells(ada, settings):
    make_ruled_quote()
    settings.PRICE_ENVIRONMENT = "staging"
    with pytest.raises(Invalid, match="is not sold from; quotes are made in staging"):
        create_quote(customer=make_customer("other"), by=ada, at=AT, book=PriceBook.objects.get(code="ruled"))
    with pytest.raises(Invalid, match="No price book in USD is published"):
        create_quote(customer=make_customer("third"), by=ada, at=AT)
