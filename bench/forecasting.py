"""How good and how fast forecasts are: `python -m bench.forecasting [--part dev] [--every 1]`.

Quality is measured on the public benchmark where its folder is at hand (see `bench.benchmark`): the pinball loss of
P10, P50 and P90 against a seasonal naive, as geometric mean over groups of source, grain and horizon, for steps and for
the sum of all steps, and beside it the same of statsforecast's models (`make bench-setup` installs them); and how many
actuals fell between P10 and P90, in every calendar year, and of sums over several series of one source, as if they were
a customer's meters. Speed is processor time on simulated series.
"""

import argparse
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from bench import statsforecasts
from bench.benchmark import DATED, Answer, Case, Score, answer_of, cases, folder, naive, ratios, score
from forecasting.engine import METHOD, VERSION, couple, forecast_batch
from forecasting.engine.grains import GRAINS
from pricing import Series, Terms, Usage, rate

PATHS, SEED = 1000, 7
METERS = 5
SEVERAL = 10  # short series of one source, below which a group says more about its series than about the method
RATIOS = {
    "steps": "loss of steps against the best model",
    "sums": "loss of sums against the best model",
    "short": "loss of short histories against the best model",
    "short, several": "the same without groups of a few series",
}
FEWEST = 20  # series (or companies of five) whose coverage means something


class Goal(NamedTuple):
    """What must hold and what is aimed at: both ends included."""

    must: tuple[float, float]
    aim: tuple[float, float]


def at_most(must: float, aim: float) -> Goal:
    return Goal((0.0, must), (0.0, aim))


GOALS = {
    "loss of steps against the best model": at_most(0.90, 0.86),
    "loss of sums against the best model": at_most(0.90, 0.85),
    "loss of short histories against the best model": at_most(0.90, 0.85),
    "the same without groups of a few series": at_most(0.90, 0.85),
    "loss of steps against the naive": at_most(0.75, 0.72),
    "loss of sums against the naive": at_most(0.70, 0.66),
    "steps inside": Goal((0.77, 0.83), (0.79, 0.81)),
    "sums inside": Goal((0.75, 0.85), (0.78, 0.82)),
    "steps inside, worst year": Goal((0.0, 1.0), (0.70, 0.90)),
    "steps inside, best year": Goal((0.0, 1.0), (0.70, 0.90)),
    "steps of sums over five series inside": Goal((0.75, 0.92), (0.78, 0.85)),
    "sums of sums over five series inside": Goal((0.75, 0.92), (0.78, 0.85)),
    "missing, negative or crossing values, exceptions": at_most(0, 0),
    "ms of a monthly series": at_most(1.0, 0.4),
    "ms of 90 days of a daily series": at_most(3.0, 1.5),
    "ms of one call with 5 meters": at_most(13.0, 5.0),
    "s of bill bands": at_most(1.0, 0.3),
}


