"""Terms, and where to sign."""

from xml.sax.saxutils import escape

from django.utils.translation import gettext as _
from reportlab.platypus import CondPageBreak, Flowable, KeepTogether, Paragraph, Spacer, Table, TableStyle

from core.formats import money
from core.pdf import STYLES, Heading
from core.pdf.styles import INK
from quotes.documents import wording
from quotes.documents.content import QuoteDocument


def terms(document: QuoteDocument) -> list[Flowable]:
    if not document.clauses:
        return []
    story: list[Flowable] = [CondPageBreak(120), Heading(_("Terms"))]
    for at, (title, text) in enumerate(document.clauses, start=1):
        paragraphs = [Paragraph(escape(part), STYLES["body"]) for part in text.split("\n") if part.strip()]
        story.append(KeepTogether([Paragraph(escape(f"{at}. {title}"), STYLES["clause"]), *paragraphs]))
    return story


def acceptance(document: QuoteDocument, width: float) -> list[Flowable]:
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
                Paragraph(escape(text), STYLES["body"]),
                Spacer(0, 14),
                _signatures(width),
                Spacer(0, 12),
                Paragraph(_("Fingerprint of this version (SHA-256)"), STYLES["label"]),
                Paragraph(document.sha256, STYLES["fingerprint"]),
            ]
        )
    ]


def _signatures(width: float) -> Table:
    labels = (_("Name"), _("Title"), _("Date"), _("Signature"))
    cells = [[Paragraph(label, STYLES["label"]) for label in labels]]
    style = TableStyle(
        [("LINEABOVE", (at, 0), (at, 0), 0.6, INK) for at in range(0, 7, 2)]
        + [
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("TOPPADDING", (0, 0), (-1, -1), 3),
        ]
    )
    spaced = [cells[0][0], None, cells[0][1], None, cells[0][2], None, cells[0][3]]
    gap = width * 0.03
    wide, narrow = (width - 3 * gap) * 0.3, (width - 3 * gap) * 0.2
    return Table([spaced], colWidths=[wide, gap, narrow, gap, narrow, gap, wide], style=style)
