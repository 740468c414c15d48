"""What the customer picks is a version of its own: exactly these lines are signed, and nobody is passed over."""

import json
from decimal import Decimal

import pytest

from core.audit import history
from core.errors import Conflict, Invalid, Refused
from core.models import Mail
from pricing import Terms, committed
from quotes.actions.acceptance import accept, committed_total
from quotes.actions.lines import edit_line
from quotes.actions.picking import pick
from quotes.actions.sending import create_room_link, send
from quotes.actions.versions import revise, submit
from quotes.models import Contract, QuoteVersion, RoomLink, RoomMessage
from quotes.queries.selecting import selection
from tests.factories import AT, prove
from tests.quotes.rooms import newest, with_options
from tests.quotes.views.deals import a_draft, stored

pytestmark = pytest.mark.django_db


def attempt(sent, *keys: str, link=None, sha256: str = ""):
    return pick(link or sent.link, keys=keys, sha256=sha256 or sent.version.sha256, at=AT)


def test_the_picked_lines_are_in_the_terms_that_are_signed_and_no_other(ada):
    sent = with_options(ada, optional=("seats", "onboarding"))
    shown = selection(sent.version, ["seats"], at=AT)
    version = attempt(sent, "seats").version
    assert (version.number, version.status, version.sent_at) == (2, "sent", AT)
    assert [line["key"] for line in json.loads(version.snapshot)["lines"]] == ["platform", "seats"]
    assert [line["key"] for line in json.loads(version.snapshot)["options"]] == ["onboarding"]
    assert committed_total(version) == shown.committed == committed(Terms.parse(version.terms))
    link = RoomLink.objects.select_related("version__quote").get(pk=sent.link.pk)
    prove(link)
    given = {"name": "Cleo", "title": "COO", "sha256": version.sha256, "shown_total": shown.committed, "at": AT}
    accept(link, **given)
    charges = [charge.key for charge in Terms.parse(Contract.objects.get().terms).charges]
    assert charges == ["platform", "seats"]


def test_nothing_else_of_the_offer_changes_and_all_links_follow(ada):
    sent = with_options(ada)
    create_room_link(sent.version, name="Al", email="al@acme.example", by=ada, at=AT)
    version = attempt(sent, "seats").version
    old = QuoteVersion.objects.get(pk=sent.version.pk)
    assert old.status == "superseded"
    for name in ("valid_until", "expires_at", "currency", "start", "months", "discount_percent", "title"):
        assert getattr(version, name) == getattr(old, name)
    assert set(RoomLink.objects.values_list("version", flat=True)) == {version.pk}
    assert set(Mail.objects.filter(subject__contains="picked").values_list("to", flat=True)) == {ada.email}
    picked = next(entry for entry in history(f"quote:{version.quote.number}") if entry.verb == "pick")
    assert (picked.by, picked.data["options"]) == (str(sent.link), "Seats")


@pytest.fixture
def discounted(ada):
    """An offer whose option carries a discount of its own that somebody must approve once it is in the deal."""
    version = a_draft(ada, keys=("platform", "seats"))
    line = version.lines.select_related("version").get(key="seats")
    version = edit_line(line, by=ada, at=AT, optional=True, discount_percent=Decimal(60))
    return send(submit(version, by=ada, at=AT), by=ada, at=AT)


def test_a_discounted_option_asks_the_seller(ada, discounted):
    assert selection(discounted.version, ["seats"], at=AT).needs_approval is True
    before = stored(discounted.version)
    picked = attempt(discounted, "seats")
    assert (picked.version.pk, picked.asked) == (discounted.version.pk, RoomMessage.objects.get())
    assert (picked.asked.kind, picked.asked.text) == ("options", "Seats")
    assert stored(discounted.version) == before
    assert Mail.objects.get(key=f"room-message-{picked.asked.pk}").to == ada.email


def test_while_the_seller_works_on_a_draft_the_pick_is_a_wish(ada):
    sent = with_options(ada)
    revise(sent.version, by=ada, at=AT)
    assert attempt(sent, "seats").asked.kind == "options"
    assert QuoteVersion.objects.get(pk=sent.version.pk).status == "sent"


def test_after_a_signature_the_lines_stay(ada):
    sent = with_options(ada)
    create_room_link(sent.version, name="Omar", email="o@acme.example", right="sign", order=2, by=ada, at=AT)
    prove(sent.link)
    total = committed_total(sent.version)
    accept(sent.link, name="Cleo", title="COO", sha256=sent.version.sha256, shown_total=total, at=AT)
    with pytest.raises(Refused, match="Somebody has signed this quote already"):
        attempt(sent, "seats")
    assert newest(sent.version).pk == sent.version.pk


def test_a_code_for_the_old_version_does_not_sign_the_new_one(ada):
    sent = with_options(ada)
    prove(sent.link)
    version = attempt(sent, "seats").version
    link = RoomLink.objects.select_related("version__quote").get(pk=sent.link.pk)
    with pytest.raises(Refused, match="Type the code"):
        accept(link, name="C", title="T", sha256=version.sha256, shown_total=committed_total(version), at=AT)
    assert Contract.objects.count() == 0


@pytest.mark.parametrize(
    ("keys", "changes", "error"),
    [
        ((), {}, Invalid),
        (("platform",), {}, Invalid),
        (("x",), {}, Invalid),
        (("seats",), {"sha256": "0" * 64}, Conflict),
    ],
)
def test_a_wrong_pick_changes_nothing(ada, keys, changes, error):
    sent = with_options(ada)
    before = stored(sent.version)
    with pytest.raises(error):
        attempt(sent, *keys, **changes)
    assert stored(sent.version) == before


def test_a_reader_does_not_pick(ada):
    sent = with_options(ada)
    reader, _ = create_room_link(sent.version, name="Al", email="al@acme.example", by=ada, at=AT)
    with pytest.raises(Refused, match="This link is for reading"):
        attempt(sent, "seats", link=reader)
    assert newest(sent.version).pk == sent.version.pk
