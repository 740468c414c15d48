"""What the customer reads: made from the frozen snapshot alone. No query, no decision, no cost and no margin."""

from quotes.documents.content import QuoteDocument
from quotes.documents.render import render

__all__ = ["QuoteDocument", "render"]
