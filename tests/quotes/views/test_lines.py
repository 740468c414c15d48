"""Adding, editing, moving and removing lines on the builder."""

import re
from decimal import Decimal

import pytest

from quotes.models import QuoteVersion
from tests.quotes.views.deals import HTMX, a_draft, post, stored

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_hours")]


def path(version: QuoteVersion, rest: str) -> str:
    return f"/quotes/{version.quote.number}/{rest}"


def with_number(version: QuoteVersion, **data: str) -> dict[str, str]:
    return {"edit_number": str(version.edit_number), **data}


def keys(version: QuoteVersion) -> list[str]:
    return list(version.lines.order_by("position").values_list("key", flat=True))


def test_a_quantity_changes_its_row_and_the_totals(ada, client_of):
    version = a_draft(ada)
    sent = with_number(version, quantity="1,000")
    html = post(client_of(ada), path(version, "lines/seats/"), sent, htmx=True).content.decode()
    swapped = set(re.findall(r'id="([^"]+)"[^>]*hx-swap-oob', html))
    assert {"new-amounts", "cell-quantity-seats", "totals"} <= swapped
    assert not {"lines", "cell-discount-seats"} & swapped
    assert re.findall(r'id="((?:term|period|price)-[^"]+)"', html) == ["price-seats", "period-seats", "term-seats"]
    assert re.findall(r'id="(sum-[^"]+|totals-bar)"', html) == ["sum-discount", "sum-term", "totals-bar"]
    assert "348,000.00" in html
    assert version.lines.get(key="seats").component["quantity"]["value"] == "1000"


def test_under_a_quote_discount_the_amounts_of_every_line_come_anew(ada, client_of):
    """Its cents are shared out by what is left over, so one line may move a cent of another."""
    version = a_draft(ada, discount_percent=Decimal("3.333"))
    html = post(client_of(ada), path(version, "lines/seats/"), with_number(version, quantity="7"), htmx=True)
    assert re.findall(r'id="(term-[^"]+)"', html.content.decode()) == ["term-platform", "term-seats"]


def test_a_plain_browser_saves_both_fields_and_lands_on_the_line(ada, client_of):
    version = a_draft(ada)
    sent = with_number(version, quantity="10", discount_percent="5")
    response = post(client_of(ada), path(version, "lines/seats/"), sent)
    line = version.lines.get(key="seats")
    assert response.headers["Location"] == path(version, "#line-seats")
    assert (line.component["quantity"]["value"], line.discount_percent) == ("10", Decimal(5))


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({"quantity": "a few"}, "Quantity must be a number, such as 25."),
        ({"quantity": "-1"}, "Quantity must be from 0 to"),
        ({"discount_percent": "101"}, "Discount must be from 0 to 100 %."),
        ({"allowance": "5"}, "Only metered lines include usage"),
    ],
)
def test_wrong_input_keeps_the_line_and_the_typed_text(ada, client_of, sent, message):
    version = a_draft(ada)
    before = stored(version)
    response = post(client_of(ada), path(version, "lines/seats/"), with_number(version, **sent), htmx=True)
    assert response.status_code == 422
    assert message in response.content.decode()
    assert response.headers["HX-Trigger"] == "quote-not-saved"
    assert stored(version) == before


def test_a_price_can_be_changed_and_the_list_price_stays_in_sight(ada, client_of):
    version = a_draft(ada)
    sent = with_number(version, **{"price:unit": "25.5"})
    html = post(client_of(ada), path(version, "lines/seats/"), sent, htmx=True).content.decode()
    assert "USD 29.00 per seat and month</s>" in html
    assert "USD 25.50 per seat and month" in html
    wrong = with_number(version, **{"price:nowhere": "1"}) | {"edit_number": str(version.edit_number + 1)}
    refused = post(client_of(ada), path(version, "lines/seats/"), wrong, htmx=True)
    assert refused.status_code == 422
    assert 'id="price-error"' in refused.content.decode()


