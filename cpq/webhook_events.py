"""What others may be told of: entries of the audit log by their names outside. docs/WEBHOOKS.md is made from it."""

from core.announcing import Event
from core.languages import lazily as _

VERSION = ("version", "sha256")

EVENTS: tuple[Event, ...] = (
    Event(
        "quote.linked",
        "quote",
        "link_opportunity",
        _("A quote was linked to an opportunity of the CRM"),
        ("system", "opportunity"),
    ),
    Event("quote.submitted", "quote", "submit", _("A version was submitted for approval and is frozen"), VERSION),
    Event("quote.approved", "quote", "approve", _("The last missing approval was given, or none was needed"), VERSION),
    Event("quote.rejected", "quote", "reject", _("An approver rejected a version"), VERSION),
    Event("quote.changes_requested", "quote", "request_changes", _("An approver asks for changes"), VERSION),
    Event("quote.sent", "quote", "send", _("A version went to the customer"), VERSION),
    Event("quote.signed", "quote", "sign", _("Somebody of the customer signed"), (*VERSION, "total")),
    Event("quote.accepted", "quote", "accept", _("The customer accepted"), (*VERSION, "total")),
    Event("quote.declined", "quote", "decline", _("The customer declined"), VERSION),
    Event("quote.withdrawn", "quote", "withdraw", _("The seller took a version back"), VERSION),
    Event("quote.superseded", "quote", "replace", _("A newer version took the place of one"), VERSION),
    Event("quote.expired", "quote", "expire", _("A version was not accepted in time"), VERSION),
    Event("approval.decided", "quote", "decide", _("One approver decided"), (*VERSION, "decision", "rules")),
    Event("contract.created", "quote", "create_contract", _("A contract was made"), (*VERSION, "contract")),
    Event(
        "contract.superseded",
        "quote",
        "supersede_contract",
        _("A contract took the place of another"),
        (*VERSION, "contract", "successor"),
    ),
    Event(
        "contract.confirmed",
        "quote",
        "contract",
        _("The billing system has the contract"),
        (*VERSION, "contract", "reference"),
    ),
    Event("delivery.succeeded", "contract", "deliver", _("A contract was handed to billing"), ("target", "reference")),
    Event("delivery.waiting", "contract", "postpone_delivery", _("Billing did not answer yet"), ("target", "attempt")),
    Event("delivery.stopped", "contract", "stop_delivery", _("A hand-off needs a person"), ("target", "attempt")),
    Event("delivery.drifted", "contract", "find_drift", _("Billing holds something else"), ("target", "reference")),
)
