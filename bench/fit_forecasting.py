"""Fit the learned stage of the forecast engine on the training part of the benchmark, and store its weights.

    OPENBLAS_NUM_THREADS=1 python -m bench.fit_forecasting ../shared/data/forecast/bench/train.csv.gz [--check]

Every series is cut at random origins and to random lengths; the future after a cut is the target. Simulated walks,
noises, trends and seasons of every volatility join them, so that the network knows what an honest band is where the
public series are calmer than customers of AI are. The loss is the benchmark's own (`bench.fitting.losses`); a source
weighs by the square root of its size, and each against how hard it is.

`--check` stores nothing. It hides every third entity and reports the loss on its official windows; and it hides, one
after the other, each calendar year of package downloads from everyone, since what happens to all at once is what bands
most often miss.
"""

import argparse
import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from bench.fitting.losses import bands_of, losses
from bench.fitting.network import Layers, standard, standardised, train
from bench.fitting.windows import SIMULATED, Group, Window, collect, fold_of, sizes
from forecasting.engine import learned

MEMBERS = 6
SIMULATED_WEIGHT = 2.0
EASY = 0.02  # a loss below this makes a source no harder to please
FOLDS = 3
YEARS = range(2020, 2024)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("train", type=Path)
    parser.add_argument("--check", action="store_true", help="report on what was hidden; store nothing")
    given = parser.parse_args()
    groups = collect(given.train)
    if given.check:
        check(groups)
    else:
        np.savez_compressed(learned.WEIGHTS, **stored(groups))


def stored(groups: Sequence[Group]) -> dict[str, np.ndarray]:
    """The ensemble as the engine reads it; the members differ by their start and their order of windows."""
    centre, scale = standard(groups)
    ready = [standardised(group, centre, scale) for group in groups]
    weights = weigh(groups)
    members: list[Layers] = [train(ready, weights, 100 + n) for n in range(MEMBERS)]
    found = {"centre": centre, "scale": scale}
    for depth in range(len(members[0])):
        found[f"weights{depth}"] = np.stack([member[depth][0] for member in members]).astype(np.float16)
        found[f"bias{depth}"] = np.stack([member[depth][1] for member in members]).astype(np.float16)
    return found


def weigh(groups: Sequence[Group]) -> list[np.ndarray]:
    """How much each window counts: 1 / (square root of its source's size x the loss without a network)."""
    count, loss = sizes(groups), defaultdict(float)
    for group in groups:
        for key, one in zip(group.keys, plain_loss(group), strict=True):
            loss[key] += one / count[key]
    weights = [
        np.array(
            [
                (SIMULATED_WEIGHT if key[0] == SIMULATED else 1.0) / (count[key] ** 0.5 * (loss[key] + EASY))
                for key in group.keys
            ]
        )
        for group in groups
    ]
    mean = np.concatenate(weights).mean()
    return [(one / mean).astype(np.float32) for one in weights]


def plain_loss(group: Group) -> np.ndarray:
    raw = np.zeros((group.leads.shape[1], group.size, 4), np.float32)
    return np.minimum(losses(group.actual * group.relative, bands_of(group, raw)[0])[0], 3.0)


def check(groups: Sequence[Group]) -> None:
    report("every third entity", groups, lambda one: fold_of(one.series) % FOLDS == 0, lambda one: False)
    for year in YEARS:
        month = year * 12 + 6
        report(
            f"package downloads from {year}-07 on",
            groups,
            lambda one, month=month: one.month == month and fold_of(one.series) % FOLDS == 0,  # type: ignore[misc]
            lambda one, month=month: abs(one.month - month) < 12,  # type: ignore[misc]
        )


def report(
    what: str, groups: Sequence[Group], tested: Callable[[Window], bool], hidden: Callable[[Window], bool]
) -> None:
    """Fit without entities of the test and without what is hidden; loss against no network, and coverage."""
    kept = [
        group.chosen(rows)
        for group in groups
        if len(rows := rows_where(group, lambda one: fold_of(one.series) % FOLDS != 0 and not hidden(one)))
    ]
    network = learned.read_network({key: part.astype(np.float32) for key, part in stored(kept).items()})
    ratios, covered, together = [], [], []
    for group in groups:
        rows = rows_where(group, lambda one: one.is_test and tested(one))
        if len(rows):
            test = group.chosen(rows)
            actual = test.actual * test.relative
            bands, _ = bands_of(test, learned.answer(network, test.inputs).astype(np.float32))
            plain, _ = bands_of(test, np.zeros((test.leads.shape[1], test.size, 4), np.float32))
            ratios += [
                np.mean(a) / np.mean(b) for a, b in zip(losses(actual, bands), losses(actual, plain), strict=True)
            ]
            covered.append(((actual >= bands.steps[0]) & (actual <= bands.steps[2])).mean(axis=0))
            together.append((actual.mean(axis=0) >= bands.total[0]) & (actual.mean(axis=0) <= bands.total[2]))
    steps, totals = (np.exp(np.mean(np.log(ratios[n::2]))) for n in (0, 1))
    sys.stdout.write(
        f"{what}: loss against no network {steps:.3f}, of sums {totals:.3f}; "
        f"inside {np.concatenate(covered).mean():.3f}, sums {np.concatenate(together).mean():.3f}\n"
    )


def rows_where(group: Group, holds: Callable[[Window], bool]) -> np.ndarray:
    return np.array([n for n, one in enumerate(group.windows) if holds(one)], dtype=int)


if __name__ == "__main__":
    main()
