"""One truth: page, document, mail, data and API of one version say the same numbers, and no other is accepted."""

import io
import re

import pytest
from django.core import mail as django_mail
from django.test import Client
from pypdf import PdfReader

from core import outbox
from core.formats import money
from core.models import AuditEntry, Mail, OutboxMessage
from quotes.documents import QuoteDocument
from quotes.models import Contract
from tests.factories import AT, make_sent_quote
from tests.quotes.rooms import browser_of, set_clock, sign_in_room, text_of

pytestmark = pytest.mark.django_db

AMOUNT = re.compile(r"USD\s?([\d,]+\.\d\d)\b")


@pytest.fixture
def sent(monkeypatch, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    set_clock(monkeypatch, AT)
    found = make_sent_quote()
    outbox.sweep(at=AT)
    return found


@pytest.fixture
def quote(sent) -> QuoteDocument:
    return QuoteDocument.parse(sent.version.snapshot, sent.version.sha256)


def flat(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("\u00a0", " "))


def words_of_pdf(content: bytes) -> str:
    return flat(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages))


def test_page_document_mail_data_and_api_say_the_same(sent, quote, ada, client_of):
    cleo = browser_of(sent.token)
    [letter] = [one for one in django_mail.outbox if one.to == [sent.link.email]]
    path = f"/api/v1/quotes/{sent.version.quote.number}/versions/1/?expand=snapshot"
    api = client_of(ada).get(path).json()
    data = cleo.get("/room/quote.json").json()
    texts = {
        "room": text_of(cleo.get("/room/")),
        "document": words_of_pdf(cleo.get("/room/document.pdf").content),
        "document of the mail": words_of_pdf(letter.attachments[0][1]),
        "mail": flat(letter.body),
    }
    wanted = {money(amount, "USD") for amount in (quote.committed, quote.term.p10, quote.term.p50, quote.term.p90)}
    wanted = {flat(amount) for amount in wanted}
    assert {name: wanted - {f"USD {found}" for found in AMOUNT.findall(text)} for name, text in texts.items()} == {
        name: set() for name in texts
    }
    assert texts["document"] == texts["document of the mail"]
    assert (data["totals"]["committed"], data["bands"]["term"]["p50"]) == (str(quote.committed), str(quote.term.p50))
    assert api["snapshot"] == data
    assert api["sha256"] == sent.version.sha256


def test_the_mail_says_no_amount_that_the_page_does_not(sent):
    page = set(AMOUNT.findall(text_of(browser_of(sent.token).get("/room/"))))
    [letter] = [one for one in django_mail.outbox if one.to == [sent.link.email]]
    said = set(AMOUNT.findall(flat(letter.body)))
    assert (said - page, len(said) >= 3) == (set(), True)


@pytest.mark.parametrize("changes", [{"sha256": "0" * 64}, {"total": "0.01"}])
def test_only_what_was_shown_is_accepted(sent, changes):
    cleo = browser_of(sent.token)
    assert sign_in_room(cleo, sent.link, **changes).status_code == 409
    assert Contract.objects.count() == 0
    assert sign_in_room(cleo, sent.link).status_code == 303
    assert Contract.objects.get().sha256 == sent.version.sha256


def test_t9_no_token_is_in_a_row_a_page_or_a_referrer(sent, ada, client_of, caplog):
    cleo = browser_of(sent.token)
    pages = [cleo.get("/room/"), client_of(ada).get(f"/quotes/{sent.version.quote.number}/v1/")]
    assert [page for page in pages if sent.token in page.content.decode()] == []
    assert pages[0]["Referrer-Policy"] == "no-referrer"
    rows = [*Mail.objects.values(), *OutboxMessage.objects.values(), *AuditEntry.objects.values()]
    assert [row for row in rows if sent.token in str(row)] == []
    assert sent.token not in caplog.text
    assert Client().get("/room/").status_code == 404
