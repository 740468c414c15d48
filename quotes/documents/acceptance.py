"""Terms, where to sign, and after signing the evidence of it."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from reportlab.platypus import CondPageBreak, Flowable, KeepTogether, PageBreak, Spacer, Table, TableStyle

from core.formats import money
from core.pdf import STYLES, Heading, Text, facts
from core.pdf.styles import INK
from quotes.documents import wording
from quotes.documents.content import QuoteDocument
from quotes.rules.evidence import Signer

COLUMN_GAP = 0.06


def terms(document: QuoteDocument, width: float) -> list[Flowable]:
    """The clauses, numbered, and after them what is agreed for this version alone."""
    story: list[Flowable] = []
    for at, clause in enumerate(document.clauses, start=1):
        story += _clause(f"{at}. {clause.title}", clause.text)
    if document.special_terms:
        story += _clause(_("{n}. Special terms").format(n=len(document.clauses) + 1), document.special_terms)
    return [CondPageBreak(120), Heading(_("Terms")), *story] if story else []


def _clause(title: str, text: str) -> list[Flowable]:
    """The title stays with its text; only a long text goes on over a page."""
    paragraphs = [Text(part.strip(), STYLES["body"]) for part in text.split("\n") if part.strip()]
    return [KeepTogether([Heading(title, STYLES["clause"], level=1), *paragraphs[:1]]), *paragraphs[1:]]


def acceptance(document: QuoteDocument, width: float, *, signers: Sequence[Signer] = ()) -> list[Flowable]:
    committed = money(document.committed, document.currency)
    text = _(
        "{name} accepts quote {number}, version {version}, with a committed total of {committed}, for "
        "the term {term}. The quote can be accepted until the {validity}."
    ).format(
        name=document.customer.legal_name or document.customer.name,
        number=document.number,
        version=document.version,
        committed=committed,
        term=wording.term(document),
        validity=wording.validity(document),
    )
    return [
        KeepTogether(
            [
                Heading(_("Acceptance")),
                Text(text, STYLES["body"]),
                Spacer(0, 10),
                _signatures(document, width, signers),
                Spacer(0, 14),
                Text(_("Fingerprint of this version (SHA-256)"), STYLES["label"]),
                Text(document.sha256, STYLES["fingerprint"]),
            ]
        )
    ]


def _signatures(document: QuoteDocument, width: float, signers: Sequence[Signer]) -> Table:
    """A block for each party: to be filled, or with the name that stands there by now."""
    customer = next((one for one in signers if not one.for_seller), None)
    seller = next((one for one in signers if one.for_seller), None)
    parties = (
        (document.customer.legal_name or document.customer.name, customer),
        (document.seller.legal_name or document.seller.name, seller),
    )
    gap = width * COLUMN_GAP
    wide = (width - gap) / 2
    blocks = [_block(_("For {name}").format(name=name), signer, wide) for name, signer in parties]
    style = TableStyle([("LEFTPADDING", (0, 0), (-1, -1), 0), ("VALIGN", (0, 0), (-1, -1), "TOP")])
    return Table([[blocks[0], "", blocks[1]]], colWidths=[wide, gap, wide], style=style)


def _block(party: str, signer: Signer | None, width: float) -> list[Flowable]:
    rows = (
        (_("Signature"), _("signed electronically") if signer else "", 30),
        (_("Name and title"), f"{signer.name}, {signer.title}" if signer else "", 16),
        (_("Date"), signer.at if signer else "", 16),
    )
    return [Text(party, STYLES["strong"]), *(line for row in rows for line in _line(*row, width))]


def _line(label: str, value: str, room: float, width: float) -> list[Flowable]:
    rule = Table([[Text(label, STYLES["label"])]], colWidths=[width], style=_RULE)
    return [Spacer(0, room - 12), Text(value, STYLES["value"]) if value else Spacer(0, 12.6), rule]


_RULE = TableStyle(
    [
        ("LINEABOVE", (0, 0), (-1, 0), 0.6, INK),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 3),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
    ]
)


def evidence(document: QuoteDocument, width: float, signers: Sequence[Signer]) -> list[Flowable]:
    """Who signed, when, how, and what exactly: on a page of its own."""
    if not signers:
        return []
    story: list[Flowable] = [PageBreak(), Heading(_("Evidence of signature"))]
    note = _(
        "This page was made when the last signature was given. Every signature is bound to the fingerprint of the "
        "version, which is the SHA-256 of its frozen content."
    )
    story += [Text(note, STYLES["note"]), Spacer(0, 4)]
    for signer in signers:
        party = document.seller if signer.for_seller else document.customer
        rows = [
            (_("Signed by"), [signer.name, signer.title]),
            (_("For"), [party.legal_name or party.name]),
            (_("E-mail"), [signer.email]),
            (_("Time"), [signer.at]),
            (_("How"), [signer.method, signer.verified]),
            (_("Network"), [signer.address or _("not recorded")]),
        ]
        fingerprint = [
            Text(_("Content that was signed (SHA-256)"), STYLES["label"]),
            Text(signer.sha256, STYLES["fingerprint"]),
        ]
        story.append(KeepTogether([facts(rows, width, columns=3), *fingerprint, Spacer(0, 14)]))
    return story
