"""The same deal in two languages: what is frozen depends on whom it is for, never on who freezes it."""

import json
import re
from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.db import transaction
from django.test import Client
from django.utils import translation
from pypdf import PdfReader

from catalog.models import Wordbook
from core.errors import Refused
from quotes.actions.drafts import edit_version
from quotes.actions.lines import edit_line, remove_line
from quotes.actions.undoing import undo
from quotes.actions.versions import revise, submit, withdraw
from quotes.models import Approval, QuoteVersion
from quotes.rules.step_words import Measure, in_words
from tests.factories import AT
from tests.quotes.configured import add, line_of, make_ruled_quote
from tests.quotes.documents.made import fetched
from tests.quotes.views.deals import a_customer, a_draft, sent, submitted

pytestmark = pytest.mark.django_db


def german(user):
    user.language = "de"
    user.save(update_fields=["language"])
    return user


def test_the_seller_s_language_leaves_no_trace_in_what_is_kept(ada):
    draft = a_draft(ada, discount_percent=Decimal("25"))
    kept = []
    for language in ("en", "de"):
        with translation.override(language), transaction.atomic():
            version = submit(draft, by=ada, at=AT + timedelta(hours=1))
            reasons = list(Approval.objects.filter(version=version).values_list("reason", flat=True))
            kept.append((version.sha256, version.margin.priced, reasons))
            transaction.set_rollback(True)
    assert kept[0] == kept[1]


def test_a_refusal_speaks_the_language_of_who_reads_it(ada):
    draft = a_draft(ada, keys=())
    with translation.override("de"), pytest.raises(Refused, match="Fügen Sie mindestens eine Position hinzu"):
        submit(draft, by=ada, at=AT)


def test_a_customer_gets_page_and_document_in_their_language(ada):
    customer = a_customer()
    customer.language = "de"
    customer.save()
    found = sent(ada)
    snapshot = json.loads(found.version.snapshot)
    assert snapshot["language"] == "de"
    assert snapshot["clauses"][1]["title"] == "Zahlung"
    assert snapshot["lines"][1]["price"] == "29,00 USD pro seat und Monat"
    cleo = Client()
    cleo.get(f"/room/{found.token}/")
    page = cleo.get("/room/").content.decode()
    assert '<html lang="de"' in page
    assert "Code an mich schicken" in page
    document = PdfReader(BytesIO(fetched(cleo, "/room/document.pdf").content))
    assert "Zugesagt über die Laufzeit" in document.pages[0].extract_text()
    cleo.post("/language/", {"language": "en"})
    assert "Send me the code" in cleo.get("/room/").content.decode()


def test_prices_that_were_frozen_are_said_to_a_german_in_german(ada, client_of):
    version = submitted(ada)
    page = client_of(german(ada)).get(f"/quotes/{version.quote.number}/v1/").content.decode()
    assert "29,00 USD pro seat und Monat" in page
    assert "USD 29.00" not in page


@pytest.mark.parametrize("figure", ["committed", "bill"])
def test_the_way_from_list_to_bill_is_told_in_german(ada, client_of, figure):
    number = submitted(ada).quote.number
    page = client_of(german(ada)).get(f"/quotes/{number}/v1/figures/{figure}/?at=p50&span=term").content.decode()
    assert "Listenbetrag aller Entgelte" in page
    assert "List amount" not in page


WORDS = {"Seats": "Plätze", "seat": "Platz", "seats": "Plätze", "Platform fee": "Plattformgebühr"}


def test_names_are_told_in_the_language_of_who_reads_and_the_terms_stay_one_text(ada, client_of):
    draft = a_draft(ada)
    with transaction.atomic():
        plain = submit(draft, by=ada, at=AT + timedelta(hours=1))
        transaction.set_rollback(True)
    Wordbook.objects.create(language="de", words=WORDS, changed_at=AT)
    address = f"/quotes/{draft.quote.number}/"
    assert "Plätze" not in client_of(ada).get(address).content.decode()
    page = client_of(german(ada)).get(address).content.decode()
    assert "Menge von Plätze" in page
    assert "29,00 USD pro Platz und Monat" in page
    customer = draft.quote.customer
    customer.language = "de"
    customer.save()
    version = submit(QuoteVersion.objects.get(pk=draft.pk), by=ada, at=AT + timedelta(hours=1))
    snapshot = json.loads(version.snapshot)
    assert version.terms == plain.terms
    assert snapshot["terms_sha256"] == json.loads(plain.snapshot)["terms_sha256"]
    assert [snapshot["lines"][1][name] for name in ("name", "unit", "price")] == [
        "Plätze",
        "Platz",
        "29,00 USD pro Platz und Monat",
    ]


def test_what_two_versions_differ_in_is_told_in_german_with_units_that_no_price_names(ada, client_of):
    first = submit(make_ruled_quote(), by=ada, at=AT)
    draft = revise(withdraw(first, by=ada, at=AT), by=ada, at=AT)
    draft = edit_version(draft, by=ada, at=AT, escalator_percent=Decimal(3), months=24)
    draft = remove_line(line_of(draft, "basic"), by=ada, at=AT)
    add(draft, "premium")
    page = client_of(german(ada)).get(f"/quotes/{first.quote.number}/v2/changes/").content.decode()
    row = re.compile(r'<th scope="row" class="head">(.*?)</th>\s*<td.*?>(.*?)</td>\s*<td.*?>(.*?)</td>', re.DOTALL)
    told = [[re.sub(r"<.*?>", "", text).replace("\u00a0", " ") for text in found] for found in row.findall(page)]
    assert told[:4] == [
        ["Basic support", "1 Einheit, 100,00 USD", "entfernt"],
        ["Laufzeit", "12 Monate", "24 Monate"],
        ["Premium support", "–", "1 Einheit, 900,00 USD"],
        ["Jährliche Preissteigerung", "0 %", "3 %"],
    ]


