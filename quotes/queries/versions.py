"""A quote's versions, what happened to them, and who decided what."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from core.audit import SYSTEM, history
from core.languages import lazily as _lazy
from core.models import AuditEntry, Mail, User
from core.retelling import retold
from core.roles import ROLE_NAMES
from core.verbs import verb_in_words
from quotes.models import Approval, QuoteVersion, RoomLink
from quotes.queries.letters import newest_of
from quotes.rules.transitions import LIVE, Status, Verb


@dataclass(frozen=True)
class VersionLink:
    number: int
    status: str
    current: bool
    at: datetime


def version_links(version: QuoteVersion) -> tuple[VersionLink, ...]:
    """All versions of the quote, the newest first; `current` is this one."""
    others = QuoteVersion.objects.filter(quote=version.quote_id).order_by("-number")
    return tuple(
        VersionLink(one.number, one.status, one.number == version.number, one.submitted_at or one.created_at)
        for one in others.only("number", "status", "submitted_at", "created_at", "quote_id")
    )


def live_status(version: QuoteVersion) -> str | None:
    """The status of the quote's other version that is with approvers, customer or billing, if there is one."""
    if version.number == 1 and version.status == Status.DRAFT:
        return None  # the only one
    others = QuoteVersion.objects.filter(quote=version.quote_id, status__in=LIVE).exclude(pk=version.pk)
    return others.values_list("status", flat=True).first()


def has_draft(version: QuoteVersion) -> bool:
    return QuoteVersion.objects.filter(quote=version.quote_id, status="draft").exists()


@dataclass(frozen=True)
class ApprovalRow:
    rule: str
    reason: str
    secret: bool
    who: str
    role: str
    stage: int
    assignee_id: int | None
    assignee: str
    escalated: bool
    status: str  # of core.statuses: pending, approved, changes_requested, rejected
    decided_by: str
    decided_at: datetime | None
    comment: str
    due_at: datetime | None = None
    on_behalf_of: str = ""
    asked_by: str = ""
    carried_from: int | None = None  # number of the version that was decided on


STATUS_OF = {
    "carry": "carried",
    "": "pending",
    "approve": "approved",
    "request_changes": "changes_requested",
    "reject": "rejected",
}


def approval_rows(version: QuoteVersion) -> tuple[ApprovalRow, ...]:
    """Every approval that the version needed, by stage."""
    found = (
        Approval.objects.filter(version=version)
        .select_related("decided_by", "assignee", "on_behalf_of", "asked_by", "carried_from__version")
        .order_by("stage", "pk")
    )
    return tuple(
        ApprovalRow(
            rule=one.rule,
            reason=one.reason,
            secret=one.secret,
            who=str(ROLE_NAMES.get(one.role, one.role)),
            role=one.role,
            stage=one.stage,
            assignee_id=one.assignee_id,
            assignee=name(one.assignee),
            escalated=one.escalated,
            on_behalf_of=name(one.on_behalf_of),
            asked_by=name(one.asked_by),
            status=STATUS_OF[one.decision],
            decided_by=name(one.decided_by),
            decided_at=one.decided_at,
            comment=one.comment,
            due_at=one.due_at,
            carried_from=one.carried_from.version.number if one.carried_from else None,
        )
        for one in found
    )


def name(person: User | None) -> str:
    return person.get_full_name() or person.username if person else ""


def open_seats(rows: Iterable[ApprovalRow]) -> list[ApprovalRow]:
    """The seats that the lowest undecided stage waits for."""
    waiting = [row for row in rows if row.status == "pending"]
    lowest = min((row.stage for row in waiting), default=0)
    return [row for row in waiting if row.stage == lowest]


@dataclass(frozen=True)
class Happening:
    """An entry of the timeline, in words."""

    at: datetime
    by: str
    text: str
    icon: str
    tone: str
    comment: str
    edits: tuple[int, int] | None = None
    """The places of the edits in the audit log, first and last, for whoever asks what they changed."""


