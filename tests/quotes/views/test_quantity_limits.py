"""Quantities in which a price is sold that is in no package: said, refused and mended as those of packages are."""

import re
from decimal import Decimal

import pytest

from core.errors import Invalid
from quotes.actions.batches import edit_lines
from quotes.actions.lines import remove_line
from quotes.actions.ramps import edit_year
from quotes.models import QuoteVersion
from quotes.queries.lines import slot_of
from quotes.queries.priced import priced
from tests.factories import AT
from tests.quotes import configured
from tests.quotes.configured import add, contents, line_of, make_ruled_quote, set_seats
from tests.quotes.views.deals import post, stored

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_hours")]

AUDIT = 'price: {model: per_unit, unit: "1"}, quantity: {source: fixed, value: "1"}}\n'
AI = 'price: {model: per_unit, unit: "20"}, quantity: {source: fixed, value: "10"}}\n'


@pytest.fixture
def version(monkeypatch) -> QuoteVersion:
    """Team with the audit log, which is sold in 1, 4, 7 ... 40, and the AI add-on, at most 20 of which are sold."""
    limited = configured.CATALOG.replace(AUDIT, f'{AUDIT}        min: "1"\n        max: "40"\n        step: "3"\n')
    monkeypatch.setattr(configured, "CATALOG", limited.replace(AI, f'{AI}        max: "20"\n'))
    return add(add(make_ruled_quote(months=24), "audit"), "ai")


def path(version: QuoteVersion, rest: str = "") -> str:
    return f"/quotes/{version.quote.number}/{rest}"


@pytest.mark.parametrize(
    ("quantity", "sentence"),
    [
        ("0", "The smallest quantity is 1; you gave 0."),
        ("41", "The largest quantity is 40; you gave 41."),
        ("5", "The quantity goes in steps of 3 from 1; take 4 or 7."),
    ],
)
def test_page_many_lines_years_and_programs_refuse_it_alike(ada, client_of, version, quantity, sentence):
    before, client = stored(version), client_of(ada)
    number = str(version.edit_number)
    html = post(client, path(version, "lines/audit/"), {"edit_number": number, "quantity": quantity}).content.decode()
    assert sentence in html
    with pytest.raises(Invalid) as many:
        edit_lines(version, keys=["audit"], by=ada, at=AT, quantity=Decimal(quantity))
    assert many.value.errors == {"lines.audit": f"Audit log: {sentence}"}
    with pytest.raises(Invalid) as year:
        edit_year(line_of(version, "audit"), year=2, quantity=Decimal(quantity), by=ada, at=AT)
    assert year.value.errors == {"quantity": sentence}
    address = f"/api/v1/quotes/{version.quote.number}/versions/1/lines/audit/"
    said = client.patch(address, {"quantity": quantity}, content_type="application/json", headers={"If-Match": "*"})
    assert (said.status_code, said.json()["errors"]) == (422, {"quantity": sentence})
    assert stored(version) == before


def test_what_is_sold_is_said_beside_the_quantity_and_a_click_takes_what_is_near(ada, client_of, version):
    client = client_of(ada)
    assert "From 1 to 40, in steps of 3" in client.get(path(version)).content.decode()
    data = {"edit_number": str(version.edit_number), "quantity": "5"}
    html = post(client, path(version, "lines/audit/"), data, htmx=True).content.decode()
    assert re.findall(r'id="quantity-audit-take-\d" name="quantity" value="(\d+)"', html) == ["4", "7"]
    rows = post(client, path(version, "paste/"), {"text": "Line\tQuantity\naudit\t5"}).content.decode()
    assert re.findall(r'name="take" value="([^"]+)"', rows) == ["cell-2-quantity=4", "cell-2-quantity=7"]


def test_a_rule_that_goes_beyond_them_is_a_problem_of_the_draft(ada, version):
    version = set_seats(remove_line(line_of(version, "audit"), by=ada, at=AT), 55)
    assert contents(version)["audit"] == "55"
    found = [(problem.sentence, problem.line) for problem in priced(version).problems]
    assert ("Audit log: the largest quantity is 40; you gave 55.", "audit") in found


def test_in_a_package_the_limits_of_the_price_hold_where_the_package_says_none(ada, version):
    assert slot_of(line_of(version, "ai")).high == 20
    assert (slot_of(line_of(version, "seats")).low, slot_of(line_of(version, "seats")).high) == (5, 500)
    assert slot_of(line_of(version, "basic")).high is None
