"""Codes, several signers in order, the counter-signature, and all of it in one transaction (F21)."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from core.audit import history
from core.errors import Conflict, Invalid, Refused
from core.models import Mail, OutboxMessage
from quotes.actions import acceptance
from quotes.actions.acceptance import accept, committed_total, countersign
from quotes.actions.sending import create_room_link, send
from quotes.actions.signing import LIFE, MOST, TRIES, check_code, digits, request_code
from quotes.models import Acceptance, Contract, QuoteVersion, Signature, SigningCode
from tests.conftest import make_person
from tests.factories import AT, make_approved_quote, make_sent_quote, prove

pytestmark = pytest.mark.django_db


def yes(sent, link=None, **changes):
    given = {"name": "Cleo Hartmann", "title": "VP", "sha256": sent.version.sha256, "at": AT}
    given |= {"shown_total": committed_total(sent.version)}
    return accept(link or sent.link, **{**given, **changes})


def unchanged(sent) -> bool:
    version = QuoteVersion.objects.get(pk=sent.version.pk)
    counts = [model.objects.count() for model in (Signature, Acceptance, Contract)]
    return (version.status, counts) == ("sent", [0, 0, 0])


def test_a_code_is_mailed_and_not_stored():
    sent = make_sent_quote()
    code = digits(request_code(sent.link, at=AT).pk)
    letter = Mail.objects.get(key__startswith="signing-code")
    assert (len(code), code.isdecimal(), letter.to) == (6, True, sent.link.email)
    assert code not in letter.text + letter.subject + str(SigningCode.objects.values().get())


def test_without_the_code_nobody_signs():
    sent = make_sent_quote()
    with pytest.raises(Refused, match="Type the code from your mail first"):
        yes(sent)
    wrong = f"{(int(digits(request_code(sent.link, at=AT).pk)) + 1) % 10**6:06}"
    with pytest.raises(Invalid, match="4 tries are left"):
        check_code(sent.link, wrong, at=AT)
    with pytest.raises(Refused):
        yes(sent)
    assert unchanged(sent)


def test_a_code_ends_after_five_tries_and_fifteen_minutes():
    sent = make_sent_quote()
    code = digits(request_code(sent.link, at=AT).pk)
    for _ in range(TRIES):
        with pytest.raises(Invalid):
            check_code(sent.link, "x", at=AT)
    with pytest.raises(Invalid, match="This code is over"):
        check_code(sent.link, code, at=AT)
    fresh = digits(request_code(sent.link, at=AT).pk)
    with pytest.raises(Invalid, match="This code is over"):
        check_code(sent.link, fresh, at=AT + LIFE)
    check_code(sent.link, f" {fresh[:3]} {fresh[3:]} ", at=AT)
    with pytest.raises(Refused, match="Type the code"):
        yes(sent, at=AT + LIFE)
    assert unchanged(sent)


def test_an_older_code_gives_way_and_there_are_five_in_an_hour():
    sent = make_sent_quote()
    first = digits(request_code(sent.link, at=AT).pk)
    for _ in range(MOST - 1):
        request_code(sent.link, at=AT)
    with pytest.raises(Refused, match="5 codes within an hour"):
        request_code(sent.link, at=AT)
    newest = digits(SigningCode.objects.latest("pk").pk)
    if first != newest:
        with pytest.raises(Invalid, match="not the code from the newest mail"):
            check_code(sent.link, first, at=AT)
    assert request_code(sent.link, at=AT + timedelta(hours=1)).attempts == 0


def test_somebody_elses_code_is_not_mine(ada):
    sent = make_sent_quote()
    other, _ = create_room_link(sent.version, name="Al", email="al@acme.example", right="sign", by=ada, at=AT)
    prove(other)
    with pytest.raises(Refused, match="Type the code"):
        yes(sent)
    assert unchanged(sent)


def test_a_drawn_signature_keeps_its_lines_and_where_it_came_from():
    sent = make_sent_quote()
    prove(sent.link)
    path = "M10 100 " + " ".join(f"L{20 * n} {100 + n}" for n in range(1, 12))
    with pytest.raises(Invalid) as caught:
        yes(sent, drawing=f"{path}<b>")
    assert (list(caught.value.errors), unchanged(sent)) == (["drawing"], True)
    yes(sent, drawing=path, origin=acceptance.Origin("203.0.113.0", "Firefox"))
    signature = Signature.objects.get()
    assert (signature.method, signature.drawing) == ("drawn", path)
    assert (signature.address, signature.user_agent, signature.code_verified_at) == ("203.0.113.0", "Firefox", AT)
    assert (signature.sha256, signature.total) == (sent.version.sha256, committed_total(sent.version))


def test_two_sign_in_order_and_the_last_one_accepts(ada):
    sent = make_sent_quote()
    omar, _ = create_room_link(sent.version, name="Omar", email="o@acme.example", right="sign", order=2, by=ada, at=AT)
    with pytest.raises(Refused, match="Cleo Hartmann signs first"):
        request_code(omar, at=AT)
    prove(sent.link)
    assert yes(sent) is None
    assert (QuoteVersion.objects.get(pk=sent.version.pk).status, Contract.objects.count()) == ("sent", 0)
    assert Mail.objects.get(key=f"room-turn-{omar.pk}").to == "o@acme.example"
    prove(omar)
    contract = yes(sent, omar, name="Omar Haddad", title="CFO")
    assert contract == Contract.objects.get()
    assert list(Signature.objects.order_by("pk").values_list("name", "order")) == [
        ("Cleo Hartmann", 1),
        ("Omar Haddad", 2),
    ]
    assert Acceptance.objects.get().name == "Omar Haddad"
    verbs = [entry.verb for entry in history(f"quote:{sent.version.quote.number}")]
    assert (verbs.count("sign"), verbs.count("accept"), verbs.count("create_contract")) == (2, 1, 1)


def test_the_seller_signs_last(ada, fay):
    version = make_approved_quote()
    sent = send(version, by=ada, at=AT, countersign=True)
    sha256 = sent.version.sha256
    with pytest.raises(Refused, match="The customer signs first: Cleo Hartmann"):
        countersign(sent.version, title="CFO", sha256=sha256, by=fay, at=AT)
    prove(sent.link)
    assert yes(sent) is None
    with pytest.raises(Refused, match="You cannot sign for the company"):
        countersign(sent.version, title="Rep", sha256=sha256, by=ada, at=AT)
    with pytest.raises(Conflict):
        countersign(sent.version, title="CFO", sha256="0" * 64, by=fay, at=AT)
    with pytest.raises(Invalid):
        countersign(sent.version, title=" ", sha256=sha256, by=fay, at=AT)
    with pytest.raises(Refused, match="expired"):
        countersign(sent.version, title="CFO", sha256=sha256, by=fay, at=sent.version.expires_at)
    assert Contract.objects.count() == 0
    contract = countersign(sent.version, title="CFO", sha256=sha256, by=fay, at=AT)
    assert countersign(sent.version, title="CFO", sha256=sha256, by=fay, at=AT) == contract == Contract.objects.get()
    assert (Signature.objects.get(user=fay).order, Acceptance.objects.get().link_id) == (2, sent.link.pk)


def test_nobody_countersigns_what_was_not_asked_for(fay):
    sent = make_sent_quote()
    with pytest.raises(Refused, match="Nobody asked for a counter-signature"):
        countersign(sent.version, title="CFO", sha256=sent.version.sha256, by=fay, at=AT)


def test_whom_the_selling_entity_names_countersigns_and_nobody_else(ada, ben, fay):
    version = make_approved_quote()
    sent = send(version, by=ada, at=AT, countersign=True)
    sent.version.countersigning.signer = ben
    sent.version.countersigning.save()
    prove(sent.link)
    yes(sent)
    with pytest.raises(Refused, match="names somebody else"):
        countersign(sent.version, title="CFO", sha256=sent.version.sha256, by=fay, at=AT)
    assert countersign(sent.version, title="CEO", sha256=sent.version.sha256, by=ben, at=AT)


@pytest.mark.parametrize("crash", ["make_contract", "complete", "record"])
def test_f21_a_crash_after_the_last_signature_leaves_nothing_and_the_replay_completes(monkeypatch, crash):
    sent = make_sent_quote()
    prove(sent.link)
    promised = OutboxMessage.objects.count()
    with monkeypatch.context() as patch:
        patch.setattr(acceptance, crash, lambda *args, **kwargs: (_ for _ in ()).throw(RuntimeError("power cut")))
        with pytest.raises(RuntimeError):
            yes(sent)
    assert unchanged(sent)
    assert OutboxMessage.objects.count() == promised
    assert yes(sent) == Contract.objects.get()


def test_a_signature_is_never_changed():
    sent = make_sent_quote()
    prove(sent.link)
    yes(sent)
    for act in (lambda: Signature.objects.update(name="Mallory"), lambda: Signature.objects.all().delete()):
        with pytest.raises(DatabaseError, match="is a promise"), transaction.atomic():
            act()
    assert Signature.objects.get().name == "Cleo Hartmann"


def test_a_signature_carries_the_hash_of_its_version():
    sent = make_sent_quote()
    fields = {"name": "C", "title": "T", "email": "c@x.example", "at": AT, "total": 1, "user": make_person("fay")}
    with pytest.raises(DatabaseError, match="another hash"), transaction.atomic():
        Signature.objects.create(version=sent.version, sha256="0" * 64, **fields)