WORDS: dict[str, tuple[str, str, str]] = {
    "create_quote": (_lazy("started the quote"), "plus", ""),
    "start_like": (_lazy("started it like {origin}"), "copy", ""),
    "start_from_crm": (_lazy("started it at the word of {system}"), "link", ""),
    "link_opportunity": (_lazy("linked it to opportunity {opportunity}"), "link", ""),
    "unlink_opportunity": (_lazy("took it off opportunity {opportunity}"), "link", ""),
    "create_draft": (_lazy("began version {version}"), "pencil", ""),
    "start_change": (_lazy("began to change contract {contract}"), "contract", ""),
    "supersede_contract": (_lazy("put {successor} in the place of contract {contract}"), "contract", ""),
    "create_contract": (_lazy("wrote contract {contract}"), "contract", ""),
    "remove_comment": (_lazy("removed a comment"), "minus", ""),
    "reopen_comment": (_lazy("opened a comment again"), "comment", ""),
    "submit": (_lazy("submitted version {version}"), "send", "accent"),
    "approve": (_lazy("approved version {version}"), "check", "good"),
    "decide": (_lazy("approved a rule of version {version}"), "check", "good"),
    "reassign": (_lazy("gave the approval of version {version} to {to}"), "person", ""),
    "ask_too": (_lazy("asked {to} too about version {version}"), "approval", ""),
    "ask": (_lazy("asked a question about version {version}"), "info", "accent"),
    "answer": (_lazy("answered a question about version {version}"), "info", ""),
    "escalate": (_lazy("rule {rule} of version {version} is overdue; finance may decide too"), "clock", "warn"),
    "carry": (_lazy("carried the approval of rule {rule} over from version {origin} to {version}"), "check", "good"),
    "request_changes": (_lazy("sent version {version} back for changes"), "return", "warn"),
    "reject": (_lazy("rejected version {version}"), "close", "bad"),
    "withdraw": (_lazy("withdrew version {version}"), "minus", ""),
    "revise": (_lazy("revised version {version} into a new draft"), "pencil", ""),
    "replace": (_lazy("replaced version {version}"), "catalog", ""),
    "send": (_lazy("sent version {version} to {to}"), "send", "accent"),
    "create_link": (_lazy("made a customer link for {to}"), "link", ""),
    "revoke_link": (_lazy("revoked the customer link of {to}"), "blocked", ""),
    "open_room": (_lazy("opened the customer page"), "eye", "accent"),
    "resend": (_lazy("mailed the customer link to {to} again"), "send", ""),
    "resend_mail": (_lazy("sent a mail to {to} again"), "send", ""),
    "bounce": (_lazy("the mail to {to} came back"), "return", "bad"),
    "forward": (_lazy("showed the quote to {to}"), "people", ""),
    "ask_seller": (_lazy("asked about {line}"), "info", "accent"),
    "ask_changes": (_lazy("asked for changes"), "return", "warn"),
    "ask_options": (_lazy("wished for options that need a new approval"), "plus", "warn"),
    "answer_customer": (_lazy("answered the customer"), "info", ""),
    "pick": (_lazy("picked {options}; version {version} has it"), "check", "accent"),
    "sign": (_lazy("signed version {version}"), "signature", "good"),
    "record_evidence": (_lazy("recorded what {to} signed on paper"), "signature", "good"),
    "countersign": (_lazy("signed version {version} for the company"), "signature", "good"),
    "accept": (_lazy("accepted version {version}"), "signature", "good"),
    "decline": (_lazy("declined version {version}"), "close", "bad"),
    "contract": (_lazy("made contract {contract} from version {version}"), "contract", "good"),
    "expire": (_lazy("version {version} expired"), "clock", ""),
}
EDITS = frozenset(
    {
        *("edit_version", "add_package", "add_guided", "add_price", "edit_line", "remove_line", "move_line"),
        *("edit_year", "add_text", "edit_text", "remove_text", "move_row", "move_section"),
        *("edit_lines", "remove_lines", "paste_rows", "remove_package", "refresh_forecast", "undo", "redo", "use_plan"),
        *("rearrange", "substitute"),
    }
)

