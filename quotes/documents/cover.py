"""The first page: who, what, how much, until when."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Flowable, Spacer, Table, TableStyle

from core.formats import day, money
from core.pdf import STYLES, Brand, Figure, Text, Title, facts, range_bar
from core.pdf.styles import COMMITTED, PANEL, RULE
from quotes.documents import wording
from quotes.documents.content import QuoteDocument
from quotes.documents.values import Party

LONGEST_ADDRESS = 24


def cover(document: QuoteDocument, width: float, brand: Brand) -> list[Flowable]:
    accent = ParagraphStyle("accent", parent=STYLES["eyebrow"], textColor=brand.accent)
    names = _("for {customer}, from {seller}").format(customer=document.customer.name, seller=document.seller.name)
    return [
        Text(_("QUOTE"), accent),
        Title(document.title, STYLES["title"]),
        Text(names, STYLES["lead"]),
        Spacer(0, 8),
        _parties(document, width),
        Spacer(0, 8),
        _figures(document, width, brand),
        Spacer(0, 10),
        *(Text(sentence, STYLES["body"]) for sentence in _sentences(document)),
    ]


def _sentences(document: QuoteDocument) -> list[str]:
    if not wording.uncertain(document):
        return [wording.certain(document)]
    return [wording.meaning(document), wording.no_promise(document)]


def _parties(document: QuoteDocument, width: float) -> Table:
    contact = document.contact or Party(name="")
    prepared_by, seller = document.prepared_by, document.seller
    months = ngettext("{n} month", "{n} months", document.months).format(n=document.months)
    pairs = [
        (_("Prepared for"), [document.customer.legal_name or document.customer.name, *document.customer.address]),
        (_("Attention"), [contact.name or _("not named"), contact.title, *broken(contact.email)]),
        (_("From"), [seller.legal_name or seller.name, *seller.address]),
        (_("Prepared by"), [prepared_by.name, *broken(prepared_by.email)]),
        (_("Quote"), [document.number, _("Version {version}").format(version=document.version)]),
        (_("Term"), [months, _("{start} to").format(start=day(document.start)), day(document.end)]),
        (
            _("Valid until"),
            [
                _("end of {valid_until}").format(valid_until=day(document.valid_until)),
                _("Time zone {zone}").format(zone=document.zone),
            ],
        ),
        (
            _("Payment"),
            [wording.due(document.payment_days), _("All amounts in {currency}").format(currency=document.currency)],
        ),
    ]
    return facts(pairs, width, columns=4)


def broken(email: str) -> list[str]:
    """A long address breaks after its @, not in a word."""
    name, at, domain = email.partition("@")
    return [email] if len(email) <= LONGEST_ADDRESS else [name + at, domain]


def _figures(document: QuoteDocument, width: float, brand: Brand) -> Table:
    """What is owed in any case beside what is expected, both over the whole term."""
    inner = width * 0.64 - 28
    currency = document.currency
    committed = [
        Text(_("Committed over the term"), STYLES["label"]),
        Text(money(document.committed, currency), STYLES["figure"]),
        Text(_("of it once: {one_time}").format(one_time=money(document.one_time, currency)), STYLES["note"]),
        Text(
            _("first month, expected: {first_month}").format(first_month=money(document.first_month, currency)),
            STYLES["note"],
        ),
    ]
    bar = range_bar(_floats(document), committed=float(document.committed), width=inner, height=22, accent=brand.accent)
    expected = [
        Text(_("Expected bill over the term, usage included"), STYLES["label"]),
        Text(money(document.term.p50, currency), STYLES["figure"]),
        Figure(bar, wording.meaning(document)),
        _legend(document, inner),
    ]
    style = TableStyle(
        [
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("BACKGROUND", (0, 0), (-1, -1), PANEL),
            ("LINEABOVE", (0, 0), (0, 0), 2, COMMITTED),
            ("LINEABOVE", (1, 0), (1, 0), 2, brand.accent),
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
        [Text(label, STYLES["label"]), Text(money(amount, document.currency), STYLES["strong"])]
        for label, amount in amounts
    ]
    style = TableStyle([("LEFTPADDING", (0, 0), (-1, -1), 0), ("VALIGN", (0, 0), (-1, -1), "TOP")])
    return Table([cells], colWidths=[width / 3] * 3, style=style)
