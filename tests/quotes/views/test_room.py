"""Cleo's page: what she sees, what she cannot see, and what happens when she answers."""

import hashlib
import json
import re
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.test import Client

from core import audit
from core.formats import money
from core.models import AuditEntry, OutboxMessage
from quotes.actions.signing import digits
from quotes.documents import QuoteDocument
from quotes.models import Acceptance, Contract, QuoteVersion, RoomLink, Signature, SigningCode, VersionMargin
from quotes.rules.transitions import Status
from tests.quotes.documents.made import fetched
from tests.quotes.frozen import LATER, TOKEN, make_link, make_sent_version

pytestmark = pytest.mark.django_db

YES = {"name": "Cleo Hartmann", "title": "COO", "agree": "on"}


@pytest.fixture
def clock(monkeypatch):
    """Sets the time at which requests happen."""

    def at(moment):
        for name in ("room", "room_answers", "room_prices", "room_talk"):
            monkeypatch.setattr(f"quotes.views.{name}.now", lambda: moment)

    at(LATER)
    return at


@pytest.fixture
def version(ada, clock) -> QuoteVersion:
    return make_sent_version(ada)


@pytest.fixture
def link(version) -> RoomLink:
    return make_link(version)


@pytest.fixture
def cleo(link) -> Client:
    """Cleo's browser, after she opened her link."""
    client = Client()
    client.get(f"/room/{TOKEN}/")
    return client


def yes(version: QuoteVersion, **changes) -> dict[str, str]:
    code = SigningCode.objects.filter(link__version=version).order_by("pk").last()
    given = {"sha256": version.sha256, "total": "54000.00", "code": digits(code.pk) if code else "000000"}
    return {**YES, **given, **changes}


def sign(client: Client, version: QuoteVersion, **changes):
    """Ask for the code, type it and sign."""
    client.post("/room/codes/")
    return client.post("/room/acceptance/", yes(version, **changes))


def promised() -> list[str]:
    """What was promised to the outside, but for mails."""
    return list(OutboxMessage.objects.exclude(topic="mail.posted").values_list("topic", flat=True))


def nothing_happened(version: QuoteVersion) -> bool:
    version.refresh_from_db()
    counts = (Acceptance.objects.count(), Signature.objects.count(), Contract.objects.count())
    return (version.status, counts, promised()) == (Status.SENT, (0, 0, 0), [])


def text_of(response) -> str:
    html = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", html.replace("\u00a0", " ").replace("&#x27;", "'").replace("&amp;", "&"))


def test_the_token_becomes_a_cookie_and_the_address_is_clean(link):
    client = Client()
    response = client.get(f"/room/{TOKEN}/")
    cookie = response.cookies["room"]

    assert (response.status_code, response["Location"]) == (303, "/room/")
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/room/")
    assert TOKEN not in cookie.value
    assert client.get("/room/").status_code == 200


def test_the_first_visit_is_remembered_once(link, clock):
    client = Client()
    client.get(f"/room/{TOKEN}/")
    clock(LATER + timedelta(hours=1))
    client.get(f"/room/{TOKEN}/")
    link.refresh_from_db()

    assert (link.first_opened_at, link.last_opened_at) == (LATER, LATER + timedelta(hours=1))
    assert AuditEntry.objects.filter(verb="open_room").count() == 1


@pytest.mark.parametrize("path", ["/room/", f"/room/{TOKEN}/", "/room/quote.json", "/room/document.pdf", "/room/x/"])
def test_nothing_of_a_room_is_kept_or_named_elsewhere(cleo, path):
    response = cleo.get(path)

    assert response["Referrer-Policy"] == "no-referrer"
    assert response["Cache-Control"] == "no-store, private"
    assert response["X-Robots-Tag"] == "noindex, nofollow, noarchive"


@pytest.mark.parametrize("path", ["/room/", "/room/wrong/", "/room/quote.json", "/room/document.pdf"])
def test_without_the_right_key_there_is_no_room(version, link, path):
    response = Client().get(path)

    assert response.status_code == 404
    assert version.quote.number not in response.content.decode()


def test_a_forged_cookie_opens_nothing(cleo):
    cleo.cookies["room"] = f"{cleo.cookies['room'].value[:-2]}xx"
    assert cleo.get("/room/").status_code == 404


