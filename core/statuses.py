"""How a status looks: word, icon and tone, so that colour is never the only sign."""

from typing import NamedTuple


class Look(NamedTuple):
    label: str
    icon: str
    tone: str  # neutral, accent, info, good, warn, bad, solid


UNKNOWN_ICON = "dot"

LOOKS = {
    # quote versions
    "draft": Look("Draft", "draft", "neutral"),
    "submitted": Look("Waiting for approval", "half", "warn"),
    "changes_requested": Look("Changes requested", "return", "warn"),
    "approved": Look("Approved", "check", "good"),
    "rejected": Look("Rejected", "close", "bad"),
    "withdrawn": Look("Withdrawn", "minus", "neutral"),
    "sent": Look("Sent", "send", "accent"),
    "accepted": Look("Accepted", "double-check", "good"),
    "contracted": Look("Contracted", "signature", "solid"),
    "declined": Look("Declined", "close", "bad"),
    "expired": Look("Expired", "clock", "neutral"),
    "superseded": Look("Superseded", "catalog", "neutral"),
    # approvals
    "pending": Look("Waiting", "half", "warn"),
    "carried": Look("Carried over", "check", "good"),
    "skipped": Look("Not needed", "minus", "neutral"),
    # deliveries
    "queued": Look("Queued", "clock", "neutral"),
    "sending": Look("Sending", "send", "info"),
    "created": Look("Created", "check", "good"),
    "waiting": Look("Waiting for billing", "half", "warn"),
    "needs_person": Look("Needs a person", "alert", "bad"),
    # price books, links, jobs
    "published": Look("Published", "check", "good"),
    "retired": Look("Retired", "minus", "neutral"),
    "standard": Look("Standard", "check", "good"),
    "active": Look("Active", "check", "good"),
    "revoked": Look("Revoked", "blocked", "neutral"),
    "opened": Look("Opened", "eye", "info"),
    "previewed": Look("Previewed", "eye", "info"),
    "recorded": Look("Recorded", "check", "good"),
    "discarded": Look("Discarded", "minus", "neutral"),
    "running": Look("Running", "half", "info"),
    "done": Look("Done", "check", "good"),
    "cancelled": Look("Cancelled", "minus", "neutral"),
    "failed": Look("Failed", "alert", "bad"),
}


def look_of(status: str) -> Look:
    """The look of a status; a word unknown here is shown as it is."""
    return LOOKS.get(status) or Look(status.replace("_", " ").capitalize(), UNKNOWN_ICON, "neutral")
