"""The expected bill and usage, month by month."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from reportlab.platypus import CondPageBreak, Flowable, KeepTogether, Spacer

from core.formats import money, month, number
from core.pdf import STYLES, Figure, Heading, Text, fan_chart, figure_table
from core.pdf.document import Brand
from quotes.documents import wording
from quotes.documents.content import QuoteDocument
from quotes.documents.values import Band, UsageBand

NUMBERS = frozenset({1, 2, 3, 4})
PER_TABLE = 4
MONTH_SHARE = 0.16


def expected_bill(document: QuoteDocument, width: float) -> list[Flowable]:
    if not document.bill:
        return []
    bands = [bill.band for bill in document.bill]
    chart = fan_chart(
        [month(bill.month) for bill in document.bill],
        ([float(b.p10) for b in bands], [float(b.p50) for b in bands], [float(b.p90) for b in bands]),
        [float(bill.committed) for bill in document.bill],
        width=width,
        amount=lambda value: number(value, 0),
        words=(_("8 of 10 simulated bills (P10 to P90)"), _("middle bill (P50)"), _("committed")),
        accent=Brand.of("", document.style.accent).accent,
    )
    return [
        CondPageBreak(320),
        Heading(_("Expected bill by month")),
        Text(
            _("In {currency}. {basis}").format(currency=document.currency, basis=wording.basis(document.forecast)),
            STYLES["note"],
        ),
        Spacer(0, 4),
        Figure(chart, wording.chart_in_words(document)),
        Spacer(0, 8),
        _bill_table(document, width),
        Text(
            _("Low and high of the term are not the sums of the months: no future is low, or high, in every month."),
            STYLES["note_below"],
        ),
    ]


def _bill_table(document: QuoteDocument, width: float) -> Flowable:
    currency = document.currency
    rows = [
        [
            month(bill.month),
            *(money(v, currency) for v in (bill.committed, bill.band.p10, bill.band.p50, bill.band.p90)),
        ]
        for bill in document.bill
    ]
    term = document.term
    amounts = (document.committed, term.p10, term.p50, term.p90)
    total = [Text(_("Term"), STYLES["cell_strong"]), *(money(amount, currency) for amount in amounts)]
    head = (_("Month"), _("Committed"), _("Low (P10)"), _("Middle (P50)"), _("High (P90)"))
    widths = [width * share for share in (0.2, 0.2, 0.2, 0.2, 0.2)]
    return figure_table(head, [*rows, total], widths, numbers=NUMBERS, total=True)


def expected_usage(document: QuoteDocument, width: float) -> list[Flowable]:
    if not document.usage:
        return []
    note = _("The middle (P50) of each month, and below it the range from low (P10) to high (P90).")
    tables_needed = -(-len(document.usage) // PER_TABLE)
    size = -(-len(document.usage) // tables_needed)
    groups = [document.usage[at : at + size] for at in range(0, len(document.usage), size)]
    first, *rest = [[_usage_table(group, width), Spacer(0, 10)] for group in groups]
    head = [Heading(_("Usage behind it")), Text(note, STYLES["note"])]
    return [KeepTogether([*head, *first]), *(KeepTogether(table) for table in rest)]


def _usage_table(group: Sequence[UsageBand], width: float) -> Flowable:
    """Months down, up to four kinds of usage across."""
    head = (_("Month"), *(_usage_label(usage) for usage in group))
    rows = [
        [month(label), *(_usage_cell(usage.months[at][1]) for usage in group)]
        for at, (label, _) in enumerate(group[0].months)
    ]
    share = (1 - MONTH_SHARE) / len(group)
    widths = [width * MONTH_SHARE, *[width * share] * len(group)]
    return figure_table(head, rows, widths, numbers=frozenset(range(1, len(head))))


def _usage_cell(band: Band) -> list[Flowable]:
    return [
        Text(wording.estimate(band.p50), STYLES["cell_num"]),
        Text(f"{wording.estimate(band.p10)} – {wording.estimate(band.p90)}", STYLES["cell_note_num"]),
    ]


def _usage_label(usage: UsageBand) -> str:
    named = not usage.unit or usage.unit.lower() in usage.label.lower()
    return usage.label if named else f"{usage.label}, {usage.unit}"
