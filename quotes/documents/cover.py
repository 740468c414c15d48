"""The first page: who, what, how much, until when."""

from xml.sax.saxutils import escape

from django.utils.translation import gettext as _
from reportlab.platypus import Flowable, Paragraph, Spacer, Table, TableStyle

from core.formats import day, money
from core.pdf import STYLES, facts, range_bar
from core.pdf.styles import ACCENT, COMMITTED, PANEL, RULE
from quotes.documents import wording
from quotes.documents.content import Party, QuoteDocument


def cover(document: QuoteDocument, width: float) -> list[Flowable]:
    return [
        Paragraph("QUOTE", STYLES["eyebrow"]),
        Paragraph(escape(document.title), STYLES["title"]),
        Paragraph(
            escape(
                _("for {customer}, from {seller}").format(customer=document.customer.name, seller=document.seller.name)
            ),
            STYLES["lead"],
        ),
        Spacer(0, 8),
        _parties(document, width),
        Spacer(0, 8),
        _figures(document, width),
        Spacer(0, 8),
        Paragraph(escape(wording.meaning(document)), STYLES["body"]),
        Paragraph(escape(wording.no_promise(document)), STYLES["body"]),
    ]


def _parties(document: QuoteDocument, width: float) -> Table:
    contact = document.contact or Party(name="")
    prepared_by = document.prepared_by
    pairs = [
        (_("Prepared for"), [document.customer.legal_name or document.customer.name, *document.customer.address]),
        (_("Attention"), [contact.name or _("not named"), contact.title, contact.email]),
        (_("From"), [document.seller.name, *document.seller.address]),
        (_("Prepared by"), [prepared_by.name, prepared_by.email]),
        (_("Quote"), [document.number, _("Version {version}").format(version=document.version)]),
        (
            _("Term"),
            [
                _("{months} months").format(months=document.months),
                _("{start} to").format(start=day(document.start)),
                day(document.end),
            ],
        ),
        (
            _("Valid until"),
            [
                _("end of {valid_until}").format(valid_until=day(document.valid_until)),
                _("Time zone {zone}").format(zone=document.zone),
            ],
        ),
        (
            _("Payment"),
            [
                _("{payment_days} days after invoice").format(payment_days=document.payment_days),
                _("All amounts in {currency}").format(currency=document.currency),
            ],
        ),
    ]
    return facts(pairs, width, columns=4)


def _figures(document: QuoteDocument, width: float) -> Table:
    """What is owed in any case beside what is expected, both over the whole term."""
    inner = width * 0.64 - 28
    committed = [
        Paragraph(_("Committed over the term"), STYLES["label"]),
        Paragraph(money(document.committed, document.currency), STYLES["figure"]),
        Paragraph(
            _("of it once: {one_time}").format(one_time=money(document.one_time, document.currency)), STYLES["note"]
        ),
        Paragraph(
            _("first month, expected: {first_month}").format(
                first_month=money(document.first_month, document.currency)
            ),
            STYLES["note"],
        ),
    ]
    expected = [
        Paragraph(_("Expected bill over the term, usage included"), STYLES["label"]),
        Paragraph(money(document.term.p50, document.currency), STYLES["figure"]),
        range_bar(_floats(document), committed=float(document.committed), width=inner, height=22),
        _legend(document, inner),
    ]
    style = TableStyle(
        [
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("BACKGROUND", (0, 0), (-1, -1), PANEL),
            ("LINEABOVE", (0, 0), (0, 0), 2, COMMITTED),
            ("LINEABOVE", (1, 0), (1, 0), 2, ACCENT),
            ("LINEBEFORE", (1, 0), (1, 0), 0.5, RULE),
            ("LEFTPADDING", (0, 0), (-1, -1), 14),
            ("RIGHTPADDING", (0, 0), (-1, -1), 14),
            ("TOPPADDING", (0, 0), (-1, -1), 11),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 9),
        ]
    )
    return Table([[committed, expected]], colWidths=[width * 0.36, width * 0.64], style=style)


def _floats(document: QuoteDocument) -> tuple[float, float, float]:
    return float(document.term.p10), float(document.term.p50), float(document.term.p90)


def _legend(document: QuoteDocument, width: float) -> Table:
    amounts = (
        (_("Low (P10)"), document.term.p10),
        (_("Middle (P50)"), document.term.p50),
        (_("High (P90)"), document.term.p90),
    )
    cells = [
        [Paragraph(label, STYLES["label"]), Paragraph(money(amount, document.currency), STYLES["strong"])]
        for label, amount in amounts
    ]
    style = TableStyle([("LEFTPADDING", (0, 0), (-1, -1), 0), ("VALIGN", (0, 0), (-1, -1), "TOP")])
    return Table([cells], colWidths=[width / 3] * 3, style=style)
