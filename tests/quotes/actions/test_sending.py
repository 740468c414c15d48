import hashlib
from datetime import timedelta

import pytest

from core.audit import history
from core.errors import Invalid, Refused
from core.models import AuditEntry
from quotes.actions.acceptance import open_room
from quotes.actions.sending import create_room_link, revoke_room_link, send
from quotes.models import RoomLink
from tests.factories import (
    AT,
    make_accepted_quote,
    make_approved_quote,
    make_customer,
    make_sent_quote,
    make_submitted_quote,
)

pytestmark = pytest.mark.django_db


def test_sending_opens_a_room_for_the_contact(ada):
    sent = make_sent_quote()
    assert (sent.version.status, sent.version.sent_by, sent.version.sent_at) == ("sent", ada, AT)
    assert (sent.link.name, sent.link.right) == ("Cleo Hartmann", "sign")
    assert sent.link.expires_at == sent.version.expires_at + timedelta(days=90)


def test_the_token_is_long_random_and_stored_only_as_a_hash():
    one, two = make_sent_quote(), make_sent_quote(customer=make_customer("beta"))
    assert one.token != two.token
    assert len(one.token) == 43  # 256 bits
    assert one.link.token_sha256 == hashlib.sha256(one.token.encode()).hexdigest()
    written = [str(entry.data) for entry in AuditEntry.objects.all()]
    assert [text for text in written if one.token in text] == []


def test_only_what_is_approved_is_sent(ada):
    version = make_submitted_quote()
    with pytest.raises(Refused) as caught:
        send(version, by=ada, at=AT)
    assert caught.value.sentence == "This version is submitted; only approved versions can be sent."
    assert not RoomLink.objects.exists()


def test_what_has_expired_is_not_sent(ada):
    version = make_approved_quote()
    with pytest.raises(Refused) as caught:
        send(version, by=ada, at=version.expires_at)
    assert caught.value.sentence == "This version has expired. Revise it with a later last valid day."
    assert send(version, by=ada, at=version.expires_at - timedelta(seconds=1)).version.status == "sent"


@pytest.mark.parametrize("person", ["ben", "fay", "pia", "eve", "dan"])
def test_only_the_seller_sends_and_shares(person, request):
    someone = request.getfixturevalue(person)
    version, sent = make_approved_quote(), make_sent_quote(customer=make_customer("beta"))
    with pytest.raises(Refused):
        send(version, by=someone, at=AT)
    with pytest.raises(Refused):
        create_room_link(sent.version, name="Al", email="al@beta.example", by=someone, at=AT)
    with pytest.raises(Refused):
        revoke_room_link(sent.link, by=someone, at=AT)
    assert RoomLink.objects.get() == sent.link
    assert RoomLink.objects.get().revoked_at is None


def test_the_contact_is_one_of_the_customer(ada):
    other = make_customer("beta").contacts.get()
    with pytest.raises(Invalid):
        send(make_approved_quote(), by=ada, at=AT, contact=other)
    assert not RoomLink.objects.exists()


def test_a_second_reader_gets_an_own_link(ada):
    sent = make_sent_quote()
    link, token = create_room_link(sent.version, name="Al", email="al@acme.example", by=ada, at=AT)
    assert (link.right, open_room(token, at=AT), open_room(sent.token, at=AT)) == ("view", link, sent.link)


def test_a_persons_new_link_replaces_the_old_one(ada):
    sent = make_sent_quote()
    link, token = create_room_link(
        sent.version, name="Cleo Hartmann", email=sent.link.email.upper(), right="sign", by=ada, at=AT
    )
    assert open_room(sent.token, at=AT) is None
    assert open_room(token, at=AT) == link


def test_links_are_for_people_and_for_sent_versions(ada):
    sent = make_sent_quote()
    for wrong in ({"name": " ", "email": "al@acme.example"}, {"name": "Al", "email": "al"}):
        with pytest.raises(Invalid):
            create_room_link(sent.version, by=ada, at=AT, **wrong)
    with pytest.raises(Invalid):
        create_room_link(sent.version, name="Al", email="al@acme.example", right="own", by=ada, at=AT)
    done = make_accepted_quote(customer=make_customer("beta")).version
    with pytest.raises(Refused):
        create_room_link(done, name="Al", email="al@beta.example", by=ada, at=AT)


def test_a_revoked_link_opens_nothing(ada):
    sent = make_sent_quote()
    for _ in range(2):
        revoke_room_link(sent.link, by=ada, at=AT)
    assert open_room(sent.token, at=AT) is None
    verbs = [entry.verb for entry in history(f"quote:{sent.version.quote.number}")]
    assert verbs.count("revoke_link") == 1


def test_the_first_visit_is_remembered():
    sent = make_sent_quote()
    for minutes in (5, 10):
        open_room(sent.token, at=AT + timedelta(minutes=minutes))
    link = RoomLink.objects.get()
    assert (link.first_opened_at, link.last_opened_at) == (AT + timedelta(minutes=5), AT + timedelta(minutes=10))
    entries = [entry for entry in history(f"quote:{sent.version.quote.number}") if entry.verb == "open_room"]
    assert [entry.by for entry in entries] == ["Cleo Hartmann <cleo@acme.example>"]


@pytest.mark.parametrize("token", ["", "x", "a" * 43])
def test_an_unknown_token_opens_nothing(token):
    make_sent_quote()
    assert open_room(token, at=AT) is None


def test_a_link_reads_for_ninety_days_after_the_last_valid_day():
    sent = make_sent_quote()
    end = sent.version.expires_at + timedelta(days=90)
    assert open_room(sent.token, at=end - timedelta(seconds=1)) == sent.link
    assert open_room(sent.token, at=end) is None
