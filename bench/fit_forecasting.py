"""Fit the learned stage of the forecast engine on the training part of the benchmark, and store its weights.

    python bench/fit_forecasting.py ../shared/data/forecast/bench/train.csv.gz

Every series is cut at several origins and to several lengths; the future after a cut is the target. Daily series are
used once more as weeks, and young packages as if their months were weeks. Simulated walks, noises, trends and seasons
of every volatility join them, so that the network knows what an honest band is where the public series are calmer
than customers of AI are. The loss is the pinball loss of P10, P50 and P90 of the steps, then of P10 and P90 of their
sum; each source weighs by the square root of its size.
"""

import argparse
import csv
import gzip
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from forecasting.engine import learned
from forecasting.engine.bands import P90, Quantiles, between, season_ahead
from forecasting.engine.combine import combine
from forecasting.engine.features import features, knots
from forecasting.engine.grains import GRAINS
from forecasting.engine.intermittent import is_intermittent
from forecasting.engine.learned import FAR, FURTHEST, WIDEST
from forecasting.engine.panel import make_panel
from forecasting.engine.season import split_season

QUANTILES = np.array([0.1, 0.5, 0.9])
CUTS = {"M": (1, 2, 3, 6, 12, 24), "W": (3, 8, 13, 26, 60), "D": (5, 10, 20, 28, 60, 120)}
BACK = (0.0, 0.5, 1.0, 2.0)  # origins before the official one, in horizons
SIMULATED, SIMULATED_WEIGHT = 3000, 2.0
SIGMA_POWER = 0.5  # a series counts by its volatility to this power
STEPS = {"hidden": 48, "members": 4, "epochs": 28}
TOTALS = {"hidden": 16, "members": 3, "epochs": 20}
BATCH, RATE, DECAY = 512, 2e-3, 3e-4

Loss = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]  # raw answers, rows -> losses, gradients


class Group(NamedTuple):
    """Windows of one grain and horizon: what the engine knows about them, and what came."""

    inputs: np.ndarray  # (lead, window, feature)
    leads: list[int]
    centre: np.ndarray  # (horizon, window), season included
    sigma: np.ndarray
    target: np.ndarray  # (horizon, window) in z
    offset: np.ndarray
    weight: np.ndarray  # (window,)
    entity: np.ndarray


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("train", type=Path)
    parser.add_argument("--check", action="store_true", help="hold every 6th entity out and report; store nothing")
    given = parser.parse_args()
    groups = collect(given.train)
    kept = [chosen(group, group.entity % 6 != 0) for group in groups] if given.check else groups
    steps = fit(np.concatenate([rows_of(group) for group in kept]), step_loss(kept), **STEPS)
    totals = fit(np.concatenate([group.inputs[-1] for group in kept]), total_loss(kept, steps), **TOTALS)
    if given.check:
        report([chosen(group, group.entity % 6 == 0) for group in groups], steps, totals)
        return
    named = {
        f"{name}_{key}": value for name, net in (("steps", steps), ("totals", totals)) for key, value in net.items()
    }
    np.savez_compressed(learned.WEIGHTS, **named)


def collect(path: Path) -> list[Group]:
    """All windows of all series."""
    random = np.random.default_rng(1)
    grouped = defaultdict(list)
    sizes: dict[tuple[str, str, int], float] = defaultdict(float)
    for source, entity, freq, horizon, values in [*measured(path), *simulated(random)]:
        key = (source, freq, horizon)
        sizes[key] += 1
        for history, future in windows(values, freq, horizon, random):
            if not is_intermittent(history) and (history > 0).any():
                grouped[freq, horizon].append((key, entity, history, future))
    weights = {key: size**-0.5 * (SIMULATED_WEIGHT if key[0] == "simulated" else 1) for key, size in sizes.items()}
    return [prepared(freq, members, weights) for (freq, _), members in grouped.items()]


def measured(path: Path) -> Iterator[tuple]:
    """The public series; daily ones once more as weeks, package downloads once more as if months were weeks."""
    series, meta = read(path)
    for name, values in series.items():
        about = meta[name]
        source, entity, freq = about["source"], about["entity"], about["freq"]
        yield source, entity, freq, int(about["horizon"]), values
        if freq == "D" and len(values) >= 140:
            yield f"{source} as weeks", entity, "W", 13, values[len(values) % 7 :].reshape(-1, 7).sum(axis=1)
        if source == "pypi" and len(values) >= 30 and len(name) % 2:
            yield f"{source} as weeks", entity, "W", 13, values


