"""Fit the learned stage of the forecast engine on the training part of the benchmark, and store its weights.

    OPENBLAS_NUM_THREADS=1 python -m bench.fit_forecasting ../shared/data/forecast/bench/train.csv.gz [--check]

Every series is cut at random origins and to random lengths; the future after a cut is the target. Simulated walks,
noises, trends and seasons of every volatility join them, so that the network knows what an honest band is where the
public series are calmer than customers of AI are. The loss is the benchmark's own (`bench.fitting.losses`); a source
weighs by the square root of its size, and each against how hard it is. Two ensembles come of it: one that looked at
histories of all lengths, and a wider one, for young customers, that looked at many more short ones besides.

How wide bands are by length of history is fitted on what was hidden from the networks (`bench.fitting.hidden`): every
third entity, and one after the other each calendar year of package downloads, since what happens to all at once is what
bands most often miss. `--check` stores nothing; it reports the loss and the coverage there.
"""

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np

from bench.fitting.hidden import YEARS, Asked, entities, widths, year
from bench.fitting.losses import bands_of, losses
from bench.fitting.network import Layers, standard, standardised, train
from bench.fitting.windows import SIMULATED, Group, collect, sizes
from forecasting.engine import learned

FEW = 2  # members that are enough to see what networks miss
SIMULATED_WEIGHT = 2.0
EASY = 0.02  # a loss below this makes a source no harder to please

Parts = dict[str, np.ndarray]


class Recipe(NamedTuple):
    """How an ensemble is made: its size, the width of its layers, and whether it learns from young windows too."""

    members: int
    hidden: int
    young: bool


RECIPES = {"plain": Recipe(12, 48, young=False), "young": Recipe(12, 96, young=True)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("train", type=Path)
    parser.add_argument("--check", action="store_true", help="report on what was hidden; store nothing")
    given = parser.parse_args()
    groups = collect(given.train)
    if given.check:
        check(groups)
    else:
        np.savez_compressed(learned.WEIGHTS, **stored(groups), **widths(groups, partial(stored, most=FEW)))


def stored(groups: Sequence[Group], most: int = max(recipe.members for recipe in RECIPES.values())) -> Parts:
    """The ensembles as the engine reads them, of at most so many members each."""
    found = {}
    for name, recipe in RECIPES.items():
        some = groups if recipe.young else [one for group in groups if (one := grown(group)).size]
        made = ensemble(some, recipe._replace(members=min(recipe.members, most)))
        found |= {f"{name}_{part}": values for part, values in made.items()}
    return found


def grown(group: Group) -> Group:
    """Without the young windows."""
    return group.chosen(np.array([n for n, one in enumerate(group.windows) if not one.is_young], dtype=int))


def ensemble(groups: Sequence[Group], recipe: Recipe) -> Parts:
    """Its members differ by their start and their order of windows."""
    centre, scale = standard(groups)
    ready = [standardised(group, centre, scale) for group in groups]
    weights = weigh(groups)
    members: list[Layers] = [train(ready, weights, recipe.hidden, 100 + n) for n in range(recipe.members)]
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
    fit = partial(stored, most=FEW)
    report("every third entity", entities(groups, fit, 0))
    for number in YEARS:
        report(f"package downloads from {number}-07 on", year(groups, fit, number))


def report(what: str, found: Iterable[Asked]) -> None:
    """Loss against no network, and coverage."""
    ratios, covered, together = [], [], []
    for one in found:
        plain, _ = bands_of(one.group, np.zeros_like(one.raw))
        pairs = zip(losses(one.actual, one.bands), losses(one.actual, plain), strict=True)
        ratios.append([np.mean(own) / np.mean(other) for own, other in pairs])
        covered.append(inside(one.actual, one.bands.steps).mean(axis=0))
        together.append(inside(one.actual.mean(axis=0), one.bands.total))
    steps, totals = np.exp(np.mean(np.log(ratios), axis=0))
    sys.stdout.write(
        f"{what}: loss against no network {steps:.3f}, of sums {totals:.3f}; "
        f"inside {np.concatenate(covered).mean():.3f}, sums {np.concatenate(together).mean():.3f}\n"
    )


def inside(actual: np.ndarray, bands: np.ndarray) -> np.ndarray:
    return (actual >= bands[0]) & (actual <= bands[2])


if __name__ == "__main__":
    main()