SUCCEEDED = (Verb.REVISE, Verb.REPLACE)
"""Closed by the next version; the note says which."""


def timeline(version: QuoteVersion) -> tuple[Happening, ...]:
    """What happened to the quote, the latest first; a run of edits by one person is one entry."""
    entries = list(history(f"quote:{version.quote.number}").exclude(verb__in=["comment", "resolve_comment"]))
    names = full_names({entry.by for entry in entries})
    found: list[Happening] = []
    edits = first = 0
    for entry, following in zip(entries, [*entries[1:], None], strict=False):
        if entry.verb in EDITS:
            first = entry.position if not edits else first
            edits += 1
            if following and following.verb in EDITS and following.by == entry.by:
                continue
            found.append(edited(entry, edits, names, first=first))
            edits = 0
        else:
            found.append(happening(entry, names))
    return tuple(reversed(found))


def full_names(usernames: set[str]) -> dict[str, str]:
    people = User.objects.filter(username__in=usernames)
    return {person.username: person.get_full_name() or person.username for person in people}


def edited(entry: AuditEntry, count: int, names: dict[str, str], *, first: int) -> Happening:
    text = _("edited version {version}").format(version=entry.data.get("version", "")) + (
        _(" ({count} changes)").format(count=count) if count > 1 else ""
    )
    return Happening(entry.at, names.get(entry.by, entry.by), text, "pencil", "", "", (first, entry.position))


def happening(entry: AuditEntry, names: dict[str, str]) -> Happening:
    text, icon, tone = WORDS.get(entry.verb, (verb_in_words(entry.verb), "dot", ""))
    said = text.format_map(Blank(entry.data))
    by = "Quantile" if entry.by == SYSTEM else names.get(entry.by, entry.by)
    comment = remark_of(entry)
    if entry.by == SYSTEM or entry.verb in SUCCEEDED:  # what people wrote stays as they wrote it
        comment = retold(comment)
    return Happening(entry.at, by, said, icon, tone, comment)


def remark_of(entry: AuditEntry) -> str:
    """What somebody wrote to it."""
    said = (entry.data.get(name) for name in ("comment", "note", "reason"))
    return next((text for text in said if text and isinstance(text, str)), "")


class Blank(dict[str, Any]):
    """Leaves out what an entry does not say."""

    def __missing__(self, key: str) -> str:
        return ""


@dataclass(frozen=True)
class LinkRow:
    """A customer link; the token itself is not known any more."""

    pk: int
    name: str
    email: str
    right: str
    status: str  # of core.statuses: sending, sent, bounced, opened, signed, revoked or expired
    expires_at: datetime
    last_opened_at: datetime | None
    order: int
    signs: bool
    forwarded_by: str
    mail_error: str
    signed_at: datetime | None


def link_rows(version: QuoteVersion, *, at: datetime) -> tuple[LinkRow, ...]:
    rows = RoomLink.objects.filter(version=version).select_related("forwarded_by", "signature")
    links = list(rows.order_by("-created_at", "-pk"))
    mails = newest_of(links)
    return tuple(
        LinkRow(
            pk=link.pk,
            name=link.name,
            email=link.email,
            right=link.get_right_display(),
            status=link_status(link, mails.get(link.pk), at),
            expires_at=link.expires_at,
            last_opened_at=link.last_opened_at,
            order=link.order,
            signs=link.right == RoomLink.Right.SIGN,
            forwarded_by=link.forwarded_by.name if link.forwarded_by else "",
            mail_error=mails[link.pk].error if link.pk in mails else "",
            signed_at=link.signature.at if hasattr(link, "signature") else None,
        )
        for link in links
    )


def link_status(link: RoomLink, mail: Mail | None, at: datetime) -> str:
    """A mail that the server has not taken yet is still being sent, however often that was tried."""
    if hasattr(link, "signature"):
        return "signed"
    if link.revoked_at:
        return "revoked"
    if link.expires_at <= at:
        return "expired"
    if link.first_opened_at:
        return "opened"
    if mail is None:
        return "active"
    return "sending" if mail.state == Mail.State.QUEUED else mail.state
