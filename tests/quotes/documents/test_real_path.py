"""A quote that walked the whole way: its PDF, room, JSON and ledger say the same, and none of them what it costs us."""

import io
import json
import re

import pytest
from django.test import Client
from pypdf import PdfReader

from billing.actions import delivering
from billing.models import LedgerContract
from core.formats import money
from core.pdf.fonts import missing
from pricing import Terms, committed
from quotes.documents import QuoteDocument, render
from quotes.models import VersionMargin
from tests.factories import AT, make_sent_quote, sign
from tests.quotes.documents.made import fetched

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(monkeypatch):
    monkeypatch.setattr("quotes.views.room.now", lambda: AT)
    return make_sent_quote()


@pytest.fixture
def quote(sent) -> QuoteDocument:
    return QuoteDocument.parse(sent.version.snapshot, sent.version.sha256)


@pytest.fixture
def outputs(sent, quote) -> dict[str, str]:
    """Everything that reaches the customer, as text."""
    cleo = Client()
    room = cleo.get(f"/room/{sent.token}/", follow=True)
    reader = PdfReader(io.BytesIO(fetched(cleo, "/room/document.pdf").content))
    return {
        "room": re.sub(r"<[^>]+>", " ", room.content.decode()).replace("\u00a0", " "),
        "pdf": re.sub(r"\s+", " ", " ".join(page.extract_text() for page in reader.pages)),
        "pdf metadata": str(reader.metadata),
        "json": cleo.get("/room/quote.json").content.decode(),
    }


def test_pdf_and_room_show_every_amount_of_the_snapshot(quote, outputs):
    amounts = {quote.committed, quote.one_time, quote.term.p10, quote.term.p50, quote.term.p90}
    amounts |= {amount for line in quote.lines for amount in (line.per_period, line.term) if amount is not None}
    amounts |= {v for bill in quote.bill for v in (bill.committed, bill.band.p10, bill.band.p50, bill.band.p90)}
    wanted = {money(amount, quote.currency) for amount in amounts}

    assert len(wanted) > 10
    assert {text for text in wanted if text not in outputs["pdf"]} == set()
    assert {text for text in wanted if text not in outputs["room"]} == set()


def test_committed_is_what_the_kernel_bills_for_no_usage(quote, sent):
    assert committed(Terms.parse(sent.version.terms)) == quote.committed


def test_no_output_says_what_it_costs_us(sent, outputs):
    """Every amount and share of the internal half is searched for; the bill itself is public."""
    margin = VersionMargin.objects.get(version=sent.version)
    public = set(re.findall(r"\d+\.\d+", sent.version.snapshot))
    secret = set(re.findall(r"\d+\.\d+", json.dumps(margin.priced["margin"]))) - public
    secret = {number for number in secret if len(number.replace(".", "")) >= 5}

    assert len(secret) >= 6
    for name, text in outputs.items():
        plain = text.replace(",", "")
        assert {number for number in secret if number in plain} == set(), name
        assert [word for word in ("margin", "Margin", "unit cost") if word in text] == [], name


def test_the_font_has_every_letter(outputs):
    assert missing(outputs["pdf"]) == ""


def test_the_same_version_is_the_same_file(sent, quote):
    assert render(quote) == render(QuoteDocument.parse(sent.version.snapshot, sent.version.sha256))


def test_what_the_ledger_holds_is_what_she_accepted(sent, quote):
    contract = sign(sent)
    delivering.deliver(contract.number, at=AT)
    row = LedgerContract.objects.get()

    assert Terms.parse(row.terms).sha256 == row.terms_sha256 == contract.terms_sha256
    assert committed(Terms.parse(row.terms)) == quote.committed
    assert row.sha256 == sent.version.sha256
