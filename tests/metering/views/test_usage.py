import pytest

from metering.actions.ingest import record_batch
from tests.factories import make_customer
from tests.metering.events import AT, event, make_acme


def test_the_page_shows_charts_and_months(ada, client_of):
    make_customer("weekly", note_on_data="From public figures.")
    html = client_of(ada).get("/customers/weekly/usage/").content.decode()
    assert html.count("<figure") == 2
    assert "From public figures." in html
    assert "data to" in html
    assert "Nov 2026" in html


def test_a_single_value_is_said_and_not_drawn(ada, client_of):
    make_acme()
    record_batch([event(value="2500000")], by=ada, at=AT)
    html = client_of(ada).get("/customers/acme/usage/").content.decode()
    assert "2.50 M tokens on" in html
    assert "only 20 Nov" in html
    assert "<figure" not in html


def test_the_panel_is_the_same_part(ada, client_of):
    make_customer("weekly")
    panel = client_of(ada).get("/customers/weekly/usage/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in panel
    assert panel.count("<figure") == 2


def test_no_usage_says_what_that_means(ada, client_of):
    make_acme()
    assert "No usage yet" in client_of(ada).get("/customers/acme/usage/").content.decode()


@pytest.mark.parametrize("slug", ["acme", "nobody"])
def test_strangers_find_nothing(dan, client_of, slug):
    make_acme()
    assert client_of(dan).get(f"/customers/{slug}/usage/").status_code == 404


def test_only_those_who_may_are_offered_the_import(ada, pia, client_of):
    make_acme()
    offered = [b"Import usage" in client_of(who).get("/customers/acme/usage/").content for who in (ada, pia)]
    assert offered == [False, True]


def test_series_do_not_add_queries(ada, client_of, django_assert_num_queries):
    make_customer("weekly")
    browser = client_of(ada)
    with django_assert_num_queries(4):
        browser.get("/customers/weekly/usage/")
