"""May this be done now, and by this person? The two questions as tables."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from quotes.rules import verbs
from quotes.rules.transitions import Status

AT = datetime(2026, 11, 24, tzinfo=UTC)
OWNER, OTHER = 1, 2


@dataclass
class Seat:
    role: str
    assignee_id: int | None = None
    escalated: bool = False


@dataclass
class Person:
    pk: int = OWNER
    roles: list[str] = field(default_factory=lambda: ["sales"])


@dataclass
class Version:
    status: str
    owner_id: int = OWNER
    maker_ids: set[int] = field(default_factory=lambda: {OWNER})
    over: bool = False

    def expired(self, at: datetime) -> bool:
        return self.over


STATES = {
    "edit": (verbs.why_not_edit, {}, {"draft"}),
    "submit": (verbs.why_not_submit, {}, {"draft"}),
    "withdraw": (verbs.why_not_withdraw, {}, {"draft", "submitted", "changes_requested", "approved", "sent"}),
    "revise": (
        verbs.why_not_revise,
        {},
        set(Status) - {Status.DRAFT, Status.ACCEPTED, Status.CONTRACTED, Status.SUPERSEDED},
    ),
    "decide": (verbs.why_not_decide, {}, {"submitted"}),
    "send": (verbs.why_not_send, {"at": AT}, {"approved"}),
    "share": (verbs.why_not_share, {"at": AT}, {"sent"}),
    "accept": (verbs.why_not_accept, {"at": AT}, {"sent"}),
    "decline": (verbs.why_not_decline, {"at": AT}, {"sent"}),
}


@pytest.mark.parametrize("verb", STATES)
def test_which_states_allow_it(verb):
    rule, given, allowed = STATES[verb]
    assert {status for status in Status if rule(Version(status), **given) == ""} == allowed


@pytest.mark.parametrize("verb", STATES)
def test_every_refusal_is_a_sentence(verb):
    rule, given, _ = STATES[verb]
    answers = [rule(Version(status), **given) for status in Status]
    assert [text for text in answers if text and not (text[0].isupper() and text.endswith("."))] == []


@pytest.mark.parametrize("verb", ["send", "share", "accept", "decline"])
def test_what_is_over_is_over(verb):
    rule, given, [status] = STATES[verb]
    assert "expired" in rule(Version(status, over=True), **given)


@pytest.mark.parametrize(
    ("person", "may"),
    [
        (Person(), True),
        (Person(OTHER), False),
        (Person(OTHER, ["deal_desk"]), False),
        (Person(OTHER, ["sales", "deal_desk"]), True),
        (Person(OWNER, []), False),
        (Person(OWNER, ["finance"]), False),
    ],
)
@pytest.mark.parametrize("verb", ["edit", "submit", "withdraw", "revise", "send", "share"])
def test_who_works_on_a_quote(verb, person, may):
    rule, given, allowed = STATES[verb]
    assert (rule(Version(min(allowed)), by=person, **given) == "") == may


@pytest.mark.parametrize(
    ("person", "may"),
    [
        (Person(OTHER, ["deal_desk"]), True),
        (Person(OTHER, ["finance"]), False),
        (Person(OTHER, ["sales"]), False),
        (Person(OWNER, ["deal_desk"]), False),
        (Person(3, ["deal_desk"]), False),
    ],
)
def test_who_decides(person, may):
    rule = verbs.why_not_decide(Version("submitted"), by=person, seats=[Seat("deal_desk")], decider_ids=[3])
    assert (rule == "") == may


def test_problems_are_told_together():
    assert verbs.why_not_submit(Version("draft"), problems=["One.", "Two."]) == "One. Two."


@pytest.mark.parametrize("live", ["accepted", "contracted"])
def test_after_a_yes_there_is_no_other_version(live):
    assert "accepted" in verbs.why_not_submit(Version("draft"), live=live)
    assert "accepted" in verbs.why_not_revise(Version("declined"), live=live)


def test_a_reader_is_told_who_can_help():
    text = verbs.why_not_accept(Version("sent"), at=AT, may_sign=False)
    assert text == "This link is for reading. Please ask your contact for one that may accept."
