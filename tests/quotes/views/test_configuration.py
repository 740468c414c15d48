"""The builder on a book with rules: problems listed, options disabled with the reason, whole packages removed."""

import re
from decimal import Decimal

import pytest
from django.utils.html import escape

from quotes.actions.lines import edit_line
from quotes.models import QuoteVersion
from tests.factories import AT
from tests.quotes.configured import add, contents, line_of, make_ruled_quote, set_seats
from tests.quotes.views.deals import post

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_hours")]


def path(version: QuoteVersion, rest: str = "") -> str:
    return f"/quotes/{version.quote.number}/{rest}"


def with_number(version: QuoteVersion, **data: str) -> dict[str, str]:
    return {"edit_number": str(version.edit_number), **data}


def page_of(client, version) -> str:
    return client.get(path(version)).content.decode()


def listed(html: str) -> list[str]:
    """The problems that the page lists."""
    assert 'id="problems"' in html
    found = re.search(r'<section class="notice notice--warn problems".*?</section>', html, re.DOTALL)
    part = re.sub(r'<div class="fixes">.*?</div>', "", found[0], flags=re.DOTALL) if found else ""
    return [re.sub(r"<[^>]+>", "", item).strip() for item in re.findall(r"<li>(.*?)</li>", part, re.DOTALL)]


def broken() -> QuoteVersion:
    return add(set_seats(make_ruled_quote(), 120), "ai")


def test_every_problem_is_listed_with_the_way_to_its_line(ada, client_of):
    draft = edit_line(line_of(broken(), "ai"), by=ada, at=AT, quantity=Decimal(121))
    html = page_of(client_of(ada), draft)
    assert listed(html) == [
        "There is one AI add-on per seat at most. AI add-on: at most 120; there are 121. To AI add-on",
        "With more than 100 seats support is premium. Choose premium support.",
    ]
    assert 'href="#line-ai"' in html
    assert 'aria-disabled="true" aria-describedby="submit-why"' in html
    refused = post(client_of(ada), path(draft, "v1/submission/"), with_number(draft))
    assert refused.status_code == 409
    draft.refresh_from_db()
    assert draft.status == "draft"


@pytest.mark.parametrize(
    ("typed", "near"), [("12", ["10", "15"]), ("1", ["5"]), ("9,999", ["500"]), ("5,5", ["5", "10"]), ("many", [])]
)
def test_a_quantity_that_the_package_does_not_take_offers_those_beside_it(ada, client_of, typed, near):
    draft, client = make_ruled_quote(), client_of(ada)
    assert re.search(r'id="quantity-seats-hint">From 5 to 500, in steps of 5<', page_of(client, draft))
    response = post(client, path(draft, "lines/seats/"), with_number(draft, quantity=typed), htmx=True)
    html = response.content.decode()
    assert response.status_code == 422
    assert re.findall(r'id="quantity-seats-take-\d" name="quantity" value="(\d+)"', html) == near
    assert contents(draft)["seats"] == "10"
    for value in near[-1:]:
        done = post(client, path(draft, "lines/seats/"), with_number(draft, quantity=value), htmx=True)
        assert (done.status_code, contents(draft)["seats"]) == (200, value)


def test_a_draft_in_order_lists_nothing_and_may_be_submitted(ada, client_of):
    html = page_of(client_of(ada), make_ruled_quote())
    assert listed(html) == []
    assert 'type="submit" id="submit-button"' in html


def test_an_edit_answers_with_the_problems_and_what_rules_added(ada, client_of):
    draft = make_ruled_quote()
    response = post(client_of(ada), path(draft, "lines/seats/"), with_number(draft, quantity="120"), htmx=True)
    html = response.content.decode()
    swapped = set(re.findall(r'id="([^"]+)"[^>]*hx-swap-oob', html))
    assert {"problems", "row-order", "submit"} <= swapped
    assert listed(html) == ["With more than 100 seats support is premium. Choose premium support."]
    assert "added by a rule" in html
    assert contents(draft)["audit"] == "120"


def test_options_that_lead_to_a_problem_are_disabled_with_the_reason(ada, client_of):
    draft = make_ruled_quote()
    client = client_of(ada)
    found = client.get(path(draft, "prices/"), headers={"HX-Request": "true"}).content.decode()
    for html in (page_of(client, draft), found):
        for key, reason in {
            "onboarding": "Basic support is self-service.",
            "premium": "The package Team takes one of a group: remove Basic support first.",
        }.items():
            assert f'aria-describedby="add-price-{key}-why"' in html
            assert escape(reason) in html
        assert 'name="price" value="ai"' in html
        assert 'name="price" value="premium"' not in html


