"""What is told to a CRM and read from it, by our names: the two sides of a mapping. Pure."""

from typing import NamedTuple

from core.languages import lazily as _


class Fact(NamedTuple):
    """Something that a CRM may be told of a quote."""

    key: str
    label: str
    money: bool = False
    help: str = ""


FACTS = (
    Fact("stage", _("Stage"), help=_("As named below.")),
    Fact("committed", _("Committed total"), money=True),
    Fact("expected", _("Expected total (P50)"), money=True),
    Fact("annual", _("Committed in a year"), money=True),
    Fact("close_date", _("Close date"), help=_("The day of acceptance; before it the last valid day.")),
    Fact("quote", _("Number of the quote")),
    Fact("version", _("Version")),
    Fact("status", _("Status")),
    Fact("url", _("Address of the quote’s page")),
    Fact("title", _("Title")),
    Fact("currency", _("Currency")),
    Fact("start", _("Start")),
    Fact("months", _("Term in months")),
    Fact("valid_until", _("Valid until")),
    Fact("discount_percent", _("Quote discount in percent")),
    Fact("contract", _("Number of the contract")),
)

EVENTS = {
    "quote.linked": _("Linked to the opportunity"),
    "quote.submitted": _("Submitted for approval"),
    "quote.changes_requested": _("Changes requested"),
    "quote.rejected": _("Rejected"),
    "quote.approved": _("Approved"),
    "quote.sent": _("Sent to the customer"),
    "quote.accepted": _("Accepted"),
    "quote.declined": _("Declined"),
    "quote.withdrawn": _("Withdrawn"),
    "quote.expired": _("Expired"),
    "contract.created": _("Contract made"),
}
"""What happens to a quote that a CRM is told of, by its name among the webhooks' events."""


class Read(NamedTuple):
    """Something that a CRM may tell of an opportunity."""

    key: str
    label: str
    help: str = ""


READS = (
    Read("id", _("Id of the opportunity")),
    Read("name", _("Name")),
    Read("url", _("Address in the CRM")),
    Read("stage", _("Stage")),
    Read("amount", _("Amount")),
    Read("currency", _("Currency")),
    Read("close_date", _("Close date")),
    Read("owner", _("Owner’s e-mail address"), _("Whose account sells: the draft is started in their name.")),
    Read("account_id", _("Id of the account"), _("Known customers are found by it first.")),
    Read("domain", _("Domain of the account"), _("Next by this, such as acme.example.")),
    Read("account", _("Name of the account"), _("And at last by their name.")),
    Read("country", _("Country of the account"), _("Two letters; for customers who are not known yet.")),
    Read("segment", _("Segment of the account"), _("startup, mid_market or enterprise; the same.")),
    Read("package", _("Code of a package"), _("The draft is filled with it.")),
    Read("months", _("Term in months")),
)