def test_a_package_brings_its_required_lines(ada, client_of):
    version = a_draft(ada, keys=())
    sent = with_number(version, package="hybrid")
    html = post(client_of(ada), path(version, "packages/"), sent, htmx=True).content.decode()
    assert keys(version) == ["platform", "seats", "tokens", "prepaid"]
    assert 'id="lines"' in html
    assert 'id="assumptions"' in html
    assert post(client_of(ada), path(version, "packages/"), {"package": "no-such"}).status_code == 404


def test_a_single_price_is_found_and_added(ada, client_of):
    version = a_draft(ada, keys=("platform",))
    client = client_of(ada)
    found = client.get(path(version, "prices/"), {"search": "onboard"}, headers=HTMX).content.decode()
    assert re.findall(r'name="price" value="([^"]+)"', found) == ["onboarding"]
    assert "No price in this book matches" in client.get(path(version, "prices/"), {"search": "zz"}).content.decode()
    response = post(client, path(version, "prices/"), with_number(version, price="onboarding"))
    assert (response.status_code, keys(version)) == (303, ["platform", "onboarding"])
    assert post(client, path(version, "prices/"), with_number(version, price="no-such")).status_code == 404


def test_lines_move_up_and_down(ada, client_of):
    version = a_draft(ada, keys=("platform", "seats", "onboarding"))
    client = client_of(ada)
    post(client, path(version, "lines/onboarding/position/"), with_number(version, to="1"), htmx=True)
    assert keys(version) == ["onboarding", "platform", "seats"]
    version.refresh_from_db()
    for wrong in ("0", "4", "top"):
        answer = post(client, path(version, "lines/seats/position/"), with_number(version, to=wrong), htmx=True)
        assert answer.status_code == 422
    assert keys(version) == ["onboarding", "platform", "seats"]


def test_the_focus_goes_to_the_line_that_takes_the_removed_ones_place(ada, client_of):
    version = a_draft(ada, keys=("platform", "seats", "onboarding"))
    sent = with_number(version)
    html = post(client_of(ada), path(version, "lines/seats/removal/"), sent, htmx=True).content.decode()
    assert keys(version) == ["platform", "onboarding"]
    assert re.findall(r'data-order="([^"]*)"[^>]*data-focus="([^"]*)"', html) == [
        ("line-platform line-onboarding", "remove-onboarding")
    ]
    assert 'id="lines"' not in html


def test_a_line_more_brings_its_row_alone(ada, client_of):
    version = a_draft(ada, keys=("platform",))
    sent = with_number(version, price="onboarding")
    html = post(client_of(ada), path(version, "prices/"), sent, htmx=True).content.decode()
    assert re.findall(r'<tr id="(line-[^"]+)"', html) == ["line-onboarding"]
    assert "2 lines · amounts in USD after discounts" in html
    assert 'id="lines"' not in html


def test_a_line_that_is_gone_is_not_found(ada, client_of):
    version = a_draft(ada)
    assert post(client_of(ada), path(version, "lines/none/"), with_number(version, quantity="1")).status_code == 404


@pytest.mark.parametrize("field", ["quantity", "discount_percent"])
def test_two_people_on_one_line_see_both_values(ada, client_of, field):
    """Of this field alone: the whole quote has a discount too, and nobody touched that."""
    version = a_draft(ada)
    client = client_of(ada)
    post(client, path(version, "lines/seats/"), with_number(version, **{field: "5"}))
    response = post(client, path(version, "lines/seats/"), with_number(version, **{field: "6"}), htmx=True)
    assert response.status_code == 409
    assert re.findall(r"<td>([^<]*)</td><td><b>([^<]*)</b>", response.content.decode()) == [("5", "6")]
    line = version.lines.get(key="seats")
    stored = {"quantity": line.component["quantity"]["value"], "discount_percent": f"{line.discount_percent:.0f}"}
    assert stored[field] == "5"