def read(path: Path) -> tuple[dict[str, np.ndarray], dict[str, Mapping[str, str]]]:
    values = defaultdict(list)
    with gzip.open(path, "rt") as file:
        for row in csv.DictReader(file):
            values[row["series_id"]].append(float(row["value"]))
    with open(str(path).replace(".csv.gz", ".meta.csv")) as file:
        meta = {row["series_id"]: row for row in csv.DictReader(file)}
    return {name: np.array(numbers) for name, numbers in values.items()}, meta


def simulated(random: np.random.Generator) -> Iterator[tuple]:
    """Levels that walk, noise, a damped trend, a season; each as strong as chance has it."""
    for number in range(SIMULATED):
        freq, horizon = [("M", 12), ("W", 26), ("D", 60)][number % 3]
        length = horizon + int(np.exp(random.uniform(np.log(3), np.log(150))))
        walk, noise = np.exp(random.uniform(np.log([0.005, 0.01]), np.log([0.3, 0.7]))) * (random.random(2) < 0.75)
        drift = random.normal(0, 0.02 if freq == "M" else 0.005) * 0.98 ** np.arange(length)
        season = random.choice([0.0, 0.1, 0.3]) * random.standard_normal(GRAINS[freq].season)
        z = np.cumsum(walk * random.standard_normal(length) + drift) + noise * random.standard_t(8, length)
        yield "simulated", f"simulated {number}", freq, horizon, 100 * np.exp(z + np.resize(season, length))


def windows(values: np.ndarray, freq: str, horizon: int, random: np.random.Generator) -> Iterator[tuple]:
    """Histories and what came after: the official origin and earlier ones, whole and cut short."""
    for back in BACK:
        origin = len(values) - horizon - int(back * horizon)
        if origin < 3:
            return
        history, future = values[:origin], values[origin : origin + horizon]
        yield history, future
        short = [cut for cut in CUTS[freq] if cut < origin]
        if short and (back == 0 or random.random() < 0.4):
            yield history[-int(random.choice(short)) :], future


def prepared(freq: str, members: list, weights: Mapping) -> Group:
    """Let the engine look at the histories, as it does before it asks the networks."""
    grain, horizon = GRAINS[freq], len(members[0][3])
    panel = make_panel([history for _, _, history, _ in members], grain)
    flat, season = split_season(panel)
    combined = combine(flat, horizon)
    leads = knots(freq, horizon)
    future = np.stack([future for *_, future in members], axis=1)
    return Group(
        features(flat, season, combined, leads),
        leads,
        combined.centre + season_ahead(season, horizon),
        combined.sigma(np.arange(1.0, horizon + 1.0)),
        np.log(future / panel.scale + panel.offset),
        panel.offset,
        np.array([weights[key] for key, *_ in members]),
        np.array(
            [sum((n + 1) * ord(x) for n, x in enumerate(f"{key[0]}|{name.split('@')[0]}")) for key, name, *_ in members]
        ),
    )


def chosen(group: Group, which: np.ndarray) -> Group:
    """These windows only."""
    return Group(
        *(
            part if part is group.leads else part[..., which, :] if part is group.inputs else part[..., which]
            for part in group
        )
    )


def rows_of(group: Group) -> np.ndarray:
    return group.inputs.reshape(-1, group.inputs.shape[-1])


