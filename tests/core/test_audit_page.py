from datetime import UTC, datetime

import pytest
from django.urls import reverse

from core import audit
from core.masking import HIDDEN
from core.roles import ROLES, Permission

AT = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
URL = "/audit/"


def fill(count: int, by) -> None:
    for number in range(1, count + 1):
        audit.record(by, "created", f"quote:Q-2026-{number:04}", at=AT, data={"customer": "hartwell-legal"})


def test_the_address():
    assert reverse("core:audit") == URL


def test_deal_desk_and_finance_read_it(ben, fay, client_of):
    fill(1, ben)
    for person in (ben, fay):
        response = client_of(person).get(URL)
        assert response.status_code == 200
        assert "quote:Q-2026-0001" in response.content.decode()


@pytest.mark.parametrize("username", ["ada", "pia", "ivo", "dan"])
def test_others_are_strangers(request, client_of, username):
    assert client_of(request.getfixturevalue(username)).get(URL).status_code == 404


def test_nobody_signed_in_goes_to_login(client, db):
    assert client.get(URL)["Location"] == "/login/?next=%2Faudit%2F"


def test_it_cannot_be_posted_to(ben, client_of):
    assert client_of(ben).post(URL).status_code == 405


@pytest.mark.parametrize("filters", ["subject=Q-2026-0002", "subject=quote:Q-2026-0002", "verb=sent", "by=eve"])
def test_filters_narrow(ben, client_of, filters):
    fill(1, ben)
    audit.record("eve", "sent", "quote:Q-2026-0002", at=AT)
    entries = client_of(ben).get(f"{URL}?{filters}").context["page"].object_list
    assert [entry.subject for entry in entries] == ["quote:Q-2026-0002"]


def test_an_empty_log_and_an_empty_result_are_told_apart(ben, client_of):
    assert "No changes yet" in client_of(ben).get(URL).content.decode()
    fill(1, ben)
    assert "Nothing matches" in client_of(ben).get(f"{URL}?by=nobody").content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_one_and_three_rows_take_the_same_queries(ben, client_of, django_assert_num_queries, rows):
    fill(rows, ben)
    browser = client_of(ben)
    with django_assert_num_queries(5):
        browser.get(URL)


def test_who_may_not_see_margin_reads_entries_without_it(ben, client_of, monkeypatch):
    data = {
        "changes": ["~ tests v1 cost of tokens: 0.0000012 -> 0.0000013", "~ tests v1 price seats: 29 -> 30"],
        "margin_p50": "41.5",
        "discount": {"from": "10", "floor": "20"},
    }
    audit.record(ben, "applied", "catalog", at=AT, data=data)
    assert client_of(ben).get(URL).context["page"].object_list[0].data == data
    monkeypatch.setitem(ROLES, "deal_desk", ROLES["deal_desk"] - {Permission.SEE_MARGIN})
    response = client_of(ben).get(URL)
    assert response.context["page"].object_list[0].data == {
        "changes": [HIDDEN, "~ tests v1 price seats: 29 -> 30"],
        "margin_p50": HIDDEN,
        "discount": {"from": "10", "floor": HIDDEN},
    }
    assert "41.5" not in response.content.decode()
