"""Mail: promised with the decision, sent by the outbox, once; seen and sent again in the mailbox."""

import pytest
from django.core import mail as server
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import audit, mail, outbox
from core.errors import Conflict
from core.models import Mail, OutboxMessage
from tests.factories import AT

pytestmark = pytest.mark.django_db


def posted(key: str = "k1", **changes) -> Mail:
    found = mail.post(**{"to": "ben@x.example", "subject": "Look", "text": "Here.", "key": key, "at": AT, **changes})
    assert found is not None
    return found


def deliver() -> None:
    for message in OutboxMessage.objects.filter(topic="mail.posted", state="pending"):
        outbox.deliver(message.pk, at=AT)


def test_a_mail_goes_out_once():
    posted(subject="Look\r\nBcc: all@x.example")
    assert mail.post("ben@x.example", "Look", "Again.", key="k1", at=AT) is None
    deliver()
    [sent] = server.outbox
    assert (sent.subject, sent.to, sent.body) == ("Look Bcc: all@x.example", ["ben@x.example"], "Here.")
    row = Mail.objects.get()
    mail.send(key=str(row.pk), payload={"mail": row.pk}, at=AT)
    assert len(server.outbox) == 1
    assert (row.state, row.sent_at) == ("sent", AT)


def test_a_server_that_refuses_is_asked_again(monkeypatch):
    posted()
    with monkeypatch.context() as broken:
        broken.setattr(server.EmailMessage, "send", lambda self: (_ for _ in ()).throw(ConnectionRefusedError("no")))
        deliver()
    row = Mail.objects.get()
    assert (row.state, row.error) == ("queued", "no")
    outbox.sweep(at=AT.replace(hour=23))
    row.refresh_from_db()
    assert (row.state, len(server.outbox)) == ("sent", 1)


def test_a_mail_whose_sender_died_is_not_sent_by_itself(ben):
    row = posted()
    Mail.objects.update(state="sending")
    deliver()
    assert server.outbox == []
    again = mail.resend(Mail.objects.get(pk=row.pk), by=ben, at=AT)
    deliver()
    assert (again.key, len(server.outbox)) == ("k1+1", 1)


def test_what_still_waits_is_not_sent_again(ben):
    with pytest.raises(Conflict):
        mail.resend(posted(), by=ben, at=AT)
    assert (Mail.objects.count(), audit.newest().count()) == (1, 0)


@pytest.mark.parametrize("about", ["quote:Q-2026-0001", ""])
def test_the_audit_log_says_who_sent_it_again(ben, about):
    row = posted(about=about)
    deliver()
    mail.resend(Mail.objects.get(pk=row.pk), by=ben, at=AT)
    [entry] = audit.history(about or f"mail:{row.pk}")
    assert (entry.verb, entry.by, entry.data) == ("resend_mail", "ben", {"to": "ben@x.example", "subject": "Look"})


def test_a_file_is_attached():
    posted(attachment=("quote.pdf", b"%PDF-1"))
    deliver()
    assert server.outbox[0].attachments[0][:2] == ("quote.pdf", b"%PDF-1")


def test_the_mailbox_takes_the_same_queries_for_1_and_3(ben, client_of):
    client, counts = client_of(ben), []
    for keys in (("a",), ("b", "c")):
        for key in keys:
            posted(key)
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/mailbox/").status_code == 200
        counts.append(len(queries))
    assert counts == [4, 4]


@pytest.mark.parametrize("htmx", [False, True])
def test_ben_reads_and_sends_again(ben, client_of, htmx):
    row = posted()
    deliver()
    assert "Here." in client_of(ben).get(f"/mailbox/{row.pk}/").content.decode()
    headers = {"HX-Request": "true"} if htmx else None
    assert client_of(ben).post(f"/mailbox/{row.pk}/resending/", headers=headers).status_code == (204 if htmx else 303)
    assert Mail.objects.count() == 2


def test_others_see_no_mail(ada, dan, client_of):
    row = posted()
    deliver()
    for who in (ada, dan):
        assert client_of(who).get("/mailbox/").status_code == 404
        assert client_of(who).get(f"/mailbox/{row.pk}/").status_code == 404
        assert client_of(who).post(f"/mailbox/{row.pk}/resending/").status_code == 404
        assert client_of(who).get(f"/mailbox/{row.pk}/resending/").status_code == 405
    assert Mail.objects.count() == 1
