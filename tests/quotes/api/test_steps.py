"""More of editing over the API: back and forth, sections and order, years, amounts to reach, many at once, links."""

from decimal import Decimal

import pytest

from core.models import Mail
from quotes.models import QuoteLine, QuoteVersion, RoomLink
from tests.factories import AT, make_draft_quote, make_seller, make_sent_quote

pytestmark = pytest.mark.django_db

ONE = "/api/v1/quotes/Q-2026-0001/"
VERSION = f"{ONE}versions/1/"


@pytest.fixture
def adas(ada, client_of):
    return client_of(ada)


def call(client, method, where, body=None, match="*", kind="application/json", **headers):
    given = {**({"If-Match": match} if match else {}), **headers}
    url = where if where.startswith("/") else f"{VERSION}{where}"
    return getattr(client, method)(url, body, content_type=kind, headers=given)


def stored():
    return QuoteVersion.objects.get(number=1)


def keys():
    return list(QuoteLine.objects.order_by("position").values_list("key", flat=True))


def test_an_edit_is_undone_and_made_again(adas):
    make_draft_quote()
    call(adas, "patch", "", {"payment_days": 60})
    undone = call(adas, "post", "undo/", match=adas.get(VERSION)["ETag"])
    assert (undone.status_code, undone.json()["payment_days"]) == (201, 30)
    assert call(adas, "post", "redo/", match=undone["ETag"]).json()["payment_days"] == 60
    assert call(adas, "post", "redo/").status_code == 409
    assert call(adas, "post", "undo/", match=undone["ETag"]).status_code == 412


def test_sections_and_the_order_of_rows(adas):
    make_draft_quote()
    first = keys()
    made = call(adas, "post", "texts/", {"kind": "section", "text": "Platform"})
    assert made.status_code == 201
    assert call(adas, "put", f"positions/{first[-1]}/", {"section": "section"}).status_code == 200
    assert call(adas, "put", "positions/section/", {"row": 1}).status_code == 200
    assert call(adas, "patch", "texts/section/", {"text": "Everything"}).status_code == 200
    [text] = call(adas, "get", "texts/").json()["results"]
    assert text == {"key": "section", "kind": "section", "text": "Everything", "position": 1}
    assert call(adas, "put", f"positions/{first[-1]}/", {"row": 2}).status_code == 200
    assert keys() == [first[-1], *first[:-1]]
    assert call(adas, "delete", "texts/section/").status_code == 200
    assert stored().texts == {}


def test_what_is_wrong_changes_nothing(adas):
    before = make_draft_quote()
    for method, where, body, status, fields in (
        ("post", "texts/", {"kind": "poem", "text": "x"}, 422, ["kind"]),
        ("patch", "texts/none/", {"text": "x"}, 404, []),
        ("put", "positions/seats/", {}, 422, ["body"]),
        ("put", "positions/seats/", {"row": 99}, 422, ["to"]),
        ("put", "positions/none/", {"row": 1}, 404, []),
        ("patch", "lines/seats/years/2/", {}, 422, ["body"]),
        ("patch", "lines/seats/years/9/", {"quantity": "9"}, 422, ["quantity"]),
        ("post", "target/", {"total": "999999999"}, 422, ["total"]),
        ("post", "target/", {"total": "1", "lines": ["tokens"]}, 422, ["total"]),
        ("post", "batches/", {}, 422, ["body"]),
        ("post", "batches/", {"add": ["none"]}, 422, ["adds"]),
        ("post", "batches/", {"quantities": {"none": "1"}}, 422, ["bulk"]),
        ("post", "substitutions/", {"place": "nowhere"}, 412, []),
        ("delete", "packages/none/", None, 422, ["package"]),
    ):
        answer = call(adas, method, where, body)
        assert (answer.status_code, list(answer.json().get("errors", []))) == (status, fields), (where, body)
    assert stored().edit_number == before.edit_number


def test_a_line_grows_from_year_to_year(adas):
    make_draft_quote(months=24)
    assert call(adas, "patch", "lines/seats/years/2/", {"quantity": "80"}).status_code == 200
    assert QuoteLine.objects.get(key="seats").years == {"2": {"quantity": "80"}}
    assert call(adas, "patch", "lines/seats/years/2/", {"quantity": None}).status_code == 200
    assert QuoteLine.objects.get(key="seats").years == {}


def test_an_amount_is_reached_by_a_discount(adas):
    make_draft_quote()
    before = Decimal(adas.get(VERSION).json()["committed"])
    whole = call(adas, "post", "target/", {"total": str(before - 1000)}).json()
    assert abs(Decimal(whole["committed"]) - before + 1000) < 1  # as near as four decimals of a discount come
    seats = call(adas, "post", "target/", {"total": "10000", "lines": ["seats"]}).json()
    [line] = [one for one in seats["lines"] if one["key"] == "seats"]
    assert Decimal(line["discount_percent"]) > 0