def test_what_can_be_taken_back_is_told_in_the_language_of_who_reads(ada, client_of):
    draft = a_draft(ada)
    Wordbook.objects.create(language="de", words=WORDS, changed_at=AT)
    edit_line(draft.lines.get(key="seats"), by=ada, at=AT, discount_percent=Decimal("12.5"))
    address = f"/quotes/{draft.quote.number}/"
    assert "Undo: discount of Seats 0 % → 12.5 %" in client_of(ada).get(address).content.decode()
    with translation.override("de"):
        undo(QuoteVersion.objects.get(pk=draft.pk), by=ada, at=AT)
    assert "Redo: discount of Seats 0 % → 12.5 %" in client_of(ada).get(address).content.decode()
    assert "Rabatt von Plätze 0 % → 12,5 %" in client_of(german(ada)).get(address).content.decode()


def test_a_file_of_lines_keeps_the_names_that_are_agreed(ada, client_of):
    draft = a_draft(ada)
    Wordbook.objects.create(language="de", words=WORDS, changed_at=AT)
    path = f"/quotes/{draft.quote.number}/v1/lines.csv"
    file = b"".join(client_of(german(ada)).get(path).streaming_content).decode()
    assert "Seats" in file
    assert "Plätze" not in file


def test_reasons_that_were_stored_and_what_happened_are_told_to_a_german_in_german(ada, ben, client_of):
    draft = a_draft(ada, discount_percent=Decimal("25"))
    version = submit(draft, by=ada, at=AT + timedelta(hours=1))
    address = f"/quotes/{version.quote.number}"
    reason = "Der Rabatt von 25 % liegt über der Grenze von 20 %."
    for page in ("/quotes/home/", "/approvals/", f"{address}/v1/"):
        assert reason in client_of(german(ben)).get(page).content.decode()
    small = submit(a_draft(ada), by=ada, at=AT + timedelta(hours=2))
    story = client_of(german(ada)).get(f"/quotes/{small.quote.number}/timeline/").content.decode()
    assert "Keine Freigaberegel trifft zu." in story
    assert "hat Version 1 eingereicht" in story


@pytest.mark.parametrize(("typed", "exact"), [("1.200", "1200"), ("12,5", "12.5"), ("1.200,5", "1200.5")])
def test_numbers_typed_the_german_way_are_stored_exactly_and_shown_so(ada, client_of, typed, exact):
    draft = a_draft(ada)
    browser = client_of(german(ada))
    path = f"/quotes/{draft.quote.number}/lines/seats/"
    browser.post(path, {"quantity": typed, "edit_number": draft.edit_number})
    stored = QuoteVersion.objects.get(pk=draft.pk).lines.get(key="seats").component["quantity"]["value"]
    assert Decimal(stored) == Decimal(exact)
    assert f'name="quantity" value="{typed}"' in browser.get(f"/quotes/{draft.quote.number}/").content.decode()


@pytest.mark.parametrize(
    ("kernel", "german"),
    [
        ("Tier 1: 1,000 x 0.25", "Staffel 1: 1.000 x 0,25"),
        ("All in tier 2: 5 x 1, at most 3", "Alle in Staffel 2: 5 x 1, höchstens 3"),
        ("Measured M tokens", "Gemessen: M tokens"),
        ("12 x 0.5 (blocks of 1,000, rounded up)", "12 x 0,5 (Blöcke von 1.000, aufgerundet)"),
        ("Escalator of 3 % every 12 months", "Steigerung um 3 % alle 12 Monate"),
        ("First month free", "Erster Monat frei"),
        ("Line discount 7.5 %", "Positionsrabatt 7,5 %"),
        ("Seats · minimum", "Seats · Mindestbetrag"),
        ("Minimum per year", "Mindestbetrag je Jahr"),
        ("SLA · 25 % returned below 90 %", "SLA · 25 % Erstattung unter 90 %"),
        ("Covered by Flex credits", "Gedeckt durch Flex credits"),
        ("Divided by 1,000, rounded up", "Geteilt durch 1.000, aufgerundet"),
        ("Loyalty 5 %", "Loyalty 5 %"),
    ],
)
def test_the_kernel_s_steps_are_said_in_german_and_unknown_ones_stay(kernel, german):
    assert in_words(kernel) == kernel
    with translation.override("de"):
        assert in_words(kernel) == german


@pytest.mark.parametrize(
    ("kernel", "english", "german"),
    [
        ("2,500,000 x 0.000003", "2.5 M tokens x USD 3.00", "2,5 M tokens x 3,00 USD"),
        ("Tier 2: 1,000,000 x 0.0000003", "Tier 2: 1 M tokens x USD 0.30", "Staffel 2: 1 M tokens x 0,30 USD"),
        ("Measured tokens", "Measured M tokens", "Gemessen: M tokens"),
        ("3 x 0.5 (blocks of 1,000, rounded up)",) * 2 + ("3 x 0,5 (Blöcke von 1.000, aufgerundet)",),
    ],
)
def test_the_kernel_s_steps_are_said_in_the_unit_people_speak_of(kernel, english, german):
    measure = Measure(Decimal(1_000_000), "M tokens", "USD")
    assert in_words(kernel, measure=measure) == english
    with translation.override("de"):
        assert in_words(kernel, measure=measure) == german