def test_the_page_shows_the_numbers_of_the_snapshot(cleo, version):
    quote = QuoteDocument.parse(version.snapshot, version.sha256)
    amounts = [quote.committed, quote.one_time, quote.first_month, quote.term.p10, quote.term.p50, quote.term.p90]
    amounts += [amount for line in quote.lines for amount in (line.per_period, line.term) if amount is not None]
    amounts += [v for bill in quote.bill for v in (bill.committed, bill.band.p10, bill.band.p50, bill.band.p90)]
    text = text_of(cleo.get("/room/"))

    assert {shown for shown in (money(amount, "USD") for amount in amounts) if shown not in text} == set()
    for wanted in (
        "USD 0.0000075",
        "500 resolutions per month",
        "until the end of 31 December 2026, PST",
        version.sha256,
    ):
        assert wanted in text


def test_it_works_without_script_and_loads_almost_none(cleo):
    html = cleo.get("/room/").content.decode()

    assert re.findall(r"<script[^>]*>", html) == ['<script src="/static/room.js" defer>']
    assert len(Path("static/room.js").read_bytes()) < 60_000
    assert 'style="' not in html


def test_json_is_the_frozen_text_and_its_hash_is_the_fingerprint(cleo, version):
    response = cleo.get("/room/quote.json")

    assert response["Content-Type"] == "application/json"
    assert hashlib.sha256(response.content).hexdigest() == version.sha256
    assert json.loads(response.content)["totals"]["committed"] == "54000.00"


def test_the_pdf_is_named_after_the_version(cleo, version):
    response = fetched(cleo, "/room/document.pdf")

    assert response.content.startswith(b"%PDF-")
    assert response["Content-Disposition"] == f'attachment; filename="{version.quote.number}-v2.pdf"'


def test_cost_and_margin_are_nowhere(cleo, version):
    VersionMargin.objects.create(
        version=version, sha256=version.sha256, priced={"margin": {"p50": "987654.32"}, "note": "ZZCANARY"}
    )
    for path in ("/room/", "/room/quote.json"):
        text = re.sub(r'"\w{64}"', "", cleo.get(path).content.decode())  # random tokens may spell any word
        assert [word for word in ("987654.32", "987,654.32", "ZZCANARY", "margin", "Margin") if word in text] == []
        assert "cost" not in text.replace("no extra charge", "").lower()


def test_accepting_makes_one_contract(cleo, version):
    response = sign(cleo, version)
    acceptance = Acceptance.objects.get()
    version.refresh_from_db()

    assert (response.status_code, response["Location"]) == (303, "/room/#answer")
    assert (acceptance.name, acceptance.title, acceptance.email) == ("Cleo Hartmann", "COO", "cleo@hartmann.example")
    assert (acceptance.sha256, acceptance.total, acceptance.at) == (version.sha256, Decimal("54000.000"), LATER)
    assert version.status == Status.ACCEPTED
    assert promised() == ["contract.created"]


def test_after_acceptance_the_page_says_who_and_offers_nothing(cleo, version):
    sign(cleo, version)
    text = text_of(cleo.get("/room/"))

    assert "This quote has been accepted" in text
    assert "Cleo Hartmann, COO (cleo@hartmann.example)" in text
    assert "22 Nov 2026, 01:30 (America/Los_Angeles)" in text
    assert Contract.objects.get().number in text
    assert "Sign the quote" not in text


def test_a_double_click_gets_the_same_contract(cleo, version):
    first = sign(cleo, version)
    second = cleo.post("/room/acceptance/", yes(version))

    assert (first.status_code, second.status_code) == (303, 303)
    assert Contract.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": ""}, "This field is required."),
        ({"title": " "}, "This field is required."),
        ({"agree": ""}, "Tick the box to accept the quote for your company."),
    ],
)
def test_an_incomplete_yes_is_shown_again(cleo, version, changes, sentence):
    response = sign(cleo, version, **changes)

    assert response.status_code == 422
    assert sentence in text_of(response)
    assert nothing_happened(version)


@pytest.mark.parametrize("changes", [{"sha256": "0" * 64}, {"total": "53999.99"}])
def test_what_was_shown_must_be_what_is_accepted(cleo, version, changes):
    response = sign(cleo, version, **changes)

    assert response.status_code == 409
    assert "The quote has changed since this page was opened" in text_of(response)
    assert nothing_happened(version)


def test_a_posted_email_is_ignored(cleo, version):
    sign(cleo, version, email="mallory@elsewhere.example", status="accepted", right="sign")
    assert Acceptance.objects.get().email == "cleo@hartmann.example"


