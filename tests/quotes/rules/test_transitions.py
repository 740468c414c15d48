"""The table of transitions covers every status once and says everything that may happen."""

import pytest

from quotes.rules.transitions import (
    CLOSED,
    FROZEN,
    LABELS,
    LIVE,
    OWNERS,
    PAST,
    TRANSITIONS,
    Status,
    Verb,
    after,
    pairs,
    why_not,
)


def test_every_status_is_in_every_table_once():
    assert list(TRANSITIONS) == list(Status)
    assert list(OWNERS) == list(Status)
    assert list(LABELS) == list(Status)
    assert list(PAST) == list(Verb)


def test_live_and_closed_and_draft_are_all_there_is():
    assert LIVE | CLOSED | {Status.DRAFT} == set(Status)
    assert set() == LIVE & CLOSED
    assert set(Status) - {Status.DRAFT, Status.WITHDRAWN} == FROZEN


def test_every_status_can_be_reached_from_a_draft():
    reached, new = set(), {Status.DRAFT}
    while new:
        reached |= new
        new = {target for status in new for target in TRANSITIONS[status].values()} - reached
    assert reached == set(Status)


def test_only_the_customer_accepts_and_only_what_was_sent():
    assert {status for status, verbs in TRANSITIONS.items() if Verb.ACCEPT in verbs} == {Status.SENT}
    assert {status for status, verbs in TRANSITIONS.items() if Verb.SEND in verbs} == {Status.APPROVED}
    assert {status for status, verbs in TRANSITIONS.items() if Verb.APPROVE in verbs} == {Status.SUBMITTED}


def test_nothing_leads_back_to_a_draft():
    assert [pair for pair in pairs() if pair[1] == "draft"] == []


@pytest.mark.parametrize("verb", list(Verb))
@pytest.mark.parametrize("status", list(Status))
def test_the_sentence_and_the_table_agree(status, verb):
    allowed = after(status, verb) is not None
    assert (why_not(status, verb) == "") == allowed


def test_a_refusal_says_where_the_verb_works():
    assert why_not("sent", Verb.SUBMIT) == "This version is sent; only draft versions can be submitted."
    assert why_not("draft", Verb.WITHDRAW) == ""
    assert why_not("draft", Verb.REPLACE) == "This version is draft; only approved or sent versions can be replaced."
