"""What is mailed: the numbers of the page, a link that the database does not know, once (F25), again, and back."""

import smtplib
from datetime import timedelta
from io import BytesIO

import pytest
from django.core import mail as django_mail
from django.test import Client
from pypdf import PdfReader

from core import mail, outbox
from core.audit import history
from core.errors import Conflict, Refused
from core.models import AuditEntry, Mail, OutboxMessage
from quotes.actions.acceptance import open_room
from quotes.actions.sending import address, create_room_link, resend, revoke_room_link, token_hash
from quotes.models import RoomLink
from quotes.queries.versions import link_rows
from tests.factories import AT, make_sent_quote

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def server(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def sweep(minutes: int = 0) -> None:
    outbox.sweep(at=AT + timedelta(minutes=minutes))


def status_of(sent) -> str:
    return link_rows(sent.version, at=AT)[0].status


def letter_of(sent) -> Mail:
    return Mail.objects.get(to=sent.link.email)


def gone_to(sent) -> list:
    return [letter for letter in django_mail.outbox if letter.to == [sent.link.email]]


def token_in(text: str) -> str:
    return text.partition("/room/")[2].partition("/")[0]


def test_the_customer_gets_the_pdf_and_a_link_that_opens():
    sent = make_sent_quote()
    sweep()
    [letter] = gone_to(sent)
    name, content, kind = letter.attachments[0]
    assert (letter.to, name, kind) == ([sent.link.email], f"{sent.version.quote.number}-v1.pdf", "application/pdf")
    assert sent.version.quote.number in PdfReader(BytesIO(content)).pages[0].extract_text()
    assert token_in(letter.body) == sent.token
    assert Client().get(f"/room/{token_in(letter.body)}/").status_code == 303


def test_no_row_knows_the_token():
    sent = make_sent_quote()
    sweep()
    rows = [*Mail.objects.values(), *OutboxMessage.objects.values(), *AuditEntry.objects.values()]
    rows += RoomLink.objects.values()
    assert [row for row in rows if sent.token in str(row)] == []
    assert mail.readable(letter_of(sent)).count("(only in the mail itself)") == 1


def test_where_mail_stays_here_the_mailbox_shows_the_link(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    sent = make_sent_quote()
    assert token_in(mail.readable(letter_of(sent))) == sent.token


def test_a_link_of_another_key_gets_a_new_token(settings):
    sent = make_sent_quote()
    settings.SECRET_KEY = "another-key-of-this-installation" * 2
    fresh = token_in(address(sent.link.pk))
    assert fresh != sent.token
    assert (open_room(sent.token, at=AT), open_room(fresh, at=AT)) == (None, sent.link)


def test_f25_while_the_mail_server_is_down_it_stays_sending_and_goes_out_once(monkeypatch):
    sent = make_sent_quote()
    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.EmailMessage.send", lambda self: (_ for _ in ()).throw(OSError("down")))
        sweep()
        sweep(1)
    assert (status_of(sent), letter_of(sent).error, len(gone_to(sent))) == ("sending", "down", 0)
    for minutes in (10, 20, 30):
        sweep(minutes)
    mail.send(key="", payload={"mail": letter_of(sent).pk}, at=AT)
    assert (status_of(sent), len(gone_to(sent))) == ("sent", 1)


def test_two_mails_of_one_key_are_one():
    posted = [mail.post("a@x.example", "S", "T", key="k", at=AT) for _ in range(2)]
    assert (posted[1], Mail.objects.count(), OutboxMessage.objects.count()) == (None, 1, 1)


def test_a_mail_is_sent_again_by_the_same_link(ada, ben):
    sent = make_sent_quote()
    with pytest.raises(Conflict, match="still waiting to be sent"):
        resend(sent.link, by=ada, at=AT)
    sweep()
    with pytest.raises(Refused):
        resend(sent.link, by=ben, at=AT)
    resend(sent.link, by=ada, at=AT)
    sweep(1)
    letters = gone_to(sent)
    assert [token_in(letter.body) for letter in letters] == [sent.token] * 2
    assert len({letter.extra_headers["Message-ID"] for letter in letters}) == 2
    assert [entry.verb for entry in history(f"quote:{sent.version.quote.number}")].count("resend") == 1
    revoke_room_link(sent.link, by=ada, at=AT)
    with pytest.raises(Conflict, match="revoked"):
        resend(sent.link, by=ada, at=AT)


def test_a_bounce_is_on_the_timeline_and_told_once(ada):
    sent = make_sent_quote()
    sweep()
    letter = letter_of(sent)
    assert [mail.bounce(letter, reason="No such\r\nmailbox", at=AT) for _ in range(2)] == [True, False]
    sweep(1)
    assert (status_of(sent), Mail.objects.get(pk=letter.pk).error) == ("bounced", "No such mailbox")
    told = Mail.objects.get(key=f"bounce-{letter.pk}")
    assert (told.to, "cleo@acme.example came back" in told.subject) == (ada.email, True)
    assert [entry.verb for entry in history(f"quote:{sent.version.quote.number}")].count("bounce") == 1


@pytest.mark.parametrize(("code", "status"), [(550, "bounced"), (450, "sending")])
def test_an_address_that_the_server_refuses_for_good_is_a_bounce(monkeypatch, code, status):
    sent = make_sent_quote()

    def refuse(self):
        raise smtplib.SMTPRecipientsRefused({"cleo@acme.example": (code, b"Unknown user")})

    monkeypatch.setattr("django.core.mail.EmailMessage.send", refuse)
    sweep()
    assert status_of(sent) == status


def test_what_goes_out_is_in_the_customers_language(ada):
    sent = make_sent_quote()
    assert "Committed over the term" in letter_of(sent).text
    sent.version.quote.customer.language = "de"
    sent.version.quote.customer.save()
    create_room_link(sent.version, name="Al", email="al@acme.example", by=ada, at=AT)
    # The document was frozen in English, and the mail speaks as the document does.
    assert "Hello Al," in Mail.objects.latest("pk").text


def test_the_seller_is_told_of_the_first_visit_only(ada):
    sent = make_sent_quote()
    for _ in range(2):
        open_room(sent.token, at=AT)
    told = Mail.objects.filter(to=ada.email, key__startswith="room-")
    assert [letter.subject for letter in told] == [f"{sent.version.quote.number}: Cleo Hartmann has opened the quote"]
    assert sent.token not in told.get().text


def test_the_hash_of_a_token_is_what_is_kept():
    sent = make_sent_quote()
    assert RoomLink.objects.get().token_sha256 == token_hash(sent.token)
