from quotes.models.approval import Approval
from quotes.models.comment import Comment
from quotes.models.contract import Contract
from quotes.models.desk import Delegation, Question
from quotes.models.opportunity import Opportunity
from quotes.models.paper import Clause, Document, Edition, Layout
from quotes.models.quote import WHOLE, Quote, QuoteLine, QuoteVersion, VersionMargin, sees
from quotes.models.room import RoomLink, RoomMessage
from quotes.models.rules import ApprovalRule
from quotes.models.saved_view import SavedView
from quotes.models.selling import Logo, SellingEntity
from quotes.models.signing import Acceptance, Countersigning, Signature, SigningCode
from quotes.models.step import DraftStep, Presence
from quotes.models.template import Template

__all__ = [
    "WHOLE",
    "Acceptance",
    "Approval",
    "ApprovalRule",
    "Clause",
    "Comment",
    "Contract",
    "Countersigning",
    "Delegation",
    "Document",
    "DraftStep",
    "Edition",
    "Layout",
    "Logo",
    "Opportunity",
    "Presence",
    "Question",
    "Quote",
    "QuoteLine",
    "QuoteVersion",
    "RoomLink",
    "RoomMessage",
    "SavedView",
    "SellingEntity",
    "Signature",
    "SigningCode",
    "Template",
    "VersionMargin",
    "sees",
]
