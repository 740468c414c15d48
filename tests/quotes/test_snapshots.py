"""The frozen text: canonical, stable, and without a trace of cost or margin."""

import hashlib
import json
import re
from decimal import Decimal

import pytest

from catalog.models import UnitCost
from quotes.documents import QuoteDocument
from quotes.models import VersionMargin
from quotes.queries.priced import priced
from quotes.snapshots import canonical, sha256_of
from tests.factories import make_customer, make_submitted_quote

pytestmark = pytest.mark.django_db

KEYS = [
    "bands",
    "clauses",
    "contact",
    "currency",
    "customer",
    "discount_percent",
    "end",
    "examples",
    "forecast",
    "language",
    "layout",
    "lines",
    "months",
    "payment_days",
    "payments",
    "prepared_by",
    "quote",
    "schema",
    "seller",
    "start",
    "terms",
    "terms_sha256",
    "title",
    "totals",
    "valid_until",
    "version",
    "zone",
]
CANARY = "0.00000123457"


def test_the_text_is_canonical():
    text = make_submitted_quote().snapshot
    data = json.loads(text)
    assert list(data) == KEYS
    assert canonical(data) == text
    assert sha256_of(text) == hashlib.sha256(text.encode("utf-8")).hexdigest()


def test_money_is_text():
    def numbers(value: object) -> list[object]:
        if isinstance(value, dict):
            return [found for inner in value.values() for found in numbers(inner)]
        if isinstance(value, list):
            return [found for inner in value for found in numbers(inner)]
        return [value] if isinstance(value, float) else []

    assert numbers(json.loads(make_submitted_quote().snapshot)) == []


def test_no_cost_and_no_margin_gets_in():
    version = make_submitted_quote()
    assert CANARY in [cost.price["unit"] for cost in UnitCost.objects.all()]
    margin = priced(version).margin
    secrets = {CANARY, "1.23457"} | {
        str(value)
        for band in (margin.cost, margin.margin, margin.percent, *margin.months)
        for value in (band.p10, band.p50, band.p90)
    }
    assert {str(margin.cost.p50), str(margin.percent.p10)} <= secrets
    assert [secret for secret in secrets if re.search(rf"(?<![\d.]){re.escape(secret)}(?!\d)", version.snapshot)] == []
    assert re.findall(r"cost|margin|floor", version.snapshot, re.IGNORECASE) == []
    assert str(margin.cost.p50) in json.dumps(VersionMargin.objects.get(version=version).priced)


def test_the_same_deal_gives_the_same_text_but_for_who_and_which():
    one = json.loads(make_submitted_quote().snapshot)
    two = json.loads(make_submitted_quote(customer=make_customer("beta")).snapshot)
    assert {key for key in one if one[key] != two[key]} == {"quote", "customer", "contact"}


def test_lines_say_quantity_price_tiers_and_amounts():
    lines = {line["key"]: line for line in json.loads(make_submitted_quote().snapshot)["lines"]}
    assert list(lines) == ["platform", "seats", "tokens", "prepaid"]
    assert (lines["seats"]["quantity"], lines["seats"]["per_period"], lines["seats"]["term"]) == (
        "40",
        "870.00",
        "10440.00",
    )
    assert lines["tokens"]["tiers"] == [
        {"dims": "input", "flat": None, "from": "0", "unit_price": "0.000003", "up_to": None},
        {"dims": "output", "flat": None, "from": "0", "unit_price": "0.000015", "up_to": None},
    ]
    assert (lines["tokens"]["quantity"], lines["tokens"]["term"]) == (None, None)


def test_the_document_reads_it():
    version = make_submitted_quote(discount_percent=Decimal(21))
    document = QuoteDocument.parse(version.snapshot, version.sha256)
    assert (document.number, document.version, document.sha256) == (version.quote.number, 1, version.sha256)
    assert document.committed == version.committed_total
