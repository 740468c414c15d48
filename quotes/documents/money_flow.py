"""What usage costs, worked out; what is paid ahead and promised; when which invoice comes."""

from django.utils.translation import gettext as _
from reportlab.platypus import CondPageBreak, Flowable, KeepTogether, Spacer

from core.formats import money, month, short_day
from core.pdf import STYLES, Heading, Text, figure_table
from quotes.documents import wording
from quotes.documents.content import QuoteDocument
from quotes.documents.values import Example


def examples(document: QuoteDocument, width: float) -> list[Flowable]:
    """A month of expected usage step by step, as the engine prices it."""
    if not document.examples:
        return []
    note = _(
        "What a month with the middle of the expected usage would cost, step by step. An example, not a promise of "
        "usage."
    )
    tables = [KeepTogether(_example(one, document.currency, width)) for one in document.examples]
    return [CondPageBreak(160), Heading(_("Usage, worked out")), Text(note, STYLES["note"]), *tables]


def _example(example: Example, currency: str, width: float) -> list[Flowable]:
    rows = [[text, value] for text, value in example.steps[:-1]]
    rows.append([Text(_("To pay for it"), STYLES["cell_strong"]), money(example.total, currency)])
    head = (month(example.month), _("Quantity or amount"))
    table = figure_table(head, rows, [width * 0.66, width * 0.34], numbers=frozenset({1}), total=True)
    return [Heading(example.name, level=1), table, Spacer(0, 6)]


def promises(document: QuoteDocument, width: float) -> list[Flowable]:
    """Credits and commitments: what is paid ahead, and what the customer promises to use."""
    tables = [
        *([_credits(document, width)] if document.credits else []),
        *([_commitments(document, width)] if document.commitments else []),
    ]
    if not tables:
        return []
    first, *rest = tables
    title = _("Credits and commitments") if rest else _("Credits") if document.credits else _("Commitments")
    return [KeepTogether([Heading(title), first]), *(Spacer(0, 10) for _one in rest), *rest]


def _credits(document: QuoteDocument, width: float) -> Flowable:
    rows = []
    for credit in document.credits:
        worth, price, granted, use = wording.credit_terms(credit, document.currency)
        rows.append([credit.name, worth, price, granted, use])
    head = (_("Credit"), _("Worth"), _("You pay"), _("Granted"), _("Can be used for"))
    widths = [width * share for share in (0.2, 0.17, 0.17, 0.13, 0.33)]
    return figure_table(head, rows, widths, numbers=frozenset({1, 2}))


def _commitments(document: QuoteDocument, width: float) -> Flowable:
    rows = [list(wording.commitment_terms(one, document.currency)) for one in document.commitments]
    head = (_("Commitment"), _("You commit to"), _("In each"), _("What happens below and above it"))
    widths = [width * share for share in (0.24, 0.2, 0.12, 0.44)]
    return figure_table(head, rows, widths, numbers=frozenset({1}))


def payment_schedule(document: QuoteDocument, width: float) -> list[Flowable]:
    """The invoices of what is owed in any case; they add up to the committed total."""
    if not document.payments:
        return []
    currency = document.currency
    rows = [
        [
            short_day(one.first) if one.count == 1 else f"{short_day(one.first)} – {short_day(one.last)}",
            wording.invoices(one),
            money(one.amount, currency),
            money(one.amount * one.count, currency),
        ]
        for one in document.payments
    ]
    total = [Text(_("Committed over the term"), STYLES["cell_strong"]), "", "", money(document.committed, currency)]
    head = (_("Invoice date"), _("Invoices"), _("Each"), _("Together"))
    widths = [width * share for share in (0.34, 0.26, 0.2, 0.2)]
    table = figure_table(head, [*rows, total], widths, numbers=frozenset({2, 3}), total=True)
    return [
        CondPageBreak(150),
        Heading(_("Payment schedule")),
        Text(wording.schedule(document), STYLES["note"]),
        table,
    ]
