"""Who is told of what happens to a quote, each as they chose."""

from datetime import timedelta

import pytest

from core import notices
from core.models import Mail, Notice
from quotes.actions.approvals import decide
from quotes.actions.desk import answer, ask_seller, ask_too, reassign
from quotes.actions.expiry import expire_due, warn_of_end
from quotes.models import QuoteVersion
from tests.factories import AT
from tests.quotes.views.deals import approved, submitted

pytestmark = pytest.mark.django_db


def told() -> list[tuple[str, str, str]]:
    rows = Notice.objects.order_by("pk").values_list("person__username", "event", "title")
    return [(who, event, title.removeprefix("Q-2026-0001: ")) for who, event, title in rows]


def forget() -> None:
    Notice.objects.all().delete()
    Mail.objects.all().delete()


@pytest.mark.parametrize(
    ("decision", "said"),
    [
        ("approve", "Ben Okafor has approved it"),
        ("request_changes", "Ben Okafor asks for changes"),
        ("reject", "Ben Okafor has rejected it"),
    ],
)
def test_the_owner_is_told_of_a_decision(ada, ben, decision, said):
    version = submitted(ada)
    forget()
    decide(version, decision=decision, sha256=version.sha256, by=ben, at=AT, comment="So be it.")
    assert told() == [("ada", "decision", said)]
    [mail] = Mail.objects.all()
    assert (mail.to, "So be it." in mail.text) == (ada.email, True)


def test_who_wants_no_mail_gets_none(ada, ben):
    notices.choose(ada, {"decision": "not"}, at=AT)
    notices.choose(ben, {"waiting": "app"}, at=AT)
    version = submitted(ada)
    assert [who for who, *_ in told()] == ["ben"]
    decide(version, decision="approve", sha256=version.sha256, by=ben, at=AT)
    assert ([who for who, *_ in told()], Mail.objects.count()) == (["ben"], 0)


def test_a_question_and_its_answer(ada, ben):
    version = submitted(ada)
    forget()
    question = ask_seller(version, text="Why?", by=ben, at=AT)
    answer(question, text="Because.", by=ada, at=AT)
    assert told() == [
        ("ada", "decision", "Ben Okafor asks you"),
        ("ben", "mention", "Ada Lindqvist answers you: Q-2026-0001"),
    ]


def test_who_gets_a_seat_is_told(ada, ben, fay):
    version = submitted(ada)
    forget()
    ask_too(version, whom=fay, why="New ground.", by=ben, at=AT)
    reassign(version, to=fay, by=ben, at=AT)
    assert [(who, event) for who, event, _ in told()] == [("fay", "waiting")] * 2


def test_an_end_is_told_once_before_and_once_after(ada):
    version = approved(ada)
    forget()
    end = QuoteVersion.objects.get(pk=version.pk).expires_at
    assert warn_of_end(at=end - timedelta(days=4)) == 0
    assert [warn_of_end(at=end - timedelta(days=2)) for _ in range(2)] == [1, 0]
    assert [expire_due(at=end) for _ in range(2)] == [1, 0]
    assert told() == [("ada", "expiring", "it ends within three days"), ("ada", "expiring", "it has expired")]
    assert Mail.objects.count() == 0
    assert notices.send_digests(at=end) == 1