def test_a_reader_cannot_accept_or_decline(version, clock):
    make_link(version, right="view", email="colleague@hartmann.example")
    client = Client()
    client.get(f"/room/{TOKEN}/")

    assert "This link is for reading" in text_of(client.get("/room/"))
    assert "Sign the quote" not in text_of(client.get("/room/"))
    assert client.post("/room/codes/").status_code == 409
    assert client.post("/room/acceptance/", yes(version)).status_code == 409
    assert client.post("/room/refusal/", {"reason": "No."}).status_code == 409
    assert nothing_happened(version)


def test_up_to_the_last_second_and_not_after(cleo, version, clock):
    clock(version.expires_at)
    assert "This quote has expired" in text_of(cleo.get("/room/"))
    response = sign(cleo, version)
    assert response.status_code == 409
    assert nothing_happened(version)

    clock(version.expires_at - timedelta(seconds=1))
    assert sign(cleo, version).status_code == 303


@pytest.mark.parametrize(
    ("status", "title"),
    [
        (Status.SUPERSEDED, "This version has been replaced"),
        (Status.WITHDRAWN, "This quote has been withdrawn"),
        (Status.EXPIRED, "This quote has expired"),
    ],
)
def test_a_closed_version_says_so_and_what_to_do(cleo, version, status, title):
    QuoteVersion.objects.filter(pk=version.pk).update(status=status, closed_at=LATER, closed_by="ada")
    text = text_of(cleo.get("/room/"))

    assert title in text
    assert "Ask your contact" in text
    assert "ada@northlight.example" in text
    assert "Sign the quote" not in text
    assert sign(cleo, version).status_code == 409
    assert Acceptance.objects.count() == 0


def test_a_revoked_link_shows_nothing_but_says_so(cleo, link, version):
    RoomLink.objects.filter(pk=link.pk).update(revoked_at=LATER)
    response = cleo.get("/room/")

    assert response.status_code == 410
    assert "This link does not work any more" in text_of(response)
    assert "54,000" not in text_of(response)
    assert [cleo.get(path).status_code for path in ("/room/quote.json", "/room/document.pdf")] == [404, 404]
    assert sign(cleo, version).status_code == 410
    assert nothing_happened(version)
    assert Client().get(f"/room/{TOKEN}/", follow=True).status_code == 410


def test_an_old_link_is_closed(cleo, link, version, clock):
    clock(link.expires_at)
    response = cleo.get("/room/")

    assert (response.status_code, "This link is too old" in text_of(response)) == (410, True)
    assert cleo.get("/room/document.pdf").status_code == 404


def test_declining_needs_a_reason_and_keeps_it(cleo, version):
    assert cleo.post("/room/refusal/", {"reason": "  "}).status_code == 422
    assert nothing_happened(version)
    assert cleo.post("/room/refusal/", {"reason": "Too expensive for us."}).status_code == 303

    version.refresh_from_db()
    assert (version.status, version.closed_note) == (Status.DECLINED, "Too expensive for us.")
    text = text_of(cleo.get("/room/"))
    assert "This quote has been declined" in text
    assert "Too expensive for us." in text
    assert audit.history(f"quote:{version.quote.number}").filter(verb="decline").count() == 1


@pytest.mark.parametrize("path", ["/room/acceptance/", "/room/refusal/", "/room/codes/"])
def test_answers_are_posts_with_a_key_and_a_csrf_token(cleo, version, link, path):
    assert cleo.get(path).status_code == 405
    assert Client().post(path, yes(version)).status_code == 404
    strict = Client(enforce_csrf_checks=True)
    strict.get(f"/room/{TOKEN}/")
    assert strict.post(path, yes(version)).status_code == 403
    assert nothing_happened(version)


def test_one_link_does_not_open_another_version(cleo, version, ada):
    other = make_sent_version(ada)
    response = sign(cleo, version, sha256=other.sha256)

    assert response.status_code == 409
    assert nothing_happened(other)
    assert other.quote.number not in cleo.get("/room/").content.decode()


def test_names_are_text_not_markup(ada, clock):
    version = make_sent_version(ada, title="<img src=x onerror=alert(1)>")
    make_link(version, token="other-token-of-this-test")
    client = Client()
    html = client.get("/room/other-token-of-this-test/", follow=True).content.decode()

    assert "<img" not in html
    assert "&lt;img src=x onerror=alert(1)&gt;" in html


def test_the_page_takes_few_queries(cleo, django_assert_num_queries):
    with django_assert_num_queries(6):  # the time, the link, who signs, the counter-signature, codes, questions
        cleo.get("/room/")
