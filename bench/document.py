"""How fast the quote document is made, beside the same content printed by headless Chromium and by WeasyPrint.

    python -m bench.document [--json FILE]

Bytes are written by reportlab from the frozen snapshot; the other ways render the customer's page (same snapshot, same
sections, prices opened) as HTML and have Chromium print it, with the browser already running, and WeasyPrint
(`make bench-setup`) lay it out. Median of the runs; the goals hold for one free core, so they are held against the time
of processors (all processes together), which stands beside the clock's. It fails where a goal is missed.
"""

import argparse
import json
import logging
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cpq.settings")
os.environ.setdefault("DATABASE_URL", "postgresql://localhost/unused")
os.environ.setdefault("DEBUG", "1")  # static files under their own names, not yet collected

import django

django.setup()

from django.template.loader import render_to_string  # noqa: E402 (needs the settings)

from quotes.documents import QuoteDocument, page, render  # noqa: E402
from quotes.rules.room import STATES, Kind  # noqa: E402
from quotes.views.room_page import bill_chart  # noqa: E402
from tests.quotes.documents.samples import canonical, snapshot  # noqa: E402

TICKS = os.sysconf("SC_CLK_TCK")
CHROMIUM = Path("/usr/bin/chromium")
SIZES = {20: 15, 200: 7, 1000: 3}
MANY = 200
TIMES = 3
WAYS = ("chromium", "weasyprint")
GOALS = {20: 0.12, 200: 0.5, 1000: 2.5}
STATIC = Path(__file__).parent.parent / "static"


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--json", type=Path, help="write the rows to this file")
    options = arguments.parse_args()
    with printer() as (print_html, why_not):
        ways = {"chromium": (print_html, why_not), "weasyprint": weasyprint_or_not()}
        rows = [row(lines, runs, ways) for lines, runs in SIZES.items()]
    say("lines  pages  way         clock      processor  goal     times less processor")
    for found in rows:
        for line in lines_of(found):
            say(line)
    if options.json:
        options.json.write_text(json.dumps(rows, indent=2) + "\n")
    return sum(missed(found) for found in rows)


def missed(found: dict[str, Any]) -> bool:
    """Whether the goal is missed, or another way that ran is less than three times slower."""
    ours = found["reportlab"][1]
    others = [found[way][1] / ours for way in WAYS if found[way]]
    return ours > found["goal_s"] or any(ratio < TIMES for ratio in others)


def row(lines: int, runs: int, ways: dict[str, tuple[Callable[[str], int] | None, str]]) -> dict[str, Any]:
    text, sha256 = canonical(snapshot(lines=lines))
    data = make(text, sha256)
    found: dict[str, Any] = {
        "lines": lines,
        "pages": data.count(b"/Type /Page\n"),
        "bytes": len(data),
        "goal_s": GOALS[lines],
        "reportlab": timed(partial(make, text, sha256), runs),
        "skipped": {way: why_not for way, (printing, why_not) in ways.items() if not printing},
    }
    for way, (printing, _why_not) in ways.items():
        few = 1 if lines > MANY else min(runs, 3)  # WeasyPrint takes minutes for a thousand lines
        found[way] = timed(printed_by(printing, text, sha256), few, apart=way == "chromium") if printing else None
    return found


def printed_by(printing: Callable[[str], int], text: str, sha256: str) -> Callable[[], int]:
    return lambda: printing(html_of(text, sha256))


def lines_of(found: dict[str, Any]) -> Iterator[str]:
    clock, ours = found["reportlab"]
    yield (
        f"{found['lines']:5}  {found['pages']:5}  reportlab   {clock:7.3f} s  {ours:7.3f} s  "
        f"{found['goal_s']:5.2f} s  {'missed' if ours > found['goal_s'] else 'held'}"
    )
    for way in WAYS:
        if found[way]:
            clock, theirs = found[way]
            yield f"{'':14}{way:10}  {clock:7.3f} s  {theirs:7.3f} s  {'':7}  {theirs / ours:6.1f}"
        else:
            yield f"{'':14}{way:10}  {found['skipped'][way]}"


def timed(work: Callable[[], object], runs: int, *, apart: bool = False) -> tuple[float, float]:
    """Median seconds on the clock and on processors: of this process, and of those it has started if they work for it.

    A browser that stands by warms up on its own; that is no part of what others take.
    """
    clocks, processors = [], []
    for _ in range(runs):
        # Looking through /proc takes processor time too: outside of what is measured.
        others, own, clock = descendants_seconds() if apart else 0, time.process_time(), time.perf_counter()
        work()
        clocks.append(time.perf_counter() - clock)
        own = time.process_time() - own
        processors.append(own + (descendants_seconds() if apart else 0) - others)
    return statistics.median(clocks), statistics.median(processors)


def descendants_seconds() -> float:
    """Of the processes that this one has started: a browser prints in processes of its own."""
    parents, seconds = {}, {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            pid = int(stat.parent.name)
            parents[pid], seconds[pid] = int(fields[1]), (int(fields[11]) + int(fields[12])) / TICKS
    ours = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in ours} - ours:
        ours |= more
    return sum(seconds[pid] for pid in ours - {os.getpid()} if pid in seconds)


def make(text: str, sha256: str) -> bytes:
    return render(QuoteDocument.parse(text, sha256))


def html_of(text: str, sha256: str) -> str:
    """The customer's page with every price opened and its styles inside."""
    quote = QuoteDocument.parse(text, sha256)
    context = {"quote": quote, "state": STATES[Kind.VIEW], "chart": bill_chart(quote, None), **page.content(quote)}
    html = render_to_string("room/room.html", context).replace("<details", "<details open")
    sheets = [STATIC / "quantile.css", *(STATIC / "css" / f"{name}.css" for name in SHEETS)]
    style = "".join(sheet.read_text() for sheet in sheets)
    _, _, body = html.partition("</head>")
    return f"<!doctype html><html data-theme=light><head><style>{style}</style></head>{body}"


SHEETS = ("components", "tables", "forms", "charts", "room")


@contextmanager
def printer() -> Iterator[tuple[Callable[[str], int] | None, str]]:
    """What prints HTML to a PDF and tells its size, or nothing and the reason."""
    if not CHROMIUM.exists():
        yield None, f"skipped: {CHROMIUM} is not installed"
        return
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 (only where there is a browser)

    from tests.browser import ARGUMENTS  # noqa: PLC0415

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        sheet = browser.new_page(java_script_enabled=False)

        def print_html(html: str) -> int:
            sheet.set_content(html, wait_until="load")
            return len(sheet.pdf(format="Letter", print_background=True))

        print_html("<p>warm</p>")
        yield print_html, ""
        browser.close()


def weasyprint_or_not() -> tuple[Callable[[str], int] | None, str]:
    """What lays HTML out as a PDF and tells its size, or nothing and the reason."""
    try:
        from weasyprint import HTML  # noqa: PLC0415 (only where it is installed)
    except (ImportError, OSError) as problem:
        return None, f"skipped: make bench-setup installs it ({type(problem).__name__})"
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)  # what it knows no CSS for
    return lambda html: len(HTML(string=html).write_pdf()), ""


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main())
