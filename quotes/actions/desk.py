"""Around a decision: hand a seat to a colleague, ask somebody else too, ask the seller, name a stand-in."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from core import audit, notices
from core.errors import Conflict, Forbidden, Invalid, refuse
from core.languages import HOUSE
from core.languages import lazily as _lazy
from core.models import User
from core.roles import Permission, may
from quotes.actions.approvals import open_approvals
from quotes.actions.letters import tell
from quotes.actions.moves import hold, record
from quotes.actions.reminding import notify
from quotes.actions.reminding import waiting as waiting_seats
from quotes.models import Approval, Delegation, Question, QuoteVersion
from quotes.queries.acting import acting
from quotes.rules.desk import why_not_delegate
from quotes.rules.transitions import Status
from quotes.rules.validity import today
from quotes.rules.verbs import why_not_decide, why_not_seller

AD_HOC_HOURS = 24


@transaction.atomic
def reassign(version: QuoteVersion, *, to: User, by: User, at: datetime) -> QuoteVersion:
    """Give the seats that wait for this person to one colleague, who must be able to decide."""
    fresh = hold(version)
    waiting = open_approvals(fresh)
    actor = acting(by, at=at, without=fresh.maker_ids)
    refuse(why_not_decide(fresh, by=by, seats=waiting, acting=actor))
    check_decider(to, fresh)
    if to.pk == by.pk:
        raise Invalid({"to": _("Choose a colleague, not yourself.")})
    mine = [seat for seat in waiting if actor.takes(seat)]
    Approval.objects.filter(pk__in=[seat.pk for seat in mine], decision="").update(assignee=to)
    record(by, "reassign", fresh, at=at, to=to.get_full_name() or to.username, rules=[seat.rule for seat in mine])
    hand_to(to, fresh, mine, at=at)
    return fresh


@transaction.atomic
def ask_too(version: QuoteVersion, *, whom: User, why: str, by: User, at: datetime) -> Approval:
    """Add an approver that no rule asked for, to the stage that waits now. Nobody takes them away again."""
    fresh = hold(version)
    waiting = open_approvals(fresh)
    if fresh.status != Status.SUBMITTED or not waiting:
        refuse(_("Approvers can be added only while a version waits for approval."))
    if not (may(by, Permission.DECIDE_APPROVALS) or not why_not_seller(fresh, by)):
        raise Forbidden(_("Adding an approver takes the seller or somebody who decides."))
    check_decider(whom, fresh)
    if not why.strip():
        raise Invalid({"why": _("Say why this person should look at it; they read it first.")})
    if Approval.objects.filter(version=fresh, rule=f"asked-{whom.pk}").exists():
        raise Invalid({"to": _("{name} was asked already.").format(name=whom.get_full_name() or whom.username)})
    added = Approval.objects.create(
        version=fresh,
        rule=f"asked-{whom.pk}",
        reason=why.strip()[:300],
        role=next(role for role in whom.roles if may_decide(role)),
        stage=waiting[0].stage,
        sha256=fresh.sha256,
        assignee=whom,
        asked_by=by,
        asked_at=at,
        due_hours=AD_HOC_HOURS,
        due_at=at + timedelta(hours=AD_HOC_HOURS),
    )
    record(by, "ask_too", fresh, at=at, to=whom.get_full_name() or whom.username, comment=why.strip())
    hand_to(whom, fresh, [added], at=at)
    return added


def hand_to(person: User, version: QuoteVersion, seats: Iterable[Approval], *, at: datetime) -> None:
    """Tell whoever has a seat of their own now."""
    for seat in waiting_seats().filter(version=version, pk__in=[seat.pk for seat in seats]):
        notify(seat, [person], "asked", _lazy("Please decide"), at=at)


def may_decide(role: str) -> bool:
    return may(Holder([role]), Permission.DECIDE_APPROVALS)


class Holder:
    """Somebody who holds these roles."""

    def __init__(self, roles: list[str]) -> None:
        self.roles = roles


def check_decider(person: User, version: QuoteVersion) -> None:
    name = person.get_full_name() or person.username
    if not person.is_active or not may(person, Permission.DECIDE_APPROVALS):
        raise Invalid({"to": _("{name} does not decide on approvals; choose deal desk or finance.").format(name=name)})
    if person.pk in version.maker_ids:
        raise Invalid(
            {"to": _("{name} created, edited or submitted this version; choose somebody else.").format(name=name)}
        )


@transaction.atomic
def ask_seller(version: QuoteVersion, *, text: str, by: User, at: datetime) -> Question:
    """A question to the seller; the version goes on waiting."""
    fresh = hold(version)
    if fresh.status != Status.SUBMITTED:
        refuse(_("Questions are asked while a version waits for approval."))
    if not may(by, Permission.DECIDE_APPROVALS):
        raise Forbidden(_("Asking the seller takes the role deal desk or finance."))
    if not text.strip():
        raise Invalid({"text": _("Write your question.")})
    question = Question.objects.create(version=fresh, text=text.strip(), asked_by=by, asked_at=at)
    record(by, "ask", fresh, at=at, comment=text.strip())
    what = _lazy("{name} asks you")
    tell(fresh, "decision", what, key=f"question-{question.pk}", at=at, said=text.strip(), name=by.full_name)
    return question


@transaction.atomic
def answer(question: Question, *, text: str, by: User, at: datetime) -> Question:
    """The seller's answer; the first one stays."""
    version = hold(question.version)
    refuse(why_not_seller(version, by))
    if not text.strip():
        raise Invalid({"answer": _("Write your answer.")})
    unanswered = Question.objects.filter(pk=question.pk, answer="")
    if unanswered.update(answer=text.strip(), answered_by=by, answered_at=at) != 1:
        raise Conflict(_("Somebody answered this question meanwhile."))
    record(by, "answer", version, at=at, comment=text.strip())
    question.refresh_from_db()
    tell_asker(question, version, by=by, at=at)
    return question


