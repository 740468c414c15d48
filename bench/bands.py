"""How long the bands of a whole bill take, as a ratio measured in one run: `python -m bench.bands`.

The deal: 10 charges x 36 months on 6 meters, 5,000 joint futures drawn from three years of monthly history. Measured is
everything between stored inputs and shown bands: drawing the usage, rating bill and list, cost and margin, bands by
month, year and term, risks, and the numerical error. The fair alternative prices the same paths as people do without
an engine: usage independent and lognormal, one `numpy.interp` per charge, three `numpy.quantile` of bill and margin.
"""

import os
import sys
import time
from collections.abc import Callable
from datetime import date

import django
import numpy as np

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cpq.settings")
django.setup()

from forecasting.rules.drawing import draw  # noqa: E402 - Django first
from forecasting.rules.inputs import Inputs, SeriesInput  # noqa: E402
from forecasting.rules.months import Steps  # noqa: E402
from forecasting.rules.requests import REPLICATIONS, SEED  # noqa: E402
from pricing import Charge, Series, Terms, Usage  # noqa: E402
from quotes.queries.bands import band_of, bands_of, years_of  # noqa: E402
from quotes.queries.margins import margin  # noqa: E402
from quotes.queries.precision import error_percent  # noqa: E402
from quotes.queries.priced import Offer  # noqa: E402
from quotes.queries.risks import risks_of  # noqa: E402

METERS, CHARGES, MONTHS, PATHS = 6, 10, 36, 5_000
MUST, AIM = 1.0, 0.3
START = date(2027, 1, 1)
TIERS = [{"up_to": "1000000", "unit": "0.00002"}, {"up_to": "5000000", "unit": "0.000015"}, {"unit": "0.00001"}]


def inputs() -> Inputs:
    """Three years of monthly history of six meters that wander."""
    draws = np.random.default_rng(3)
    histories = 2e6 * np.exp(np.cumsum(0.1 * draws.standard_normal((METERS, 36)), axis=1))
    series = tuple(
        SeriesInput(Series(f"m{n}"), "sum", Steps("M", date(2026, 12, 31), values), None)
        for n, values in enumerate(histories)
    )
    return Inputs("bench", date(2026, 12, 31), START, MONTHS, SEED, PATHS, series, replications=REPLICATIONS)


def deal(*, discount: bool) -> Terms:
    """Six metered charges, half of them with an allowance, four fixed ones, a credit and a commitment."""
    metered = [
        {
            "kind": "charge",
            "key": f"c{n}",
            "price": {"model": "graduated", "tiers": TIERS},
            "quantity": {"source": "meter", "meter": f"m{n}"},
            **({"allowance": {"quantity": "500000", "reset": "year"}} if n % 2 else {}),
        }
        for n in range(METERS)
    ]
    fixed = [
        {
            "kind": "charge",
            "key": f"f{n}",
            "price": {"model": "per_unit", "unit": "29"},
            "quantity": {"source": "fixed", "value": "40"},
        }
        for n in range(CHARGES - METERS)
    ]
    return Terms.parse(
        {
            "currency": "USD",
            "start": START.isoformat(),
            "months": MONTHS,
            "charges": [*metered, *fixed],
            "credits": [{"kind": "credit", "key": "pool", "amount": "10500", "purchase": "10000", "every": "year"}],
            "commitments": [{"kind": "commitment", "key": "min", "amount": "900", "window": "year"}],
            "discounts": [{"key": "whole", "percent": "10"}] if discount else [],
        }
    )


COSTS = [
    Charge.model_validate(
        {
            "key": f"cost{n}",
            "price": {"model": "per_unit", "unit": "0.000006"},
            "quantity": {"source": "meter", "meter": f"m{n}"},
        }
    )
    for n in range(METERS)
]


def bands_of_the_bill(given: Inputs) -> dict[str, float]:
    """Everything that the page of a quote shows of its bill; the seconds of each part."""
    started = time.process_time()
    usage = Usage(draw(given), shape=(PATHS, MONTHS))
    drawn = time.process_time()
    offer, listed = Offer.of(deal(discount=True), usage), Offer.of(deal(discount=False), usage)
    rated = time.process_time()
    money = offer.terms.currency
    shown = [bands_of(offer.net, money), bands_of(years_of(offer.net), money), band_of(offer.net.sum(axis=1), money)]
    shown += [band_of(listed.net.sum(axis=1), money), margin(offer.terms, offer.net, usage, COSTS, monthly=True)]
    shown += [risks_of(offer.simulated, offer.net, offer.committed.total)]
    error_percent(offer.net.sum(axis=1), given.replications)
    done = time.process_time()
    return {"draw": drawn - started, "rate": rated - drawn, "bands": done - rated, "total": done - started}


def without_an_engine() -> None:
    """The spreadsheet's way, vectorised: no joint paths, no allowances, no credits, no commitments, no risks."""
    draws = np.random.default_rng(4)
    x, y = np.array([0, 1e6, 5e6, 1e12]), np.array([0, 20, 80, 1e7])
    usage = [draws.lognormal(14.5, 0.5, (PATHS, MONTHS)) for _ in range(METERS)]
    bill = sum(np.interp(values, x, y) for values in usage) * 0.9 + 29 * 40 * (CHARGES - METERS)
    left = bill - sum(usage) * 0.000006
    for amounts in (bill, left):
        np.quantile(amounts, (0.1, 0.5, 0.9), axis=0)
        np.quantile(amounts.sum(axis=1), (0.1, 0.5, 0.9))


def seconds(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def main() -> int:
    """Print the figures; 1 if the goal that must be met is not."""
    given = inputs()
    runs, plain = [], []
    for _ in range(6):  # they take turns, so load slows both alike
        runs.append(bands_of_the_bill(given))
        plain.append(seconds(without_an_engine))
    best, base = min(runs, key=lambda run: run["total"]), min(plain)
    parts = " ".join(f"{name}={value:.3f}s" for name, value in best.items())
    sys.stdout.write(f"{CHARGES} charges x {MONTHS} months x {PATHS:,} futures, {METERS} meters: {parts}\n")
    sys.stdout.write(f"without an engine {base:.3f}s, ratio {best['total'] / base:.2f}\n")
    met = best["total"] <= MUST
    sys.stdout.write(f"{'ok  ' if met else 'MISS'} total = {best['total']:.3f}, at most {MUST} (aim {AIM})\n")
    return int(not met)


if __name__ == "__main__":
    sys.exit(main())
