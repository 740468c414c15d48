"""How fast the kernel is, as ratios measured in one run: `python -m bench.pricing`.

Exact: a quote of 100 lines x 36 months with every step, against bare tier arithmetic on decimals of that size.
Vector: 20 charges x 36 months x 10,000 paths with every step, against `numpy.interp` alone over the same arrays.
Calls: prices of single calls per second, against `genai_prices.calc_price` in a loop on the same tariff.
"""

import sys
import time
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import genai_prices
import numpy as np

from pricing import Series, Terms, Usage, rate

MONTHS, PATHS = 36, 10_000
TIERS = [{"up_to": "1000000", "unit": "0.000015"}, {"up_to": "5000000", "unit": "0.000012"}]
TIERS += [{"up_to": "20000000", "unit": "0.00001", "flat": "5"}, {"unit": "0.000008"}]


def deal(charges: int) -> Terms:
    """Terms that use every step: allowances, tiers, discounts, credits, a commitment, limits."""
    return Terms.parse(
        {
            "currency": "USD",
            "start": "2027-01-01",
            "months": MONTHS,
            "charges": [charge(n) for n in range(charges)],
            "discounts": [
                {"key": "launch", "percent": "15", "charges": [f"c{n}" for n in range(0, charges, 4)], "to_month": 12},
                {"key": "whole", "percent": "5"},
            ],
            "credits": [
                {"kind": "credit", "key": "gift", "amount": "2000", "every": "year", "expires_months": 12},
                {"kind": "credit", "key": "pool", "amount": "50000", "purchase": "45000", "priority": 60},
            ],
            "commitments": [{"kind": "commitment", "key": "min", "amount": "60000", "window": "year"}],
            "minimum": {"amount": "1000"},
        }
    )


def charge(n: int) -> dict[str, Any]:
    """Every second charge with a pooled or monthly allowance, every third by another model."""
    made: dict[str, Any] = {"kind": "charge", "key": f"c{n}", "quantity": {"source": "meter", "meter": f"m{n}"}}
    made["price"] = {"model": ("graduated", "volume", "graduated")[n % 3], "tiers": TIERS}
    if n % 2:
        made["allowance"] = {"quantity": "500000", "reset": "year" if n % 4 == 1 else "month"}
    if n % 5 == 0:
        made["maximum"] = "5000"
    return made


def paths(charges: int, rows: int = PATHS) -> Usage:
    """Simulated usage, lognormal around the tiers."""
    draws = np.random.default_rng(1)
    return Usage({Series(f"m{n}"): draws.lognormal(15, 1.2, (rows, MONTHS)) for n in range(charges)})


def exact_ratio() -> dict[str, float]:
    """Rate one exact quote; the base is graduated tiers alone on the same decimals."""
    terms = deal(100)
    usage = Usage.exactly(
        {series: [Decimal(int(value)) for value in values[0]] for series, values in paths(100, 1).series.items()}
    )
    bare, whole = best_of(
        lambda: [tier_by_tier(values) for values in usage.series.values()], lambda: rate(terms, usage)
    )
    return {"bare_ms": bare * 1e3, "rate_ms": whole * 1e3, "ratio": whole / bare}


def tier_by_tier(quantity: np.ndarray) -> np.ndarray:
    """Graduated tiers on decimals, nothing else."""
    total, low = quantity * 0, Decimal(0)
    for tier in TIERS:
        above = np.maximum(quantity - low, Decimal(0))
        high = Decimal(tier.get("up_to", "Infinity"))
        total = total + np.minimum(above, high - low) * Decimal(tier["unit"])
        low = high
    return total


def vector_ratio() -> dict[str, float]:
    """Rate 10,000 paths; the base is one interpolation per charge over the same arrays."""
    terms, usage = deal(20), paths(20)
    x = np.array([0, 1e6, 5e6, 2e7, 1e12])
    y = np.array([0, 15, 63, 213, 8e6])
    bare, net, lines = best_of(
        lambda: [np.interp(values, x, y) for values in usage.series.values()],
        lambda: rate(terms, usage, lines=False),
        lambda: rate(terms, usage),
        times=4,
    )
    return {"interp_ms": bare * 1e3, "rate_ms": net * 1e3, "ratio": net / bare, "with_lines_ratio": lines / bare}


def peak_memory() -> dict[str, float]:
    """Bytes rated with beyond the result, for 1,000 and for 10,000 paths: they must not differ."""
    found = {}
    for rows in (1_000, 10_000):
        terms, usage = deal(20), paths(20, rows)
        tracemalloc.start()
        bill = rate(terms, usage, lines=False)
        found[f"beyond_result_mb_{rows}"] = (tracemalloc.get_traced_memory()[1] - bill.net.nbytes) / 1e6
        tracemalloc.stop()
    return found


def calls_ratio() -> dict[str, float]:
    """Price single calls of a model: its own loop against one array of a row per call."""
    meters = {"input_tokens": "0.000003", "output_tokens": "0.000015"}
    terms = Terms.parse(
        {
            "currency": "USD",
            "start": "2027-01-01",
            "months": 1,
            "charges": [
                {
                    "kind": "charge",
                    "key": meter,
                    "price": {"model": "per_unit", "unit": unit},
                    "quantity": {"source": "meter", "meter": meter},
                }
                for meter, unit in meters.items()
            ],
        }
    )
    calls, looped = 2_000_000, 5_000
    draws = np.random.default_rng(2)
    usage = Usage({Series(meter): draws.integers(1, 100_000, (calls, 1)).astype(float) for meter in meters})
    tokens = [(int(a), int(b)) for a, b in draws.integers(1, 100_000, (looped, 2))]
    at = datetime(2026, 1, 1, tzinfo=UTC)

    def loop() -> None:
        for read, written in tokens:
            used = genai_prices.Usage(input_tokens=read, output_tokens=written)
            genai_prices.calc_price(
                used, model_ref="claude-sonnet-4-0", provider_id="anthropic", genai_request_timestamp=at
            )

    their_time, our_time = best_of(loop, lambda: rate(terms, usage, lines=False), times=4)
    theirs, ours = looped / their_time, calls / our_time
    return {"theirs_per_s": theirs, "ours_per_s": ours, "ratio": ours / theirs}


def best_of(*works: Callable[[], object], times: int = 12) -> list[float]:
    """Return the shortest processor time of each work in seconds; they take turns, so load slows all alike."""
    shortest = [float("inf")] * len(works)
    for _ in range(times):
        for n, work in enumerate(works):
            started = time.process_time()
            work()
            shortest[n] = min(shortest[n], time.process_time() - started)
    return shortest


# What must hold: (part, figure, at most / at least, limit). On a quiet core the bare arithmetic takes 5 ms.
GOALS = (
    ("exact", "ratio", "at most", 6),
    ("vector", "ratio", "at most", 8),
    ("calls", "ratio", "at least", 1000),
)


def say(*words: str) -> None:
    """Write a line."""
    sys.stdout.write(" ".join(words) + "\n")


def main() -> int:
    """Print every figure and whether it meets its goal; return 1 if one does not."""
    parts = {"exact": exact_ratio(), "vector": vector_ratio(), "memory": peak_memory(), "calls": calls_ratio()}
    for name, figures in parts.items():
        say(name, *(f"{key}={value:,.2f}" for key, value in figures.items()))
    failed = False
    for name, key, word, limit in GOALS:
        value = parts[name][key]
        met = value <= limit if word == "at most" else value >= limit
        failed = failed or not met
        say("ok  " if met else "MISS", f"{name}.{key} = {value:,.2f}, {word} {limit}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
