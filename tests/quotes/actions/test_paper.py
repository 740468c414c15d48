"""Clauses and layouts: drafted by one person, published by another, frozen with the version that says them."""

import json

import pytest

from core.errors import Conflict, Refused
from core.formats import money
from quotes.actions.paper import discard, edit, publish, retire, start
from quotes.actions.versions import revise, submit
from quotes.models import Clause, Layout
from tests.factories import AT, make_customer, make_draft_quote, make_submitted_quote

pytestmark = pytest.mark.django_db

LIABILITY = {
    "title": "Liability",
    "text": "{seller} is liable to {customer} up to {committed}; due {due}, {payment_days} days.",
    "title_de": "Haftung",
    "text_de": "{seller} haftet {customer} bis {committed}.",
    "position": 90,
}


def clauses_of(version):
    return [(one["code"], one["version"]) for one in json.loads(version.snapshot)["clauses"]]


def published(model, code, ben, fay, **content):
    return publish(start(model, code, by=ben, at=AT, content=content or None), by=fay, at=AT)


def test_a_published_clause_is_frozen_with_its_values_version_and_hash(ada, ben, fay):
    row = published(Clause, "liability", ben, fay, **LIABILITY)
    version = make_submitted_quote()
    assert clauses_of(version) == [("validity", 0), ("payment", 0), ("usage", 0), ("forecast", 0), ("liability", 1)]
    frozen = json.loads(version.snapshot)["clauses"][-1]
    committed = money(json.loads(version.snapshot)["totals"]["committed"], "USD")
    assert frozen["text"] == (
        f"Northlight AI, Inc. is liable to Acme Ltd up to {committed}; due within 30 days of the invoice date, 30 days."
    )
    assert len(frozen["sha256"]) == 64
    newer = edit(start(Clause, row.code, by=ben, at=AT), by=ben, at=AT, edit_number=1, text="Nothing.")
    publish(newer, by=fay, at=AT)
    version.refresh_from_db()
    assert json.loads(version.snapshot)["clauses"][-1] == frozen
    again = submit(revise(version, by=ada, at=AT), by=ada, at=AT)
    assert clauses_of(again)[-1] == ("liability", 2)


def test_the_text_is_in_the_customers_language(ben, fay):
    published(Clause, "liability", ben, fay, **LIABILITY)
    version = make_submitted_quote(customer=make_customer("kunde", language="de"))
    assert json.loads(version.snapshot)["clauses"][-1]["title"] == "Haftung"


def test_a_standard_clause_can_be_replaced_and_retired(ben, fay):
    draft = start(Clause, "payment", by=ben, at=AT)
    assert (draft.version, draft.title, draft.title_de) == (1, "Payment", "Zahlung")
    publish(draft, by=fay, at=AT)
    retire(Clause, "validity", by=fay, at=AT)
    version = make_submitted_quote()
    assert clauses_of(version) == [("payment", 1), ("usage", 0), ("forecast", 0)]


def test_special_terms_stand_after_the_clauses():
    version = make_submitted_quote(special_terms="A named engineer.\n")
    assert json.loads(version.snapshot)["special_terms"] == "A named engineer."


def test_the_closest_layout_is_named_and_its_sections_frozen(ben, fay):
    sections = ["lines", "terms", "signatures"]
    published(
        Layout, "short", ben, fay, title="Short", language="", sections=[*sections[:1], "payments", *sections[1:]]
    )
    published(Layout, "kurz", ben, fay, title="Kurz", language="de", sections=sections)
    english, german = make_submitted_quote(), make_submitted_quote(customer=make_customer("kunde", language="de"))
    assert json.loads(english.snapshot)["layout"]["name"] == "short v1"
    assert json.loads(german.snapshot)["layout"] == {"name": "kurz v1", "sections": sections}


@pytest.mark.parametrize(
    ("model", "content", "words"),
    [
        (Clause, {**LIABILITY, "text": "Due {dew}."}, "{dew} stands for nothing"),
        (Layout, {"title": "Bare", "sections": ["lines"]}, "Every document needs the section “Terms”."),
        (Layout, {"title": "Odd", "sections": ["lines", "terms", "signatures", "poem"]}, "There is no section poem."),
    ],
)
def test_what_is_wrong_is_not_published(ben, fay, model, content, words):
    draft = start(model, "new", by=ben, at=AT, content=content)
    with pytest.raises(Refused) as refused:
        publish(draft, by=fay, at=AT)
    assert words in refused.value.sentence
    assert model.objects.get().status == "draft"


def test_nobody_publishes_their_own_and_nobody_overwrites(ben, fay, pia, ada):
    draft = start(Clause, "payment", by=pia, at=AT)
    with pytest.raises(Refused, match="a second person publishes it"):
        publish(draft, by=pia, at=AT)
    with pytest.raises(Refused):
        publish(draft, by=ben, at=AT)
    with pytest.raises(Refused):
        start(Clause, "payment", by=ben, at=AT)
    with pytest.raises(Refused):
        edit(draft, by=ada, at=AT, edit_number=1, title="Mine")
    edit(draft, by=ben, at=AT, edit_number=1, title="Paying")
    with pytest.raises(Conflict):
        edit(draft, by=pia, at=AT, edit_number=1, title="Late")
    assert Clause.objects.get().title == "Paying"
    discard(Clause.objects.get(), by=pia, at=AT)
    assert not Clause.objects.exists()


def test_the_payment_schedule_adds_up_to_what_is_committed(ada):
    version = submit(make_draft_quote(), by=ada, at=AT)
    data = json.loads(version.snapshot)
    total = sum(float(row["amount"]) * row["count"] for row in data["payments"])
    assert round(total, 2) == float(data["totals"]["committed"])
    assert data["examples"][0]["steps"][-1]["text"] == "To pay"
