"""The same content as plain values for a template."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from core.formats import money, quantity
from quotes.documents import wording
from quotes.documents.content import QuoteDocument
from quotes.documents.tiers import TierTable, tier_table
from quotes.documents.values import Line, Passage


@dataclass(frozen=True)
class PassageRow:
    """A section with its subtotal, or a note."""

    kind: str
    text: str
    per_period: tuple[str, ...] = ()
    term: str = ""


@dataclass(frozen=True)
class LineRow:
    name: str
    description: str
    billed: str
    included: str
    included_note: str
    quantity: str
    price: str
    discount: str
    per_period: str
    term: str
    tiers: TierTable | None
    years: tuple[str, ...] = ()
    runs: str = ""
    kind: str = "line"
    key: str = ""


def content(document: QuoteDocument) -> dict[str, Any]:
    currency = document.currency
    return {
        "lines": [
            line_row(row, currency) if isinstance(row, Line) else passage_row(row, currency) for row in document.outline
        ],
        "options": [line_row(line, currency) for line in document.options],
        "optional": wording.OPTIONAL,
        "credits": [(credit.name, *wording.credit_terms(credit, currency)) for credit in document.credits],
        "discount": wording.discount(document),
        "meaning": wording.meaning(document),
        "no_promise": wording.no_promise(document),
        "basis": wording.basis(document.forecast),
        "valid_until": wording.validity(document),
        "term": wording.term(document),
    }


def passage_row(row: Passage, currency: str) -> PassageRow:
    return PassageRow(row.kind, row.text, *(wording.subtotal(row, currency) if row.is_section else ()))


def line_row(line: Line, currency: str) -> LineRow:
    return LineRow(
        key=line.key,
        name=line.name,
        description=line.description,
        billed=wording.how_billed(line),
        included=line.included,
        included_note=wording.included(line),
        quantity=_("as used") if line.quantity is None else quantity(line.quantity),
        price=line.price,
        discount=wording.discounted(line),
        per_period=_("by usage") if line.term is None else money(line.per_period, currency),
        term=_("by usage") if line.term is None else money(line.term, currency),
        years=wording.years(line),
        runs=wording.runs(line),
        tiers=tier_table(line, currency) if line.tiers else None,
    )
