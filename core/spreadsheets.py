"""Tables for spreadsheets: CSV that streams, and that no spreadsheet takes for formulas."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

from django.http import StreamingHttpResponse

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def safe_cell(value: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{value}" if value.startswith(FORMULA_STARTS) else value


def plain_cell(value: str) -> str:
    """The text that `safe_cell` was given."""
    return value[1:] if value.startswith("'") and value[1:].startswith(FORMULA_STARTS) else value


def csv_answer(name: str, rows: Iterable[Sequence[object]]) -> StreamingHttpResponse:
    """A file to download, written row by row; text is made safe, numbers stay as they are."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(lines(rows), content_type="text/csv; charset=utf-8", headers=headers)


class Line:
    """A file of one line, as csv.writer wants it."""

    def write(self, text: str) -> str:
        return text


def lines(rows: Iterable[Sequence[object]]) -> Iterator[str]:
    writer = csv.writer(Line())
    for row in rows:
        yield writer.writerow([safe_cell(cell) if isinstance(cell, str) else cell for cell in row])


def read_cells(text: str) -> list[list[str]]:
    """The rows of what a spreadsheet copies (tabs) or saves (commas or semicolons); blank ones left out."""
    text = text.removeprefix("\ufeff")
    head = text.partition("\n")[0]
    mark = "\t" if "\t" in head else ";" if head.count(";") > head.count(",") else ","
    # One column of numbers such as 1,200.50 is no table of two.
    if mark == "," and not any("," in line and not NUMBER.fullmatch(line) for line in text.splitlines()):
        mark = "\t"
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    return [[plain_cell(cell.strip()) for cell in row] for row in rows if any(cell.strip() for cell in row)]


NUMBER = re.compile(r"\s*[\d.,' %]*\s*")


def decoded(content: bytes) -> str:
    """The text of a file, as spreadsheets save it: UTF-8, UTF-16 or the one of Windows."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def written(rows: Iterable[Sequence[str]]) -> str:
    """The rows as text that `read_cells` reads again."""
    out = io.StringIO()
    csv.writer(out, delimiter="\t", lineterminator="\n").writerows([[safe_cell(cell) for cell in row] for row in rows])
    return out.getvalue()
