"""How long a slider of the forecast explorer takes to new bands, as a ratio of one run: `python -m bench.explorer`.

The deal of `bench.bands`: 10 charges x 36 months on 6 meters, here on 2,000 joint futures that are already drawn, as
they are while somebody moves a slider. Measured is everything between the slider's value and the picture as markup:
moving the futures, rating them, cost and margin, bands by month and term, risks, and the fan with its table; beside it
the same without moving anything from numbers that are there, which is the least that a page can do: the picture alone.
"""

import os
import sys
import time
from collections.abc import Callable

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cpq.settings")
django.setup()

from bench.bands import COSTS, MONTHS, START, deal, inputs  # noqa: E402 - Django first
from core.charts import fan_chart, histogram  # noqa: E402
from forecasting.rules.drawing import draw  # noqa: E402
from forecasting.rules.drivers import Timeline, applied  # noqa: E402
from pricing import Usage  # noqa: E402
from quotes.queries.bands import band_of, bands_of  # noqa: E402
from quotes.queries.margins import margin  # noqa: E402
from quotes.queries.priced import Offer  # noqa: E402
from quotes.queries.risks import risks_of  # noqa: E402
from quotes.rules.exploring import Moves, drivers  # noqa: E402
from quotes.rules.pricing import Band  # noqa: E402

PATHS, MUST = 2_000, 0.2
SEATS = 100.0
NAMES = [f"{2027 + n // 12}-{n % 12 + 1:02}" for n in range(MONTHS)]


def slid(usage: Usage, growth: float) -> tuple[Offer, tuple[Band, ...]]:
    """Everything that one position of the sliders asks for, but for the picture."""
    moves = Moves(growth=growth, seats=140, adoption=150, launch=20, launch_month=7)
    moving = drivers(moves, start=START, seats=SEATS)
    moved = Usage(applied(usage.series, moving, Timeline(START, MONTHS)), shape=(usage.rows, usage.periods))
    offer = Offer.of(deal(discount=True), moved)
    months = bands_of(offer.net, "USD")
    band_of(offer.net.sum(axis=1), "USD")
    margin(offer.terms, offer.net, moved, COSTS)
    risks_of(offer.simulated, offer.net, offer.committed.total)
    return offer, months


def pictures(offer: Offer, months: tuple[Band, ...]) -> None:
    bands = ([float(getattr(band, name)) for band in months] for name in ("p10", "p50", "p90"))
    fan_chart([], NAMES, *bands, label="Monthly bill", currency="USD")
    term = band_of(offer.net.sum(axis=1), "USD")
    marks = {name: float(getattr(term, name)) for name in ("p10", "p50", "p90")}
    histogram(offer.net.sum(axis=1).tolist(), **marks, label="Bill", currency="USD")


def seconds(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def main() -> int:
    """Print the figures; 1 if the goal is not met."""
    given = inputs()
    usage = Usage({series: paths[:PATHS] for series, paths in draw(given).items()}, shape=(PATHS, MONTHS))
    known = slid(usage, 10)
    whole, alone = [], []
    for growth in range(8):  # they take turns, so load slows both alike
        whole.append(seconds(lambda growth=growth: pictures(*slid(usage, 5.0 * growth + 1))))  # type: ignore[misc]
        alone.append(seconds(lambda: pictures(*known)))
    best, base = sorted(whole)[len(whole) // 2], sorted(alone)[len(alone) // 2]
    sys.stdout.write(f"10 charges x {MONTHS} months x {PATHS:,} futures: slider to new bands {best:.3f}s (median)\n")
    sys.stdout.write(f"the pictures alone {base:.3f}s, ratio {best / base:.2f}\n")
    met = best <= MUST
    sys.stdout.write(f"{'ok  ' if met else 'MISS'} slider = {best:.3f}, at most {MUST}\n")
    return int(not met)


if __name__ == "__main__":
    sys.exit(main())
