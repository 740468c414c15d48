"""Several lines of a draft at once, from the page."""

import json
import re

import pytest
from django.utils.html import escape

from quotes.models import QuoteVersion
from tests.quotes.configured import contents
from tests.quotes.views.deals import a_draft, post, stored

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_hours")]


def path(version: QuoteVersion, rest: str = "bulk/") -> str:
    return f"/quotes/{version.quote.number}/{rest}"


def sent(version: QuoteVersion, *keys: str, **data: str) -> dict:
    return {"edit_number": str(version.edit_number), "line": list(keys), **data}


@pytest.fixture
def version(ada) -> QuoteVersion:
    return a_draft(ada, keys=("platform", "seats", "onboarding"))


def test_each_line_can_be_selected_by_its_name(ada, client_of, version):
    html = client_of(ada).get(path(version, "")).content.decode()
    assert re.findall(r'class="pick"[^>]*aria-label="([^"]+)"', html) == [
        "Select Platform",
        "Select Seats",
        "Select Onboarding",
    ]


@pytest.mark.parametrize("htmx", [False, True])
def test_one_value_for_all_chosen_lines(ada, client_of, version, htmx):
    client = client_of(ada)
    response = post(client, path(version), sent(version, "seats", "onboarding", quantity="1.200,5"), htmx=htmx)
    assert response.status_code == (200 if htmx else 303)
    assert contents(version) == {"platform": "1", "seats": "1200.5", "onboarding": "1200.5"}
    if htmx:
        assert "2 lines changed." in response.headers["HX-Trigger"]
        assert {"lines", "totals"} <= set(re.findall(r'id="([^"]+)"[^>]*hx-swap-oob', response.content.decode()))
    else:
        assert "2 lines changed." in client.get(path(version, "")).content.decode()


@pytest.mark.parametrize("htmx", [False, True])
def test_all_chosen_lines_go(ada, client_of, version, htmx):
    response = post(client_of(ada), path(version, "bulk/removal/"), sent(version, "seats", "onboarding"), htmx=htmx)
    assert response.status_code == (200 if htmx else 303)
    assert contents(version) == {"platform": "1"}


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize(
    ("keys", "data", "message"),
    [
        (["seats"], {}, "Say what to change on these lines."),
        (["seats"], {"quantity": "many"}, "Quantity must be a number, such as 25."),
        ([], {"quantity": "5"}, "Choose at least one line."),
        (["seats"], {"discount_percent": "95"}, "Seats: The discount is 90 % at most; this makes 95 %."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_changes(ada, client_of, version, keys, data, message, htmx):
    before = stored(version)
    response = post(client_of(ada), path(version), sent(version, *keys, **data), htmx=htmx)
    html = response.content.decode()
    assert response.status_code == 422
    assert f"</svg>{escape(message)}</p>" in html
    for value in data.values():
        assert f'value="{value}"' in html
    assert stored(version) == before


def test_thousands_of_lines_come_in_one_field(ada, client_of, version):
    data = sent(version, "seats,onboarding", "platform", quantity="7")
    assert post(client_of(ada), path(version), data).status_code == 303
    assert contents(version) == {"platform": "7", "seats": "7", "onboarding": "7"}


def test_a_stale_page_is_a_conflict(ada, client_of, version):
    post(client_of(ada), path(version), sent(version, "seats", quantity="5"))
    response = post(client_of(ada), path(version), sent(version, "seats", quantity="6"), htmx=True)
    assert response.status_code == 409
    assert contents(version)["seats"] == "5"


def test_everything_that_many_lines_take_is_offered_and_looked_at_before_it_is_set(ada, client_of, version):
    client = client_of(ada)
    response = post(client, path(version, "bulk/fields/"), sent(version, "seats,onboarding", quantity="5"), htmx=True)
    html = response.content.decode()
    assert json.loads(response["HX-Trigger-After-Swap"]) == {"dialog:open": {"id": "several"}}
    assert 'name="line" value="seats,onboarding"' in html
    assert "Quantity of Seats 25 → 5" in html
    assert "No approval is needed." in html
    before = stored(version)
    data = sent(version, "seats,onboarding", discount_percent="30", discount_to="6", look="yes")
    look = post(client, path(version, "bulk/fields/"), data, htmx=True).content.decode()
    assert "Discount of Seats 0 % → 30 %" in look
    assert re.search(r"<b>Deal desk decides next\.</b>", look)
    assert "<form" not in look
    assert stored(version) == before
    del data["look"]
    done = post(client, path(version), data | {"dialog": "yes"}, htmx=True)
    assert (done.status_code, json.loads(done["HX-Trigger-After-Settle"])) == (200, {"dialog:close": {}})
    assert [line.discount_to for line in version.lines.order_by("position")] == [None, 6, 6]


@pytest.mark.parametrize("htmx", [False, True])
def test_a_look_tells_which_line_does_not_take_it(ada, client_of, version, htmx):
    before = stored(version)
    data = sent(version, "platform", "seats", discount_percent="95")
    html = post(client_of(ada), path(version, "bulk/fields/"), data, htmx=htmx).content.decode()
    assert "</svg>Seats: The discount is 90 % at most; this makes 95 %.</p>" in html
    html = post(client_of(ada), path(version), data | {"dialog": "yes"}, htmx=True).content.decode()
    assert re.search(r'id="panel-error"[^>]*><p class="error"', html)
    assert stored(version) == before


def test_get_is_not_a_way(ada, client_of, version):
    for rest in ("bulk/", "bulk/removal/"):
        assert client_of(ada).get(path(version, rest)).status_code == 405


def test_the_fields_have_an_address_of_their_own(ada, client_of, version):
    html = client_of(ada).get(path(version, "bulk/fields/?line=seats&quantity=5")).content.decode()
    assert "Quantity of Seats 25 → 5" in html
    assert client_of(ada).put(path(version, "bulk/fields/")).status_code == 405


@pytest.mark.parametrize(("person", "status"), [("eve", 404), ("dan", 404), ("ben", 409)])
def test_nobody_else_does_it(person, status, request, client_of, version):
    before = stored(version)
    client = client_of(request.getfixturevalue(person))
    for rest in ("bulk/", "bulk/fields/", "bulk/removal/"):
        assert post(client, path(version, rest), sent(version, "seats", quantity="5")).status_code == status
    assert stored(version) == before
