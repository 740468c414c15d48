from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import Conflict, Invalid, refuse
from core.languages import lazily as _lazy
from core.models import User
from quotes.actions import letters
from quotes.actions.asking import open_stage
from quotes.actions.contracts import make_at_approval
from quotes.actions.moves import close, hold, move, record
from quotes.actions.reminding import tell
from quotes.models import Approval, QuoteVersion
from quotes.queries.acting import acting
from quotes.queries.billable import why_not_bill
from quotes.queries.deciders import faster
from quotes.rules.desk import Acting
from quotes.rules.transitions import Verb
from quotes.rules.verbs import why_not_decide

VERBS = {
    Approval.Decision.APPROVE: Verb.APPROVE,
    Approval.Decision.REQUEST_CHANGES: Verb.REQUEST_CHANGES,
    Approval.Decision.REJECT: Verb.REJECT,
}


DECIDED = {
    Approval.Decision.APPROVE: _lazy("{name} has approved it"),
    Approval.Decision.REQUEST_CHANGES: _lazy("{name} asks for changes"),
    Approval.Decision.REJECT: _lazy("{name} has rejected it"),
}


@transaction.atomic
def decide(
    version: QuoteVersion, *, decision: str, sha256: str, by: User, at: datetime, comment: str = ""
) -> QuoteVersion:
    """Decide for every open approval that waits for this person, or for a colleague they stand in for.

    `decision` is approve, request_changes or reject (the last two need a comment). `sha256` is the hash of the version
    that the person looked at; another one is a Conflict. The last missing approval approves the version; one refusal
    ends it.
    """
    check(decision, comment)
    fresh = hold(version)
    waiting = open_approvals(fresh)
    deciders = Approval.objects.filter(version=fresh).exclude(decision="").values_list("decided_by_id", flat=True)
    actor = acting(by, at=at, without=fresh.maker_ids)
    why_not = why_not_decide(fresh, by=by, seats=waiting, acting=actor, decider_ids=list(deciders))
    refuse(why_not and (faster(fresh) or why_not))
    if sha256 != fresh.sha256:
        raise Conflict(_("The version that you looked at is not the one that waits for approval. Look at it again."))
    if decision == Approval.Decision.APPROVE:
        refuse(why_not_bill(fresh))
    mine = one_seat_of_each_rule(taken_first(waiting, actor))
    for approval in mine:
        whom = actor.for_whom(approval)
        settle(approval, decision=decision, by=by, at=at, comment=comment, absent_id=whom if whom != by.pk else None)
    rules = [approval.rule for approval in mine]
    if decision != Approval.Decision.APPROVE:
        closed = close(fresh, VERBS[Approval.Decision(decision)], by=by, at=at, note=comment.strip())
        tell_owner(closed, decision, by=by, at=at, said=comment.strip())
        return closed
    record(by, "decide", fresh, at=at, decision=decision, rules=rules, comment=comment)
    if Approval.objects.filter(version=fresh, decision="").exists():
        open_stage(fresh, at=at)
        tell(fresh, at=at)
    else:
        approve(fresh, by=by, at=at)
        tell_owner(fresh, decision, by=by, at=at, said=comment.strip())
    return fresh


def tell_owner(version: QuoteVersion, decision: str, *, by: User, at: datetime, said: str) -> None:
    """When it is decided; not of each seat."""
    key = f"decided-{version.pk}"
    letters.tell(
        version, "decision", DECIDED[Approval.Decision(decision)], key=key, at=at, said=said, name=by.full_name
    )


def check(decision: str, comment: str) -> None:
    if decision not in Approval.Decision:
        raise Invalid({"decision": _("Choose approve, request changes or reject.")})
    if decision != Approval.Decision.APPROVE and not comment.strip():
        raise Invalid({"comment": _("Say why, so that the seller knows what to change.")})


def open_approvals(version: QuoteVersion) -> list[Approval]:
    """The undecided approvals of the lowest stage that has any."""
    waiting = list(Approval.objects.filter(version=version, decision="").order_by("stage", "pk"))
    return [approval for approval in waiting if approval.stage == waiting[0].stage]


def taken_first(waiting: Iterable[Approval], actor: Acting) -> list[Approval]:
    """The seats that this person takes: of one role at a time, so that one person never stands for two roles."""
    mine = [approval for approval in waiting if actor.takes(approval)]
    return [approval for approval in mine if approval.role == mine[0].role]


def one_seat_of_each_rule(waiting: Iterable[Approval]) -> list[Approval]:
    """A rule that wants two people wants two: one person takes one of its seats."""
    seats: dict[str, Approval] = {}
    for approval in waiting:
        seats.setdefault(approval.rule, approval)
    return list(seats.values())


def settle(
    approval: Approval, *, decision: str, by: User, at: datetime, comment: str, absent_id: int | None = None
) -> None:
    rows = Approval.objects.filter(pk=approval.pk, decision="")
    said = {"decision": decision, "decided_by": by, "decided_at": at, "comment": comment.strip()}
    if rows.update(**said, on_behalf_of=absent_id) != 1:
        raise Conflict(_("Somebody else decided on this approval first."))


def approve(version: QuoteVersion, *, by: User | None, at: datetime, reason: str = "") -> None:
    """The move to approved; where no person needed to decide, `reason` says why."""
    move(version, Verb.APPROVE, approved_at=at)
    record(by, Verb.APPROVE, version, at=at, reason=reason)
    make_at_approval(version, at=at)
