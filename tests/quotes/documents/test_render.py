"""The PDF, read back."""

import hashlib
import io
import json
import os
import re
import subprocess
import sys
from decimal import Decimal

import pytest
from pypdf import PdfReader

from core.formats import money, unit_price
from quotes.documents import QuoteDocument, render
from tests.core.pdf.test_document import unembedded
from tests.quotes.documents.samples import canonical, snapshot


def document(**changes) -> QuoteDocument:
    text, sha256 = canonical(snapshot(**changes))
    return QuoteDocument.parse(text, sha256)


def pages_of(data: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(data)).pages]


def text_of(data: bytes) -> str:
    return re.sub(r"\s+", " ", " ".join(pages_of(data)))


@pytest.fixture(scope="module")
def sample() -> QuoteDocument:
    return document()


@pytest.fixture(scope="module")
def pdf(sample) -> bytes:
    return render(sample)


def test_the_same_snapshot_gives_the_same_bytes(pdf):
    assert render(document()) == pdf


@pytest.mark.parametrize("seed", ["1", "2"])
def test_another_process_gives_the_same_bytes(pdf, seed):
    code = (
        "import django; django.setup(); import hashlib;"
        "from tests.quotes.documents.samples import *; from quotes.documents import *;"
        "print(hashlib.sha256(render(QuoteDocument.parse(*canonical(snapshot())))).hexdigest())"
    )
    environment = {**os.environ, "PYTHONHASHSEED": seed, "DJANGO_SETTINGS_MODULE": "cpq.settings"}
    printed = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert printed.stdout.strip() == hashlib.sha256(pdf).hexdigest()


def test_another_hash_gives_another_document(sample, pdf):
    assert render(QuoteDocument.parse(snapshot(), "0" * 64)) != pdf


def test_every_page_names_version_hash_and_page(sample, pdf):
    pages = pages_of(pdf)
    wanted = [f"Q-2026-0042 · version 2 · SHA-256 {sample.short_hash}", "valid until 31 December 2026"]

    assert len(pages) == 5
    for at, text in enumerate(pages, start=1):
        assert [part for part in [*wanted, f"Page {at} of 5"] if part not in text] == []


def test_the_full_hash_stands_once(sample, pdf):
    assert text_of(pdf).count(sample.sha256) == 1


def test_all_money_is_printed_as_the_screen_prints_it(sample, pdf):
    text, currency = text_of(pdf), sample.currency
    amounts = [sample.committed, sample.one_time, sample.first_month, sample.term.p10, sample.term.p50, sample.term.p90]
    amounts += [amount for line in sample.lines for amount in (line.per_period, line.term) if amount is not None]
    amounts += [v for bill in sample.bill for v in (bill.committed, bill.band.p10, bill.band.p50, bill.band.p90)]
    wanted = {money(amount, currency) for amount in amounts}

    assert {amount for amount in wanted if amount not in text} == set()


def test_unit_prices_stand_in_full(sample, pdf):
    text = text_of(pdf)
    prices = {unit_price(tier.unit_price, sample.currency) for line in sample.lines for tier in line.tiers}

    assert "USD 0.0000075" in prices
    assert {price for price in prices if price not in text} == set()


def test_it_says_what_the_numbers_mean_and_do_not_promise(pdf):
    text = text_of(pdf)

    assert "between USD 73,411.40 and USD 99,388.15: 8 of 10 simulated futures end there" in text
    assert "neither a promise nor a cap. You pay USD 54,000.00 in any case" in text


def test_included_usage_and_validity_are_explained(pdf):
    text = text_of(pdf)

    assert "Included at no extra charge: 500 resolutions per month. Above it, these prices apply." in text
    assert "until the end of 31 December 2026, PST (America/Los_Angeles)" in text


def test_only_embedded_fonts(pdf):
    assert unembedded(pdf) == set()


def test_metadata_and_bookmarks(pdf):
    reader = PdfReader(io.BytesIO(pdf))
    titles = [entry.title for entry in reader.outline if not isinstance(entry, list)]

    assert reader.metadata.title == "Quote Q-2026-0042 version 2: Support automation, first year"
    assert titles == [
        "What you get",
        "Prices by quantity",
        "Credits",
        "Expected bill by month",
        "Usage behind it",
        "Terms",
        "Acceptance",
    ]


@pytest.mark.parametrize(("country", "size"), [("US", [612, 792]), ("DE", [595, 842])])
def test_paper_of_the_customers_country(country, size):
    box = PdfReader(io.BytesIO(render(document(country=country)))).pages[0].mediabox

    assert [round(float(side)) for side in box[2:]] == size


def test_nothing_but_the_known_fields_is_read():
    """Cost and margin can leak only if something outside the schema is printed."""
    leaky = snapshot()
    leaky["cost"] = {"p50": "987654.32"}
    leaky["bands"]["margin"] = {"p50": "987654.32"}
    leaky["lines"][0]["unit_cost"] = "987654.32"
    leaky["note"] = "ZZCANARY"
    data = render(QuoteDocument.parse(leaky, "0" * 64))

    assert "987,654.32" not in text_of(data)
    assert "987654.32" not in text_of(data)
    assert "ZZCANARY" not in text_of(data) + str(PdfReader(io.BytesIO(data)).metadata)


def test_markup_in_names_is_text():
    sample = snapshot(title="<b>R&D</b> <font color='red'>deal</font>")
    sample["lines"][0]["name"] = "<para>Plan & more"
    text = text_of(render(QuoteDocument.parse(sample, "0" * 64)))

    assert "<b>R&D</b> <font color='red'>deal</font>" in text
    assert "<para>Plan & more" in text


def test_long_tables_repeat_their_head_and_split_no_row():
    pages = pages_of(render(document(lines=120)))
    inside = [text for text in pages if "Additional workspace" in text and "Over the term" in text]

    assert len(inside) >= 5
    assert sum(text.count("One more team on the same plan") for text in pages) == 114


def test_a_quote_without_usage_has_no_empty_sections():
    sample = snapshot(lines=2, forecast=None, clauses=[], contact=None)
    sample["bands"].update(months=[], usage=[])
    sample["terms"]["credits"] = []
    sample["lines"] = [{**line, "tiers": []} for line in sample["lines"]]
    outline = PdfReader(io.BytesIO(render(QuoteDocument.parse(sample, "0" * 64)))).outline

    assert [entry.title for entry in outline] == ["What you get", "Acceptance"]


def test_currencies_without_minor_unit():
    sample = snapshot(currency="JPY")
    sample["totals"]["committed"] = "54000"
    assert "JPY 54,000" in text_of(render(QuoteDocument.parse(sample, "0" * 64)))
    assert "JPY 54,000.00" not in text_of(render(QuoteDocument.parse(sample, "0" * 64)))


def test_an_unknown_schema_is_refused():
    with pytest.raises(ValueError, match="schema 2 is not known; this version reads schema 1"):
        QuoteDocument.parse(json.dumps(snapshot(schema=2)), "0" * 64)


def test_amounts_stay_decimal(sample):
    assert sample.committed == Decimal("54000.00")
    assert sample.lines[1].discount_percent == Decimal("16.67")
