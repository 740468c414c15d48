"""What is bought: the lines, the tiers of usage prices, the credits."""

from django.utils.translation import gettext as _
from reportlab.platypus import CondPageBreak, Flowable, KeepTogether

from core.formats import money, quantity
from core.languages import lazily as _lazy
from core.pdf import STYLES, Heading, Stack, Text, figure_table
from quotes.documents import wording
from quotes.documents.content import QuoteDocument
from quotes.documents.tiers import TierTable, tier_table
from quotes.documents.values import Line, Passage

HEAD = (_lazy("Product"), _lazy("Quantity"), _lazy("Price"), _lazy("Per period"), _lazy("Over the term"))
SHARES = (0.34, 0.09, 0.21, 0.18, 0.18)
NUMBERS = frozenset({1, 3, 4})


def what_you_get(document: QuoteDocument, width: float) -> list[Flowable]:
    outline = document.outline
    rows = [_row(row, document.currency) for row in outline]
    rows.append([_bold(_("Committed over the term")), "", "", "", money(document.committed, document.currency)])
    passages = {n: row for n, row in enumerate(outline, 1) if not isinstance(row, Line)}
    table = figure_table(
        [str(name) for name in HEAD],
        rows,
        [width * share for share in SHARES],
        numbers=NUMBERS,
        total=True,
        groups=[n for n, row in passages.items() if row.is_section],
        wide=[n for n, row in passages.items() if not row.is_section],
    )
    discount = wording.discount(document)
    note = [Text(discount, STYLES["note"])] if discount else []
    return [CondPageBreak(120), Heading(_("What you get")), *note, table]


def options(document: QuoteDocument, width: float) -> list[Flowable]:
    """What may be picked on top; in no total of the quote."""
    if not document.options:
        return []
    rows = [_line_row(line, document.currency) for line in document.options]
    table = figure_table([str(name) for name in HEAD], rows, [width * share for share in SHARES], numbers=NUMBERS)
    return [CondPageBreak(120), Heading(_("Optional")), Text(str(wording.OPTIONAL), STYLES["note"]), table]


def _row(row: Line | Passage, currency: str) -> list[str | Flowable | list[Flowable]]:
    return _line_row(row, currency) if isinstance(row, Line) else _text_row(row, currency)


def _text_row(row: Passage, currency: str) -> list[str | Flowable | list[Flowable]]:
    if not row.is_section:
        return [Text(row.text, STYLES["note"]), "", "", "", ""]
    per_period, term = wording.subtotal(row, currency)
    term = term.replace(_(" and usage"), "\n" + _(" and usage").strip())
    return [
        _bold(row.text),
        "",
        "",
        "\n".join(per_period),
        term.replace(_(" and usage"), "\n" + _(" and usage").strip()),
    ]


def _line_row(line: Line, currency: str) -> list[str | Flowable | list[Flowable]]:
    metered = line.term is None
    notes = [line.description, wording.how_billed(line), wording.runs(line)]
    if line.included:
        notes.append(_("Included: {included}").format(included=line.included))
    notes += wording.years(line)
    amount = quantity(line.quantity) if line.quantity is not None else _("as used")
    return [
        Stack.of([(line.name, STYLES["cell_strong"]), *((note, STYLES["cell_note"]) for note in notes if note)]),
        amount,
        _price(line),
        _("by usage") if metered else money(line.per_period, currency),
        _("by usage") if metered else money(line.term, currency),
    ]


def _price(line: Line) -> Stack:
    note = wording.discounted(line)
    return Stack.of([(line.price, STYLES["cell"]), *([(note, STYLES["cell_note"])] if note else [])])


def usage_prices(document: QuoteDocument, width: float) -> list[Flowable]:
    tiered = [line for line in (*document.lines, *document.options) if line.tiers]
    if not tiered:
        return []
    found = [(line, tier_table(line, document.currency)) for line in tiered]
    note = max((table.note for _, table in found), key=len)
    tables = [KeepTogether(_tiers(line, table, width)) for line, table in found]
    return [CondPageBreak(140), Heading(_("Prices by quantity")), Text(note, STYLES["note"]), *tables]


def _tiers(line: Line, table: TierTable, width: float) -> list[Flowable]:
    widths = [width / len(table.head)] * len(table.head)
    included = wording.included(line)
    return [
        Heading(line.name, level=1),
        *([Text(included, STYLES["note"])] if included else []),
        figure_table(table.head, table.rows, widths, numbers=frozenset(range(table.texts, len(table.head)))),
    ]


def _bold(text: str) -> Text:
    return Text(text, STYLES["cell_strong"])
