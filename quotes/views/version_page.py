"""The page of a frozen version as plain values."""

import json
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _

from core.http import render_page
from core.languages import lazily as _lazy
from core.models import User
from core.roles import Permission, may
from quotes.forms.deciding import DecisionForm, LinkForm
from quotes.models import QuoteVersion
from quotes.queries.acting import acting
from quotes.queries.billable import unbillable
from quotes.queries.deals import deal_of
from quotes.queries.deciders import colleagues
from quotes.queries.priced import priced, usage_of
from quotes.queries.room import messages
from quotes.queries.signing import countersigner, signer_rows, waiting, wants_countersignature
from quotes.queries.timeline import story
from quotes.queries.versions import (
    ApprovalRow,
    approval_rows,
    full_names,
    has_draft,
    link_rows,
    live_status,
    open_seats,
    version_links,
)
from quotes.rules import verbs
from quotes.rules.billable import Unbillable
from quotes.rules.desk import Acting
from quotes.rules.transitions import Status
from quotes.views.draft_page import deal_context, forecast_context
from quotes.views.edits import Edit
from quotes.views.line_views import line_views
from quotes.views.text_views import outline_views

TEMPLATE = "quotes/version.html"
STEPS = (
    (_lazy("Submitted"), "submitted_at"),
    (_lazy("Approved"), "approved_at"),
    (_lazy("Sent"), "sent_at"),
    (_lazy("Accepted"), "accepted_at"),
)
ADDRESSES = (
    "withdrawal",
    "revision",
    "alternative",
    "sending",
    "links",
    "countersignature",
    "decision",
    "document",
    "reassignment",
    "further_approval",
    "questions",
)
PARTS = ("status-line", "decision", "approvals", "seller-actions", "links", "customer-questions", "timeline")


def show_version(
    request: HttpRequest, user: User, version: QuoteVersion, *, part: str | None = None, status: int = 200, **more: Any
) -> HttpResponse:
    """The page; or the parts that a step in the version's life changes."""
    context = {**version_context(user, version, at=now()), **more}
    oob = tuple(name for name in PARTS if name != part)
    return render_page(request, TEMPLATE, context, part=part, oob=oob, status=status)


def version_context(user: User, version: QuoteVersion, *, at: datetime) -> dict[str, Any]:
    quote = version.quote
    deal = priced(version, with_margin=may(user, Permission.SEE_MARGIN))
    rows = line_views(version, deal, Edit())
    approvals = approval_rows(version)
    number = [quote.number, version.number]
    links = link_rows(version, at=at) if version.sent_at else ()
    return {
        "version": version,
        "quote": quote,
        "customer": quote.customer,
        "owner": quote.owner.get_full_name() or quote.owner.username,
        "currency": version.currency,
        "snapshot": json.loads(version.snapshot) if version.snapshot else None,
        "versions": version_links(version),
        "steps": steps(version),
        "editable": False,
        **deal_context(deal, rows),
        **forecast_context(deal),
        "outline": outline_views(version, deal, rows, Edit()),
        "approvals": approvals,
        "unbillable": not_billable(version),
        "story": story(version, user),
        "links": links,
        "mail_waits": version.status == Status.SENT and any(link.status == "sending" for link in links),
        "asked": messages(version) if version.snapshot else (),
        **signing_context(user, version, at=at),
        "urls": {name: reverse(f"quotes:{name}", args=number) for name in ADDRESSES},
        "contract": getattr(version, "contract", None),
        "closed_by": full_name(version.closed_by),
        "withdraw_label": _("Recall") if version.status == Status.SUBMITTED else _("Withdraw"),
        "decision_form": DecisionForm(),
        "link_form": LinkForm(auto_id="link-%s"),
        **desk_context(user, version, approvals, at=at),
        **choices(user, version, at=at),
    }


def not_billable(version: QuoteVersion) -> list[Unbillable]:
    """What billing could not bill if the version were accepted: contracts may go elsewhere since it was submitted."""
    if version.status not in (Status.SUBMITTED, Status.APPROVED, Status.CHANGES_REQUESTED):
        return []
    deal = deal_of(version)
    return unbillable(version, deal, None) and unbillable(version, deal, usage_of(version))


def signing_context(user: User, version: QuoteVersion, *, at: datetime) -> dict[str, Any]:
    """Who signs, and whether this person signs for the company now."""
    if not version.sent_at:
        return {}
    asked = wants_countersignature(version.pk)
    names = [one.name for one in waiting(version.pk)]
    return {
        "signers": signer_rows(version, seller=settings.SELLER["name"]),
        "countersign": asked and not verbs.why_not_countersign(version, at=at, names=names),
        "why_not_countersign": verbs.why_not_countersign(
            version, at=at, by=user, names=names, signer=countersigner(version.pk)
        ),
    }


def full_name(username: str) -> str:
    """Who closed it: a colleague by full name, the customer as recorded."""
    return full_names({username}).get(username, username) if username else ""


def steps(version: QuoteVersion) -> list[dict[str, Any]]:
    """The way of a version, with the time of each step that it has taken."""
    taken = [(label, getattr(version, name)) for label, name in STEPS]
    at = sum(1 for _, when in taken if when)
    return [
        {"label": label, "at": when, "done": when is not None, "current": place == at and not version.closed_at}
        for place, (label, when) in enumerate(taken)
    ]


def desk_context(
    user: User, version: QuoteVersion, approvals: tuple[ApprovalRow, ...], *, at: datetime
) -> dict[str, Any]:
    """What somebody who decides needs: their seats, colleagues to hand them to, questions."""
    decider = may(user, Permission.DECIDE_APPROVALS) and version.status == Status.SUBMITTED
    actor = acting(user, at=at, without=version.maker_ids) if decider else Acting(user, {})
    seats = open_seats(approvals) if version.status == Status.SUBMITTED else []
    return {
        "decider": decider,
        "my_seats": [seat for seat in seats if actor.takes(seat)],
        "why_not_decide": verbs.why_not_decide(version, by=user, seats=seats, acting=actor),
        "colleagues": colleagues(user, version) if seats else [],
        "can_ask_too": bool(seats) and (decider or not verbs.why_not_seller(version, user)),
        "questions": list(version.questions.select_related("asked_by", "answered_by").order_by("pk")),
        "can_answer": not verbs.why_not_seller(version, user),
    }


def choices(user: User, version: QuoteVersion, *, at: datetime) -> dict[str, Any]:
    """What may be done next, and by this person; "" is yes, a sentence is the reason why not."""
    live = live_status(version)
    draft = has_draft(version)
    seller = may(user, Permission.EDIT_QUOTES)
    return {
        "seller": seller,
        "can_withdraw": not verbs.why_not_withdraw(version),
        "why_not_withdraw": verbs.why_not_withdraw(version, by=user),
        "can_revise": not verbs.why_not_revise(version),
        "why_not_revise": verbs.why_not_revise(version, by=user, has_draft=draft, live=live),
        "has_draft": draft,
        "can_send": version.status == Status.APPROVED,
        "why_not_send": verbs.why_not_send(version, at=at, by=user),
        "can_share": version.status == Status.SENT,
        "why_not_share": verbs.why_not_share(version, at=at, by=user),
        "contacts": list(version.quote.customer.contacts.order_by("name", "pk")) if seller else [],
    }
