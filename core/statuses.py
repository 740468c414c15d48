"""How a status looks: word, icon and tone, so that colour is never the only sign."""

from typing import NamedTuple

from core.languages import lazily as _


class Look(NamedTuple):
    label: str
    icon: str
    tone: str  # neutral, accent, info, good, warn, bad, solid


UNKNOWN_ICON = "dot"

LOOKS = {
    # quote versions
    "draft": Look(_("Draft"), "draft", "neutral"),
    "submitted": Look(_("Waiting for approval"), "half", "warn"),
    "changes_requested": Look(_("Changes requested"), "return", "warn"),
    "approved": Look(_("Approved"), "check", "good"),
    "rejected": Look(_("Rejected"), "close", "bad"),
    "withdrawn": Look(_("Withdrawn"), "minus", "neutral"),
    "sent": Look(_("Sent"), "send", "accent"),
    "accepted": Look(_("Accepted"), "double-check", "good"),
    "contracted": Look(_("Contracted"), "signature", "solid"),
    "declined": Look(_("Declined"), "close", "bad"),
    "expired": Look(_("Expired"), "clock", "neutral"),
    "superseded": Look(_("Superseded"), "catalog", "neutral"),
    # approvals
    "pending": Look(_("Waiting"), "half", "warn"),
    "carried": Look(_("Carried over"), "check", "good"),
    "skipped": Look(_("Not needed"), "minus", "neutral"),
    # deliveries
    "unsigned": Look(_("Awaits the customer"), "half", "neutral"),
    "queued": Look(_("Queued"), "clock", "neutral"),
    "sending": Look(_("Sending"), "send", "info"),
    "created": Look(_("Created"), "check", "good"),
    "waiting": Look(_("Waiting for billing"), "half", "warn"),
    "drifted": Look(_("Differs in billing"), "alert", "bad"),
    "needs_person": Look(_("Needs a person"), "alert", "bad"),
    # price books, links, jobs
    "published": Look(_("Published"), "check", "good"),
    "retired": Look(_("Retired"), "minus", "neutral"),
    "standard": Look(_("Standard"), "check", "good"),
    "active": Look(_("Active"), "check", "good"),
    "revoked": Look(_("Revoked"), "blocked", "neutral"),
    "signed": Look(_("Signed"), "signature", "good"),
    "opened": Look(_("Opened"), "eye", "info"),
    "previewed": Look(_("Previewed"), "eye", "info"),
    "recorded": Look(_("Recorded"), "check", "good"),
    "discarded": Look(_("Discarded"), "minus", "neutral"),
    "running": Look(_("Running"), "half", "info"),
    "done": Look(_("Done"), "check", "good"),
    "cancelled": Look(_("Cancelled"), "minus", "neutral"),
    "bounced": Look(_("Came back"), "return", "bad"),
    "failed": Look(_("Failed"), "alert", "bad"),
}


def look_of(status: str) -> Look:
    """The look of a status; a word unknown here is shown as it is."""
    return LOOKS.get(status) or Look(status.replace("_", " ").capitalize(), UNKNOWN_ICON, "neutral")