def main() -> int:
    """Print every figure and whether it meets its goal; return 1 if one misses what it must."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", default="dev", help="dev or train")
    parser.add_argument("--every", type=int, default=1, help="score every n-th series only")
    given = parser.parse_args()
    say(f"{METHOD} {VERSION}")
    figures = speed()
    if folder().exists():
        rivals = statsforecasts.is_installed()
        figures |= quality(cases(given.part)[:: given.every], say, rivals=rivals)
        if not rivals:
            say("statsforecast is not installed (make bench-setup)")
    else:
        say("quality: not measured, the benchmark is not beside the checkout (see FORECAST_DATA)")
    return judge(figures)


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def judge(figures: dict[str, float]) -> int:
    failed = False
    for name, goal in GOALS.items():
        if name not in figures:
            say(f"     {name}: not measured")
            continue
        value = figures[name]
        must, aim = (low <= value <= high for low, high in goal)
        failed = failed or not must
        word = "aim " if aim else "ok  " if must else "MISS"
        say(f"{word} {name} = {value:.3f} (must {spoken(goal.must)}, aim {spoken(goal.aim)})")
    return int(failed)


def spoken(limits: tuple[float, float]) -> str:
    return f"{limits[0]:g} to {limits[1]:g}" if limits[0] else f"at most {limits[1]:g}"


def quality(
    some: Sequence[Case], report: Callable[[str], None] = lambda line: None, *, rivals: bool = False
) -> dict[str, float]:
    """Ratios to the naive, coverage and defects; with `rivals` also against the models of statsforecast."""
    drawn = draw(some)
    answers = [answer_of(paths) for paths in drawn]
    own = [score(case, answer) for case, answer in zip(some, answers, strict=True)]
    base = [score(case, naive(case, number)) for number, case in enumerate(some)]
    steps, total = ratios(some, own, base)
    report(f"{'ours':27s} steps {steps:.3f}  sums {total:.3f}  {covered(own)}")
    years = by_year(some, own)
    for year, (inside, total_inside, count) in years.items():
        report(f"{'':27s} {year}: {count} series, inside {inside:.3f}, sums {total_inside:.3f}")
    found = {
        "loss of steps against the naive": steps,
        "loss of sums against the naive": total,
        "steps inside": float(np.mean([one.inside for one in own])),
        "sums inside": float(np.mean([one.total_inside for one in own])),
        "missing, negative or crossing values, exceptions": float(defects(drawn, answers)),
        **companies(some, drawn),
    }
    if years:
        found["steps inside, worst year"] = min(inside for inside, *_ in years.values())
        found["steps inside, best year"] = max(inside for inside, *_ in years.values())
    return found | against_models(some, own, base, report) if rivals else found


def draw(some: Sequence[Case]) -> list[np.ndarray]:
    freqs, horizons = [case.group[1] for case in some], [case.group[2] for case in some]
    return forecast_batch([case.history for case in some], freqs, horizons, PATHS, SEED)


def defects(drawn: Sequence[np.ndarray], answers: Sequence[Answer]) -> int:
    """How many values are missing, negative or in the wrong order."""
    broken = sum(int((~np.isfinite(paths)).sum() + (paths < 0).sum()) for paths in drawn)
    return broken + sum(int((np.diff(answer.steps, axis=0) < 0).sum()) for answer in answers)


def companies(some: Sequence[Case], drawn: Sequence[np.ndarray]) -> dict[str, float]:
    """Coverage of the sum over five series of one source and time, coupled like the meters of a customer.

    Each counts by its own level, so that no large one speaks for all.
    """
    alike = defaultdict(list)
    for number, case in enumerate(some):
        alike[case.group, case.begins].append(number)
    found = []
    for numbers in alike.values():
        for first in range(0, len(numbers) - METERS + 1, METERS):
            meters = numbers[first : first + METERS]
            found.append(company([some[n] for n in meters], [drawn[n] for n in meters]))
    if len(found) < FEWEST:
        return {}
    steps, total = np.mean(found, axis=0).tolist()
    return {"steps of sums over five series inside": steps, "sums of sums over five series inside": total}


def company(meters: Sequence[Case], drawn: Sequence[np.ndarray]) -> tuple[float, float]:
    height = max(len(case.history) for case in meters)
    histories = [np.r_[np.full(height - len(case.history), np.nan), case.history] for case in meters]
    block = GRAINS["D"].season if meters[0].group[1] == "D" else 1
    levels = [max(float(case.history.mean()), 1e-9) for case in meters]
    joint = couple(drawn, histories, SEED, block=block)
    paths = sum(path.astype(float) / level for path, level in zip(joint, levels, strict=True))
    actual = np.sum([case.actual / level for case, level in zip(meters, levels, strict=True)], axis=0)
    return score(meters[0]._replace(actual=actual), answer_of(np.asarray(paths)))[2:]


def covered(scores: Sequence[Score]) -> str:
    return f"inside {np.mean([x.inside for x in scores]):.3f}, sums {np.mean([x.total_inside for x in scores]):.3f}"


def by_year(some: Sequence[Case], scores: Sequence[Score]) -> dict[str, tuple[float, float, int]]:
    """Coverage of steps and sums, and the number of series, by the year in which the target begins."""
    years = defaultdict(list)
    for case, one in zip(some, scores, strict=True):
        if case.group[0] in DATED:
            years[case.begins[:4]].append(one[2:])
    means = {year: (*np.mean(each, axis=0).tolist(), len(each)) for year, each in sorted(years.items())}
    return {year: each for year, each in means.items() if each[2] >= FEWEST}


def against_models(
    some: Sequence[Case], own: Sequence[Score], base: Sequence[Score], report: Callable[[str], None]
) -> dict[str, float]:
    """Our ratio to the naive over the lowest of theirs, each by itself: of steps, of sums, of short histories."""
    everyone, short = range(len(some)), [n for n, case in enumerate(some) if len(case.history) < case.season]
    best = np.full(len(RATIOS), np.inf)
    for name, rival in statsforecasts.rivals().items():
        asked = short if rival.short_only else everyone
        if not asked:
            continue
        start = time.process_time()
        answers, refused = statsforecasts.answers(rival, [some[n] for n in asked])
        spent = (time.process_time() - start) / len(asked) * 1e3
        theirs = {n: score(some[n], answer) for n, answer in zip(asked, answers, strict=True)}
        found = against_naive(some, theirs, base, short)
        best = np.fmin(best, found)
        held = covered(list(theirs.values()))
        report(f"{name:27s} {spoken_ratios(found)}  {held}  {spent:.1f} ms, refused {refused} of {len(asked)}")
    mine = against_naive(some, dict(enumerate(own)), base, short)
    report(f"{'ours':27s} {spoken_ratios(mine)}")
    against = zip(RATIOS.values(), (mine / best).tolist(), strict=True)
    return {name: ratio for name, ratio in against if np.isfinite(ratio)}


def against_naive(
    some: Sequence[Case], scores: Mapping[int, Score], base: Sequence[Score], short: Sequence[int]
) -> np.ndarray:
    """The `RATIOS`; NaN for what was not asked of all of them."""
    size = Counter(some[n].group for n in short)
    many = [n for n in short if size[some[n].group] >= SEVERAL]
    whole = compared(some, scores, base, range(len(some))) if len(scores) == len(some) else (np.nan, np.nan)
    return np.array([*whole, *(compared(some, scores, base, each)[0] if each else np.nan for each in (short, many))])


def compared(
    some: Sequence[Case], scores: Mapping[int, Score], base: Sequence[Score], which: Sequence[int]
) -> tuple[float, float]:
    return ratios([some[n] for n in which], [scores[n] for n in which], [base[n] for n in which])


def spoken_ratios(found: np.ndarray) -> str:
    return "  ".join(f"{what} {value:.3f}" for what, value in zip(RATIOS, found, strict=True))


def speed() -> dict[str, float]:
    """Processor time of warm calls: per series in a batch, of one call of a quote, and of its bill."""
    random = np.random.default_rng(1)
    monthly = [100 * np.exp(0.1 * random.standard_normal(60).cumsum()) for _ in range(500)]
    daily = [100 * np.exp(0.1 * random.standard_normal(400)) for _ in range(100)]
    return {
        "ms of a monthly series": shortest(lambda: run(monthly, "M", 12)) / len(monthly) * 1e3,
        "ms of 90 days of a daily series": shortest(lambda: run(daily, "D", 90)) / len(daily) * 1e3,
        "ms of one call with 5 meters": shortest(lambda: run(monthly[:5], "M", 12), times=20) * 1e3,
        "s of bill bands": shortest(lambda: bill_bands(monthly[:6])),
    }


def run(series: list[np.ndarray], freq: str, horizon: int, n_paths: int = PATHS) -> list[np.ndarray]:
    return forecast_batch(series, [freq] * len(series), [horizon] * len(series), n_paths, SEED)


def shortest(work: Callable[[], object], times: int = 5) -> float:
    found = []
    for _ in range(times):
        start = time.process_time()
        work()
        found.append(time.process_time() - start)
    return min(found)


def bill_bands(histories: list[np.ndarray], months: int = 36, n_paths: int = 5000) -> np.ndarray:
    """Six meters forecast, coupled and billed by ten charges; bill, cost and margin by month and for the term."""
    paths = couple(run(histories, "M", months, n_paths), histories, SEED)
    usage = Usage({Series(f"m{n}"): values.astype(float) for n, values in enumerate(paths)})
    bill, cost = (rate(terms(months, price), usage, lines=False).net for price in ("2", "1.2"))
    money = np.concatenate([np.c_[each, each.sum(axis=1)] for each in (bill, cost, bill - cost)], axis=1)
    return np.quantile(money, [0.1, 0.5, 0.9], axis=0)


def terms(months: int, price: str) -> Terms:
    tiers = [{"up_to": "500", "unit": price}, {"unit": str(float(price) * 0.8)}]
    charges = [
        {
            "kind": "charge",
            "key": f"c{n}",
            "quantity": {"source": "meter", "meter": f"m{n % 6}"},
            "price": {"model": ("graduated", "volume")[n % 2], "tiers": tiers},
            **({"allowance": {"quantity": "100", "reset": "month"}} if n % 3 == 0 else {}),
        }
        for n in range(10)
    ]
    return Terms.parse({"currency": "USD", "start": "2027-01-01", "months": months, "charges": charges})


if __name__ == "__main__":
    sys.exit(main())
