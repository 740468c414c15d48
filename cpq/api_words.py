"""What the description of the API says of all rooms alike: groups, parts of addresses, words of a closed list."""

from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]

GROUPS = {
    "approval-rules": "Which quotes ask whom: rules as drafts, published by a second person.",
    "approvals": "What waits for your decision, who else decides, and who stands in for whom.",
    "audit": "Everything that was changed, by whom, in a chain that shows gaps.",
    "billing": "Accounts with billing systems, and which contracts go to which of them.",
    "catalog": "Meters, products and price books, to read and as code to plan and apply.",
    "contracts": "Contracts, how each was handed to billing, and quotes that change them.",
    "crm": "Connections of CRMs: secrets, mappings, what came in.",
    "customers": "Customers with their contacts, usage, forecasts and scenarios.",
    "documents": "Clauses and layouts of quotes, as drafts, published by a second person.",
    "events": "Usage as it happens: CloudEvents, each counted once.",
    "forecasts": "Forecasts of all customers as jobs.",
    "mails": "What was written to people.",
    "notices": "What you were told, and how you want to be told.",
    "opportunities": "Deals as the CRM tells of them.",
    "price": "What usage costs on given terms; nothing is stored.",
    "quotes": "Quotes from the first draft to the signature.",
    "sellers": "The companies that sell, and what stands on their documents.",
    "templates": "Quotes kept as patterns for others.",
    "usage-imports": "Files of usage: brought, looked at, recorded as jobs.",
    "views": "Lists of quotes kept under a name.",
    "webhooks": "Addresses that are told of events, and what was sent there.",
}
PARTS = {
    "code": "As the list names it.",
    "id": "As the list has it.",
    "key": "Of the line, section or note: as `lines/` or `texts/` has it.",
    "message": "The id of the message.",
    "mode": "`sandbox` or `production`.",
    "number": "Of the quote, such as Q-2026-0042.",
    "package": "The code of a package of the version's price book.",
    "slug": "Of the customer, such as acme.",
    "system": "The name under which the CRM is connected, such as salesforce.",
    "target": "The billing system, as `billing/systems/` names it.",
    "version": "Its number; the first is 1.",
    "version_number": "Which version of the quote; the first is 1.",
    "year": "Of the term; the second is 2.",
}
PARTS_OF_GROUP = {
    ("catalog", "code"): "Of the price book; outside production with the environment before it, `staging.standard`.",
    ("contracts", "number"): "Of the contract, such as C-2026-0042.",
    ("documents", "code"): "Of the clause or layout, such as liability.",
    ("sellers", "code"): "Of the company that sells, such as northlight-eu.",
}
WORDS = (
    {
        "draft": "being written",
        "submitted": "waits for approvals",
        "changes_requested": "an approver wants changes",
        "rejected": "an approver said no",
        "approved": "may be sent",
        "sent": "is with the customer",
        "accepted": "signed by all",
        "declined": "the customer said no",
        "withdrawn": "taken back by the seller",
        "expired": "its last valid day is over",
        "superseded": "a later version took its place",
        "contracted": "signed, and the contract is with billing",
    },
    {"draft": "being written", "published": "in force, never changes", "retired": "no longer used"},
    {
        "standard": "as it comes with Quantile, changed by nobody",
        "draft": "being written",
        "published": "in force",
        "retired": "no longer used",
    },
    {"sandbox": "for trials", "production": "where customers are billed"},
    {
        "development": "where books are written",
        "staging": "where they are tried",
        "production": "what is sold from",
    },
    {"staging": "where books are tried", "production": "what is sold from"},
    {"accepted": "counted", "duplicate": "was there already", "rejected": "not counted; `reason` says why"},
    {"+": "new", "~": "changed", "-": "removed"},
    {
        "always": "on every quote",
        "metered": "where usage is billed",
        "credits": "where credits are prepaid",
        "commitments": "where a minimum is committed",
        "options": "where the customer may choose lines",
    },
    {
        "unsigned": "made at approval, waits for the signature",
        "queued": "on its way",
        "sending": "being created there",
        "waiting": "billing gave no clear answer; it is asked again by itself",
        "created": "there, and as agreed",
        "drifted": "there, but otherwise than agreed",
        "needs_person": "stopped; somebody has to look",
    },
    {
        "amendment": "other terms from a month on",
        "renewal": "a new term after the end",
        "early_end": "ends sooner",
        "addition": "more beside it",
    },
    {"en": "English", "de": "German"},
    {"": "every language", "en": "English", "de": "German"},
    {"approve": "yes", "request_changes": "not like this; back to the seller", "reject": "no"},
    {
        "growth": "more each year",
        "adoption": "a curve from some to many users",
        "seats": "people by phase",
        "step": "from a day on more or less, until an end if it has one",
        "churn": "a share goes away, or may",
        "migration": "from one model to another",
        "price": "usage follows the price",
    },
    {
        "previewed": "kept and looked at",
        "queued": "waits for a worker",
        "running": "being read",
        "failed": "stopped; recording goes on where it stopped",
        "recorded": "done",
        "discarded": "thrown away",
    },
    {"events": "each row is kept as an event", "bulk": "totals only, for large files"},
    {"running": "workers are at it", "done": "all of it", "cancelled": "what was done stays"},
    {
        "queued": "waits to be sent",
        "sending": "being sent",
        "sent": "taken by the mail server",
        "failed": "the mail server did not take it",
        "bounced": "it came back",
    },
    {"view": "read", "sign": "read and sign"},
    {"pending": "waits, and is tried again", "sent": "taken"},
    {
        "question": "they ask",
        "changes": "they wish for another version",
        "options": "they chose options that need a new approval",
    },
    {"deal_desk": "the role deal desk", "finance": "the role finance"},
    {"acceptance": "when the customer has signed", "approval": "when the last approver agreed"},
    {"customer": "as usual in the customer's country", "A4": "210 × 297 mm", "Letter": "8.5 × 11 in"},
    {"section": "a heading with what is under it", "note": "a text between lines"},
    {"mail": "at once by mail", "digest": "in a daily mail", "app": "only here", "not": "not at all"},
    {"none": "nothing", "credit": "prepaid credits", "commitment": "a committed minimum"},
    {"new": "adds a line", "changed": "changes one", "same": "changes nothing", "problem": "cannot be done"},
    {"taken": "read and acted on", "refused": "not acted on; `answer` says why"},
    {"open": "not decided", "won": "they buy", "lost": "they do not"},
    {"open": "not resolved", "resolved": "done with"},
)
MEANINGS = {frozenset(words): words for words in WORDS}


def worded(result: Json, **_: Any) -> Json:
    """A hook of the generator, after all others."""
    result["tags"] = [{"name": name, "description": said} for name, said in GROUPS.items()]
    for path in result["paths"].values():
        for operation in path.values():
            for parameter in operation.get("parameters", ()):
                name_part(parameter, operation["tags"][0])
    for part in enums(result):
        if meaning := MEANINGS.get(frozenset(part["enum"])):
            said = "; ".join(f"`{word}`: {about}" for word, about in meaning.items()) + "."
            part["description"] = " ".join(filter(None, (part.get("description"), said)))
    return result


def name_part(parameter: Json, group: str) -> None:
    name = parameter["name"]
    if parameter["in"] == "path":
        parameter.setdefault("description", PARTS_OF_GROUP.get((group, name)) or PARTS[name])


def enums(part: Any) -> Iterator[Json]:
    """Every schema of a closed list of words."""
    if isinstance(part, dict):
        if isinstance(part.get("enum"), list):
            yield part
        for below in part.values():
            yield from enums(below)
    elif isinstance(part, list):
        for below in part:
            yield from enums(below)