def step_loss(groups: Sequence[Group]) -> Loss:
    """Pinball loss of the three quantiles of single steps, in sigmas."""
    at = [[lead - 1 for lead in group.leads] for group in groups]
    target = np.concatenate(
        [((g.target - g.centre) / g.sigma)[rows].ravel() for g, rows in zip(groups, at, strict=True)]
    )
    weight = np.concatenate(
        [(g.sigma[rows] ** SIGMA_POWER * g.weight / len(rows)).ravel() for g, rows in zip(groups, at, strict=True)]
    )
    weight /= weight.mean()

    def loss(raw: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        asked = step_quantiles(raw)
        miss = target[rows, None] - asked
        slope = np.where(miss > 0, -QUANTILES, 1 - QUANTILES) * weight[rows, None] / len(rows)
        flat = [1 - np.tanh(raw[:, n] / limit) ** 2 for n, limit in ((0, FURTHEST), (1, WIDEST), (2, WIDEST))]
        gradient = np.stack(
            [
                slope.sum(axis=1) * flat[0],
                -slope[:, 0] * (asked[:, 1] - asked[:, 0]) * flat[1],
                slope[:, 2] * (asked[:, 2] - asked[:, 1]) * flat[2],
            ],
            axis=1,
        )
        return (np.maximum(QUANTILES * miss, (QUANTILES - 1) * miss)).sum(axis=1) * weight[rows], gradient

    loss.outputs = 3  # type: ignore[attr-defined]
    return loss


def step_quantiles(raw: np.ndarray) -> np.ndarray:
    """(row, 3) in sigmas; the same shape of answer as `learned.correct`."""
    shift = FURTHEST * np.tanh(raw[:, 0] / FURTHEST)
    below, above = (P90 * np.exp(WIDEST * np.tanh(raw[:, n] / WIDEST)) for n in (1, 2))
    return np.stack([shift - below, shift, shift + above], axis=1)


def total_loss(groups: Sequence[Group], steps: Mapping[str, np.ndarray]) -> Loss:
    """Pinball loss of P10 and P90 of the sum of all steps, the bands being shares of the steps' bands added up."""
    middle, below, above, actual, weight = (
        np.concatenate(c) for c in zip(*(sums(g, steps) for g in groups), strict=True)
    )
    below, above = np.maximum(below, 1e-6), np.maximum(above, 1e-6)
    weight /= weight.mean()
    levels = QUANTILES[[0, 2]]

    def loss(raw: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        share = 1 / (1 + np.exp(-raw))
        reached = (actual - middle)[rows, None] / np.stack([below, above], axis=1)[rows]
        sides = np.array([-1.0, 1.0])
        miss = reached - share * sides
        slope = np.where(miss > 0, -levels, 1 - levels) * sides * weight[rows, None] / len(rows)
        gradient = slope.sum(axis=1, keepdims=True) * share * (1 - share)
        return np.maximum(levels * miss, (levels - 1) * miss).sum(axis=1) * weight[rows], gradient

    loss.outputs = 1  # type: ignore[attr-defined]
    return loss


def sums(group: Group, steps: Mapping[str, np.ndarray]) -> tuple[np.ndarray, ...]:
    """P50, the band below and above it, and what came, each summed over the steps and in units of the sum."""
    bands = banded(group, steps)
    low, middle, high, actual = (
        np.maximum(np.exp(z) - group.offset, 0).sum(axis=0) for z in (bands.low, bands.middle, bands.high, group.target)
    )
    size = np.maximum(actual, middle) + 1e-9
    return middle / size, (middle - low) / size, (high - middle) / size, actual / size, group.weight.copy()


def banded(group: Group, steps: Mapping[str, np.ndarray]) -> Quantiles:
    """The engine's bands with this network."""
    raw = predict(steps, rows_of(group))
    asked = step_quantiles(raw).reshape(len(group.leads), -1, 3)
    every = np.arange(1.0, len(group.centre) + 1.0)
    return Quantiles(*(group.centre + group.sigma * between(group.leads, asked[..., n], every) for n in range(3)))


def fit(inputs: np.ndarray, loss: Loss, *, hidden: int, members: int, epochs: int) -> dict[str, np.ndarray]:
    """An ensemble; the members differ by their start and their order of rows."""
    centre, scale = inputs.mean(axis=0), inputs.std(axis=0) + 1e-6
    ready = np.clip((inputs - centre) / scale, -FAR, FAR).astype(np.float32)
    nets = [train(ready, loss, [ready.shape[1], hidden, hidden, loss.outputs], epochs, 100 + n) for n in range(members)]
    stored = {"centre": centre, "scale": scale}
    for depth in range(len(nets[0])):
        stored[f"weights{depth}"] = np.stack([net[depth][0] for net in nets], axis=1).astype(np.float16)
        stored[f"bias{depth}"] = np.stack([net[depth][1] for net in nets]).astype(np.float16)
    return stored


def train(inputs: np.ndarray, loss: Loss, widths: list[int], epochs: int, seed: int) -> list[list[np.ndarray]]:
    """Adam with a cosine rate."""
    random = np.random.default_rng(seed)
    layers = [
        [(random.standard_normal((a, b)) * np.sqrt(2 / a)).astype(np.float32), np.zeros(b, np.float32)]
        for a, b in pairwise(widths)
    ]
    layers[-1][0] *= 0.1
    flat = [parameter for layer in layers for parameter in layer]
    moments = [[np.zeros_like(parameter), np.zeros_like(parameter)] for parameter in flat]
    total = epochs * (len(inputs) // BATCH)
    for step in range(total):
        if step % (len(inputs) // BATCH) == 0:
            order, first = random.permutation(len(inputs)), 0
        rows, first = order[first : first + BATCH], first + BATCH
        gradients = backward(layers, inputs[rows], loss, rows)
        rate = RATE * 0.5 * (1 + np.cos(np.pi * step / total))
        for parameter, gradient, (slow, square) in zip(flat, gradients, moments, strict=True):
            gradient = gradient + DECAY * parameter
            slow += 0.1 * (gradient - slow)
            square += 0.001 * (gradient * gradient - square)
            corrected = np.sqrt(square / (1 - 0.999 ** (step + 1))) + 1e-8
            parameter -= rate * (slow / (1 - 0.9 ** (step + 1))) / corrected
    return layers


def backward(layers: list, inputs: np.ndarray, loss: Loss, rows: np.ndarray) -> list[np.ndarray]:
    seen = [inputs]
    for depth, (weights, bias) in enumerate(layers):
        seen.append((seen[-1] if depth == 0 else np.maximum(seen[-1], 0)) @ weights + bias)
    _, gradient = loss(seen[-1], rows)
    gradient = gradient.astype(np.float32)
    found: list[np.ndarray] = []
    for depth in range(len(layers) - 1, -1, -1):
        entered = seen[depth] if depth == 0 else np.maximum(seen[depth], 0)
        found = [entered.T @ gradient, gradient.sum(axis=0), *found]
        if depth:
            gradient = (gradient @ layers[depth][0].T) * (seen[depth] > 0)
    return found


def predict(net: Mapping[str, np.ndarray], inputs: np.ndarray) -> np.ndarray:
    """Mean of the ensemble."""
    depth = sum(name.startswith("weights") for name in net)
    layers = tuple((net[f"weights{n}"].astype(float), net[f"bias{n}"].astype(float)) for n in range(depth))
    network = learned.Network(net["centre"], net["scale"], layers)
    return np.concatenate([learned.answer(network, part) for part in np.array_split(inputs, 1 + len(inputs) // 20_000)])


def report(groups: Sequence[Group], steps: Mapping[str, np.ndarray], totals: Mapping[str, np.ndarray]) -> None:
    """Loss against the combination alone, and coverage, on entities that were held out."""
    for group in groups:
        if not group.target.size:
            continue
        bands, plain = (
            banded(group, steps),
            Quantiles(*(group.centre + side * P90 * group.sigma for side in (-1, 0, 1))),
        )
        ratio = np.divide(*((pinball(group, each) * group.weight).sum() for each in (bands, plain)))
        inside = ((group.target >= bands.low) & (group.target <= bands.high)).mean()
        middle, below, above, actual, _ = sums(group, steps)
        share = 1 / (1 + np.exp(-predict(totals, group.inputs[-1])[:, 0]))
        together = ((actual >= middle - share * below) & (actual <= middle + share * above)).mean()
        sys.stdout.write(
            f"horizon {len(group.target):3d}, {len(group.weight):5d} windows: loss {ratio:.3f}, "
            f"steps {inside:.3f}, totals {together:.3f}, share {np.median(share):.2f}\n"
        )


def pinball(group: Group, bands: Quantiles) -> np.ndarray:
    miss = (group.target - np.stack([bands.low, bands.middle, bands.high])) / group.sigma
    level = QUANTILES[:, None, None]
    return np.maximum(level * miss, (level - 1) * miss).sum(axis=0).mean(axis=0)


if __name__ == "__main__":
    main()
