"""A package priced with a customer's usage before it is sold."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import make_book, make_customer

PREVIEW = "/quotes/preview/tests/1/"
HTMX = {"HX-Request": "true"}


def test_a_package_is_priced_with_a_customers_usage(pia, client_of):
    make_customer()
    page = client_of(pia).get(PREVIEW, {"package": "hybrid", "customer": "acme"})
    preview = page.context["preview"]
    fixed = 12 * (2500 + 40 * 29) + 10_000
    assert preview.committed == fixed
    assert fixed < preview.term.p10 < preview.term.p50 < preview.term.p90
    assert preview.margin.margin.p50 < preview.term.p50
    assert len(preview.months) == 12
    assert preview.silent == ()


def test_what_is_typed_is_priced_before_it_is_saved(pia, client_of):
    make_customer()
    typed = {
        "customer": "acme",
        "components[0].price": "seats",
        "components[0].required": "true",
        "components[0].default": "1,000",
        "components[1].price": "requests",
        "components[1].required": "true",
        "components[2].price": "onboarding",
        "components[2].required": "false",
    }
    preview = client_of(pia).get(PREVIEW, {"package": "hybrid", **typed}).context["preview"]
    assert preview.committed == preview.term.p50 == Decimal(12 * 29 * 1000)
    assert preview.silent == ("Requests",)


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"components[0].price": "seats", "components[0].default": "many"}, "must be a number"),
        ({"components[0].price": "prepaid"}, "is not in these terms"),
        ({}, "Choose the first price"),
    ],
)
def test_what_cannot_be_priced_says_why(pia, client_of, sent, told):
    make_customer()
    page = client_of(pia).get(PREVIEW, {"customer": "acme", **sent}, headers=HTMX)
    assert page.status_code == 200
    assert told in page.content.decode()


def test_margin_is_for_those_who_may_see_it(ivo, ada, client_of):
    make_customer()
    seen = ["Margin" in client_of(one).get(PREVIEW, {"package": "hybrid"}).content.decode() for one in (ivo, ada)]
    assert seen == [False, True]


def test_without_customers_it_says_what_to_do(pia, client_of):
    make_book()
    assert "Add a customer" in client_of(pia).get(PREVIEW, {"package": "hybrid"}).content.decode()


def test_strangers_find_nothing_and_nobody_posts(dan, pia, client_of):
    make_book()
    assert client_of(dan).get(PREVIEW).status_code == 404
    assert client_of(pia).post(PREVIEW).status_code == 405


def test_the_customer_is_found_by_what_is_typed_however_many_there_are(pia, client_of, django_assert_num_queries):
    make_customer()
    browser = client_of(pia)
    typed = {"package": "hybrid", "customer": "Acme"}
    shown = browser.get(PREVIEW, typed)
    assert shown.context["preview"] is not None
    assert 'hx-get="/customer-choices/"' in shown.content.decode()
    unknown = browser.get(PREVIEW, {"package": "hybrid", "customer": "nobody"}).content.decode()
    assert "No customer is called “nobody”." in unknown
    with CaptureQueriesContext(connection) as few:
        browser.get(PREVIEW, typed)
    for number in range(3):
        make_customer(f"other-{number}", history=False)
    with django_assert_num_queries(len(few)):
        browser.get(PREVIEW, typed)