def test_several_edits_are_one_step(adas, ada):
    make_draft_quote()
    before = keys()
    done = call(adas, "post", "batches/", {"remove": [before[-1]], "quantities": {"seats": "60"}})
    assert (done.status_code, keys()) == (201, before[:-1])
    assert call(adas, "post", "undo/").status_code == 201
    assert keys() == before


def test_rows_of_a_csv_are_looked_at_and_applied(adas):
    make_draft_quote()
    good, bad = "line,quantity\nseats,60\n", "line,quantity\nseats,60\nseats,many\n"
    plan = call(adas, "post", "rows/plan/", bad, kind="text/csv").json()["results"]
    assert [(row["row"], row["does"], row["line"]) for row in plan] == [
        (2, "changed", "seats"),
        (3, "problem", None),
    ]
    refused = call(adas, "post", "rows/", bad, kind="text/csv")
    assert (refused.status_code, all(name.startswith("rows.") for name in refused.json()["errors"])) == (422, True)
    assert QuoteLine.objects.get(key="seats").component["quantity"]["value"] == "40"
    assert call(adas, "post", "rows/", good, kind="text/csv").status_code == 201
    assert QuoteLine.objects.get(key="seats").component["quantity"]["value"] == "60"
    for text in ("", "\n" * 9, '"' + "x" * 200_000, "," * 100_000):
        assert call(adas, "post", "rows/plan/", text, kind="text/csv").status_code in (200, 422)


def test_who_sells_and_what_is_agreed_besides(adas):
    make_draft_quote()
    seller = make_seller()
    assert [row["code"] for row in adas.get("/api/v1/sellers/").json()["results"]] == [seller.code]
    changed = call(adas, "patch", "", {"sold_by": seller.code, "special_terms": "Net 45."}).json()
    assert (changed["sold_by"], changed["special_terms"]) == (seller.code, "Net 45.")
    assert list(call(adas, "patch", "", {"sold_by": "nobody"}).json()["errors"]) == ["sold_by"]
    assert call(adas, "patch", "", {"sold_by": None}).json()["sold_by"] is None


def test_a_package_is_taken_off(adas):
    make_draft_quote()
    assert call(adas, "delete", "packages/hybrid/").json()["lines"] == []


def test_links_are_made_mailed_and_revoked(adas, ben, client_of):
    make_sent_quote()
    body = {"name": "Mira Sol", "email": "mira.sol@acme.example", "right": "sign", "order": 2}
    made = call(adas, "post", "links/", body, **{"Idempotency-Key": "l"}).json()
    assert call(adas, "post", "links/", body, **{"Idempotency-Key": "l"}).json()["link"] is None
    assert (made["right"], made["order"], made["status"]) == ("sign", 2, "sending")
    assert client_of(ben).get(made["link"]).status_code == 303
    rows = call(client_of(ben), "get", "links/").json()["results"]
    assert [(row["name"], "link" in row) for row in rows] == [("Mira Sol", False), ("Cleo Hartmann", False)]
    one = f"{ONE}links/{made['id']}/"
    assert call(adas, "post", f"{one}mails/").status_code == 409  # the first one is still on its way
    Mail.objects.update(state=Mail.State.SENT, sent_at=AT)
    assert call(adas, "post", f"{one}mails/").json()["id"] == made["id"]
    assert [call(client_of(ben), "delete", one).status_code, call(adas, "delete", one).status_code] == [409, 204]
    assert RoomLink.objects.get(pk=made["id"]).revoked_at is not None
    assert call(adas, "post", "links/", {**body, "order": 0}).status_code == 422


def test_nothing_to_put_in_the_place_of_what_billing_can_bill(adas):
    make_sent_quote()
    assert call(adas, "post", f"{ONE}alternative/", {"place": "seats"}).status_code == 409
    assert QuoteVersion.objects.count() == 1


def test_several_lines_are_given_the_same_or_none_of_them(adas):
    make_draft_quote()
    done = call(adas, "patch", "lines/", {"lines": ["platform", "seats"], "discount_percent": "5", "discount_to": 6})
    assert done.status_code == 200
    assert [
        (line.discount_percent, line.discount_to) for line in QuoteLine.objects.filter(key__in=["platform", "seats"])
    ] == [
        (Decimal(5), 6),
        (Decimal(5), 6),
    ]
    before = stored().edit_number
    wrong = call(adas, "patch", "lines/", {"lines": ["seats", "tokens"], "quantity": "7"})
    assert (wrong.status_code, list(wrong.json()["errors"])) == (422, ["lines.tokens"])
    assert call(adas, "patch", "lines/", {"lines": ["seats"], "year": 2}).status_code == 422
    assert stored().edit_number == before