def tell_asker(question: Question, version: QuoteVersion, *, by: User, at: datetime) -> None:
    asker, number = question.asked_by, version.quote.number
    path = reverse("quotes:version", args=[number, version.number])
    with override(asker.language or HOUSE):
        title = _("{name} answers you: {number}").format(name=by.full_name, number=number)
        text = f"{question.text}\n\n{question.answer}"
        key = f"answer-{question.pk}"
        notices.give(asker, "mention", title, text, path=path, key=key, about=f"quote:{number}", at=at)


@transaction.atomic
def delegate(*, to: User, first: date, last: date, by: User, at: datetime) -> Delegation:
    """Let a colleague decide for oneself on these days."""
    people = sorted([by.pk, to.pk])
    list(User.objects.select_for_update().filter(pk__in=people).order_by("pk"))  # two delegations cannot cross
    overlapping = Delegation.objects.filter(first_day__lte=last, last_day__gte=first, ended_at=None)
    taken = overlapping.filter(Q(absent__in=people) | Q(stand_in=by)).values_list("absent_id", "stand_in_id")
    day = today(at, settings.SELLER["zone"])
    refuse(why_not_delegate(by, to, first, last, today=day, taken=taken))
    row = Delegation.objects.create(
        absent=by, stand_in=to, first_day=first, last_day=last, created_at=at, created_by=by
    )
    about = {"to": to.username, "first": first.isoformat(), "last": last.isoformat()}
    audit.record(by, "delegate", f"person:{by.username}", at=at, data=about)
    return row


@transaction.atomic
def end_delegation(row: Delegation, *, by: User, at: datetime) -> None:
    """Decide oneself again, from now on."""
    if row.absent_id != by.pk:
        raise Forbidden(_("Only who is away ends this."))
    if Delegation.objects.filter(pk=row.pk, ended_at=None).update(ended_at=at) != 1:
        raise Conflict(_("This has ended already."))
    audit.record(by, "end_delegation", f"person:{by.username}", at=at, data={"to": row.stand_in.username})
