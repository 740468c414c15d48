import pytest

from core.audit import history
from core.errors import Conflict, Invalid, Refused
from core.models import Mail
from quotes.actions.acceptance import open_room
from quotes.actions.conversing import LONGEST, MOST_FORWARDED, MOST_OPEN, forward, reply, say
from quotes.actions.sending import address, create_room_link, revoke_room_link
from quotes.actions.versions import withdraw
from quotes.models import RoomLink, RoomMessage
from tests.factories import AT
from tests.quotes.rooms import with_options

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(ada):
    return with_options(ada)


def test_a_question_about_a_line_reaches_the_seller(ada, sent):
    message = say(sent.link, text=" Is SSO in it? ", line="platform", at=AT)
    told = Mail.objects.get(key=f"room-message-{message.pk}")
    assert (message.text, message.line, message.kind) == ("Is SSO in it?", "platform", "question")
    assert (told.to, told.subject) == (ada.email, f"{sent.version.quote.number}: Cleo Hartmann asks a question")
    assert "Platform: Is SSO in it?" in told.text
    entry = list(history(f"quote:{sent.version.quote.number}"))[-1]
    assert (entry.verb, entry.by, entry.data["line"]) == ("ask_seller", str(sent.link), "Platform")


@pytest.mark.parametrize(
    ("fields", "where"), [({"text": " "}, "text"), ({"text": "x" * (LONGEST + 1)}, "text"), ({"line": "x"}, "line")]
)
def test_a_question_has_words_and_a_line_of_the_quote(sent, fields, where):
    with pytest.raises(Invalid) as caught:
        say(sent.link, at=AT, **{"text": "Why?", **fields})
    assert (list(caught.value.errors), RoomMessage.objects.count()) == ([where], 0)


def test_so_many_wait_and_no_more(sent):
    for _ in range(MOST_OPEN):
        say(sent.link, text="Why?", at=AT)
    with pytest.raises(Refused):
        say(sent.link, text="Why?", at=AT)
    assert RoomMessage.objects.count() == MOST_OPEN


def test_nobody_asks_in_a_closed_room_or_with_a_revoked_link(ada, sent):
    with pytest.raises(Refused, match="expired"):
        say(sent.link, text="Why?", at=sent.version.expires_at)
    other, _ = create_room_link(sent.version, name="Al", email="al@acme.example", by=ada, at=AT)
    revoke_room_link(sent.link, by=ada, at=AT)
    with pytest.raises(Refused, match="does not work any more"):
        say(sent.link, text="Why?", at=AT)
    withdraw(sent.version, by=ada, at=AT)
    with pytest.raises(Refused, match="withdrawn"):
        say(other, text="Why?", at=AT)
    assert RoomMessage.objects.count() == 0


def test_the_answer_goes_to_who_asked_with_their_link(ada, sent):
    message = reply(say(sent.link, text="Why?", at=AT), text="Because.", by=ada, at=AT)
    letter = Mail.objects.get(key=f"room-answer-{message.pk}")
    assert (letter.to, letter.secret) == (sent.link.email, f"room-link:{sent.link.pk}")
    assert "You wrote: Why?\n\nAda Lindqvist answers: Because." in letter.text
    with pytest.raises(Conflict):
        reply(message, text="Again.", by=ada, at=AT)
    assert RoomMessage.objects.get().answer == "Because."


def test_only_the_seller_answers(ben, sent):
    message = say(sent.link, text="Why?", at=AT)
    with pytest.raises(Refused):
        reply(message, text="Because.", by=ben, at=AT)
    with pytest.raises(Invalid):
        reply(message, text=" ", by=sent.version.quote.owner, at=AT)
    assert RoomMessage.objects.get().answer == ""


def test_a_colleague_gets_an_own_link_to_read(sent):
    shown = forward(sent.link, name="Al", email="al@acme.example", at=AT)
    letter = Mail.objects.get(secret=f"room-link:{shown.pk}")
    assert (letter.to, shown.right, shown.forwarded_by, shown.created_by) == (
        "al@acme.example",
        "view",
        sent.link,
        None,
    )
    assert "Cleo Hartmann sends you “Agent platform”" in letter.text
    token = address(shown.pk).split("/")[-2]
    assert (token != sent.token, open_room(token, at=AT)) == (True, shown)


def test_a_link_that_was_shown_goes_no_further(sent):
    shown = forward(sent.link, name="Al", email="al@acme.example", at=AT)
    with pytest.raises(Refused, match="A colleague showed you this quote"):
        forward(shown, name="Bo", email="bo@acme.example", at=AT)
    with pytest.raises(Invalid, match="has a link already"):
        forward(sent.link, name="Al", email="AL@acme.example", at=AT)
    with pytest.raises(Invalid):
        forward(sent.link, name=" ", email="bo@acme.example", at=AT)
    assert RoomLink.objects.count() == 2


def test_ten_colleagues_are_enough(sent):
    for n in range(MOST_FORWARDED):
        forward(sent.link, name="Al", email=f"al{n}@acme.example", at=AT)
    with pytest.raises(Refused, match="10 colleagues"):
        forward(sent.link, name="Bo", email="bo@acme.example", at=AT)
    assert RoomLink.objects.count() == 1 + MOST_FORWARDED


def test_a_mark_in_a_question_brings_nobodys_link(ada, sent):
    """What a mail fills in is named by the row, so words that look like the mark stay words."""
    other, _ = create_room_link(sent.version, name="Al", email="al@acme.example", by=ada, at=AT)
    message = say(sent.link, text=f"⟦…⟧ room-link:{other.pk}", at=AT)
    assert Mail.objects.get(key=f"room-message-{message.pk}").secret == ""
