import json
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal

import pytest

from core.audit import history
from core.errors import Conflict, Invalid, Refused
from core.models import OutboxMessage
from quotes.actions.acceptance import accept, committed_total, decline
from quotes.actions.contracts import confirm
from quotes.actions.sending import create_room_link, revoke_room_link
from quotes.actions.versions import revise, submit, withdraw
from quotes.models import Acceptance, Contract, QuoteVersion, RoomLink, Signature
from tests.factories import AT, make_customer, make_sent_quote, prove, sign

pytestmark = pytest.mark.django_db


def attempt(sent, **changes):
    """Cleo's signature, after the code from her mail."""
    link = changes.pop("link", sent.link)
    with suppress(Refused):
        prove(link, at=changes.get("at", AT))
    given = {
        "name": "Cleo Hartmann",
        "title": "VP Engineering",
        "sha256": sent.version.sha256,
        "shown_total": committed_total(sent.version),
        "at": AT,
    }
    return accept(link, **{**given, **changes})


def assert_nothing_happened(sent) -> None:
    assert QuoteVersion.objects.get(pk=sent.version.pk).accepted_at is None
    assert not Acceptance.objects.exists()
    assert not Contract.objects.exists()
    assert not Signature.objects.exists()
    assert not OutboxMessage.objects.exclude(topic="mail.posted").exists()


def test_the_yes_makes_acceptance_contract_and_promise_together():
    sent = make_sent_quote()
    contract = attempt(sent)
    version = QuoteVersion.objects.get(pk=sent.version.pk)
    acceptance = Acceptance.objects.get()
    assert (version.status, version.accepted_at) == ("accepted", AT)
    assert (acceptance.name, acceptance.title, acceptance.email) == (
        "Cleo Hartmann",
        "VP Engineering",
        "cleo@acme.example",
    )
    assert (acceptance.sha256, acceptance.total) == (version.sha256, committed_total(version))
    assert (contract.number, contract.sha256, contract.terms) == ("C-2026-0001", version.sha256, version.terms)
    assert contract.terms_sha256 == json.loads(version.snapshot)["terms_sha256"]
    message = OutboxMessage.objects.exclude(topic="mail.posted").get()
    assert (message.topic, message.key, message.payload) == (
        "contract.created",
        "C-2026-0001",
        {"contract": "C-2026-0001"},
    )
    entries = {entry.verb: entry.by for entry in history(f"quote:{version.quote.number}")}
    assert (entries["accept"], entries["create_contract"]) == ("Cleo Hartmann <cleo@acme.example>", "system")


def test_a_second_click_gets_the_same_contract():
    sent = make_sent_quote()
    assert attempt(sent) == attempt(sent)
    assert Contract.objects.count() == 1
    assert OutboxMessage.objects.filter(topic="contract.created").count() == 1


def test_nobody_signs_after_the_quote_is_accepted(ada):
    sent = make_sent_quote()
    attempt(sent)
    other = RoomLink.objects.create(
        version=sent.version,
        name="Al",
        email="al@acme.example",
        right="sign",
        token_sha256="0" * 64,
        created_at=AT,
        created_by=ada,
        expires_at=sent.link.expires_at,
    )
    with pytest.raises(Refused) as caught:
        attempt(sent, link=other)
    assert caught.value.sentence == "This quote has been accepted."
    assert Contract.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"name": " "}, {"name": "Please give your full name."}),
        ({"title": ""}, {"title": "Please give your title: it says that you may sign for your company."}),
        (
            {"email": "someone@else.example"},
            {"email": "This link was made for cleo@acme.example; only that person may accept with it."},
        ),
    ],
)
def test_a_signature_is_whole_and_of_the_person_the_link_is_for(changes, errors):
    sent = make_sent_quote()
    with pytest.raises(Invalid) as caught:
        attempt(sent, **changes)
    assert caught.value.errors == errors
    assert_nothing_happened(sent)


@pytest.mark.parametrize("changes", [{"sha256": "0" * 64}, {"shown_total": Decimal("1.00")}])
def test_what_was_shown_is_what_is_accepted(changes):
    sent = make_sent_quote()
    with pytest.raises(Conflict):
        attempt(sent, **changes)
    assert_nothing_happened(sent)


def test_the_last_second_counts_and_the_next_does_not():
    sent = make_sent_quote()
    with pytest.raises(Refused) as caught:
        attempt(sent, at=sent.version.expires_at)
    assert caught.value.sentence == "This quote has expired. Please ask your contact for a new one."
    assert_nothing_happened(sent)
    assert attempt(sent, at=sent.version.expires_at - timedelta(microseconds=1)).number == "C-2026-0001"


def test_a_reader_does_not_accept_or_decline(ada):
    sent = make_sent_quote()
    reader, _ = create_room_link(sent.version, name="Al", email="al@acme.example", right="view", by=ada, at=AT)
    with pytest.raises(Refused):
        attempt(sent, link=reader)
    with pytest.raises(Refused):
        decline(reader, reason="No.", at=AT)
    assert_nothing_happened(sent)


def test_a_revoked_link_does_not_accept(ada):
    sent = make_sent_quote()
    revoke_room_link(sent.link, by=ada, at=AT)
    with pytest.raises(Refused):
        attempt(sent)
    assert_nothing_happened(sent)


def test_a_replaced_or_withdrawn_version_is_not_accepted(ada):
    replaced = make_sent_quote()
    submit(revise(replaced.version, by=ada, at=AT), by=ada, at=AT)
    with pytest.raises(Refused) as caught:
        attempt(replaced)
    assert caught.value.sentence.startswith("This version has been replaced by a newer one.")
    withdrawn = make_sent_quote(customer=make_customer("beta"))
    withdraw(withdrawn.version, by=ada, at=AT)
    with pytest.raises(Refused) as caught:
        attempt(withdrawn)
    assert caught.value.sentence.startswith("This quote has been withdrawn.")
    assert not Contract.objects.exists()


def test_a_version_being_revised_can_still_be_accepted(ada):
    sent = make_sent_quote()
    revise(sent.version, by=ada, at=AT)
    assert attempt(sent).version == sent.version


def test_a_no_keeps_the_customers_words():
    sent = make_sent_quote()
    version = decline(sent.link, reason=" Too late for this budget. ", at=AT)
    assert (version.status, version.closed_note) == ("declined", "Too late for this budget.")
    assert version.closed_by == "Cleo Hartmann <cleo@acme.example>"
    with pytest.raises(Refused):
        attempt(sent)
    with pytest.raises(Invalid):
        decline(sent.link, reason=" ", at=AT)


def test_billing_confirms_once():
    contract = sign(make_sent_quote())
    for _ in range(2):
        confirm(contract, reference="L-1", at=AT)
    version = QuoteVersion.objects.get(pk=contract.version_id)
    assert version.status == "contracted"
    verbs = [entry.verb for entry in history(f"quote:{version.quote.number}")]
    assert verbs.count("contract") == 1


def test_contract_numbers_follow_each_other():
    numbers = [sign(make_sent_quote(customer=make_customer(slug))).number for slug in ("one", "two")]
    assert numbers == ["C-2026-0001", "C-2026-0002"]