def test_packages_are_read_again_after_an_edit(ada, client_of):
    draft = make_ruled_quote()
    client = client_of(ada)
    assert 'hx-trigger="quote-saved from:body' in page_of(client, draft)
    part = client.get(path(draft, "packages/"), headers={"HX-Request": "true"}).content.decode()
    assert part.strip().startswith('<ul class="packages" id="packages"')
    assert escape("Basic support") in part
    assert client.get(path(draft, "packages/")).status_code == 200


@pytest.mark.parametrize("htmx", [False, True])
def test_a_refused_option_changes_nothing(ada, client_of, htmx):
    draft = make_ruled_quote()
    response = post(client_of(ada), path(draft, "prices/"), with_number(draft, price="onboarding"), htmx=htmx)
    assert response.status_code == 409
    assert contents(draft) == {"seats": "10", "basic": "1"}


@pytest.mark.parametrize("htmx", [False, True])
def test_a_whole_package_is_removed(ada, client_of, htmx):
    draft = make_ruled_quote()
    assert 'aria-label="Remove the whole package Team"' in page_of(client_of(ada), draft)
    response = post(client_of(ada), path(draft, "packages/team/removal/"), with_number(draft), htmx=htmx)
    assert response.status_code == (200 if htmx else 303)
    assert contents(draft) == {}


def test_a_package_that_is_not_there_is_not_found(ada, client_of):
    draft = make_ruled_quote()
    assert post(client_of(ada), path(draft, "packages/none/removal/"), with_number(draft)).status_code == 404


def fix_forms(html: str) -> list[tuple[str, dict[str, str]]]:
    """The ways out that the page offers: label, and what each would send."""
    found = re.findall(r'<form class="fix".*?</form>', html, re.DOTALL)
    return [
        (
            re.search(r">([^<]+)</button>", form)[1],
            dict(re.findall(r'name="(add|remove|set)" value="([^"]*)"', form)),
        )
        for form in found
    ]


@pytest.mark.parametrize("htmx", [False, True])
def test_a_problem_is_solved_by_a_click_and_that_is_one_step(ada, client_of, htmx):
    draft = edit_line(line_of(broken(), "ai"), by=ada, at=AT, quantity=Decimal(121))
    client = client_of(ada)
    forms = fix_forms(page_of(client, draft))
    assert forms == [
        ("Set AI add-on to 120", {"set": "ai=120"}),
        ("Remove AI add-on", {"remove": "ai"}),
        ("Replace Basic support with Premium support", {"add": "premium", "remove": "basic"}),
    ]
    before = contents(draft)
    response = post(client, path(draft, "fixes/"), with_number(draft, **forms[2][1]), htmx=htmx)
    assert response.status_code == (200 if htmx else 303)
    assert list(contents(draft)) == ["seats", "premium", "audit", "ai"]
    fresh = QuoteVersion.objects.get(pk=draft.pk)
    response = post(client, path(draft, "fixes/"), with_number(fresh, **forms[0][1]), htmx=htmx)
    assert listed(page_of(client, draft)) == []
    for _ in range(2):
        fresh = QuoteVersion.objects.get(pk=draft.pk)
        post(client, path(draft, "undo/"), with_number(fresh))
    assert contents(draft) == before


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({}, 422),
        ({"set": "ai"}, 422),
        ({"set": "ai=many"}, 422),
        ({"set": "ai=-1"}, 422),
        ({"add": "gone"}, 422),
        ({"remove": "gone"}, 422),
        ({"add": "premium"}, 409),
        ({"remove": "audit"}, 409),
    ],
)
def test_a_way_out_that_does_not_fit_changes_nothing(ada, client_of, data, status):
    draft = broken()
    before = (contents(draft), draft.edit_number)
    response = post(client_of(ada), path(draft, "fixes/"), with_number(draft, **data))
    assert response.status_code == status
    assert (contents(draft), QuoteVersion.objects.get(pk=draft.pk).edit_number) == before


@pytest.mark.parametrize(("person", "status"), [("eve", 404), ("dan", 404), ("ben", 409)])
def test_nobody_else_solves_it(person, status, request, client_of):
    draft = broken()
    before = contents(draft)
    client = client_of(request.getfixturevalue(person))
    assert post(client, path(draft, "fixes/"), with_number(draft, remove="ai")).status_code == status
    assert client.get(path(draft, "fixes/")).status_code == 405
    assert contents(draft) == before
    if person == "ben":
        assert fix_forms(page_of(client, draft)) == []
