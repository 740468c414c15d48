"""Fit the learned stage of the forecast engine on the training part of the benchmark, and store its weights.

    python bench/fit_forecasting.py ../shared/data/forecast/bench/train.csv.gz

Every series is cut at several origins and to several lengths; the future after a cut is the target. Daily series are
used once more as weeks. Simulated walks, noises, trends and seasons of every volatility join them, so that the network
knows what an honest band is where the public series are calmer than customers of AI are. The loss is the pinball loss
of P10, P50 and P90; each source weighs by the square root of its size.
"""

import argparse
import csv
import gzip
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from forecasting.engine.combine import combine
from forecasting.engine.features import features, knots
from forecasting.engine.grains import GRAINS
from forecasting.engine.intermittent import is_intermittent
from forecasting.engine.learned import FURTHEST, WEIGHTS, WIDEST
from forecasting.engine.panel import make_panel
from forecasting.engine.season import split_season

QUANTILES = np.array([0.1, 0.5, 0.9])
CUTS = {"M": (1, 2, 3, 6, 12, 24), "W": (3, 8, 13, 26, 60), "D": (5, 10, 20, 28, 60, 120)}
SIMULATED = 1800
BACK = (0.0, 0.5, 1.0, 2.0)  # origins before the official one, in horizons
HIDDEN, MEMBERS, EPOCHS, BATCH, RATE = 48, 4, 30, 512, 2e-3
P90 = 1.2816


class Windows(NamedTuple):
    inputs: np.ndarray  # (row, feature)
    target: np.ndarray  # (row,) in sigmas from the combination
    weight: np.ndarray
    group: np.ndarray  # number of the entity, for honest validation


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("train", type=Path)
    parser.add_argument(
        "--check", action="store_true", help="hold every 6th entity out and print its loss; store nothing"
    )
    given = parser.parse_args()
    rows = collect(given.train)
    if given.check:
        inside = rows.group % 6 != 0
        fit(Windows(*(part[inside] for part in rows)), Windows(*(part[~inside] for part in rows)))
        return
    net = fit(rows, None)
    np.savez_compressed(WEIGHTS, **net)


def collect(path: Path) -> Windows:
    """All windows of all series, with features."""
    random = np.random.default_rng(1)
    grouped = defaultdict(list)
    sizes: dict[tuple[str, str, int], int] = defaultdict(int)
    for source, entity, freq, horizon, values in [*measured(path), *simulated(random)]:
        key = (source, freq, horizon)
        sizes[key] += 1
        for history, future in windows(values, freq, horizon, random):
            if not is_intermittent(history) and (history > 0).any():
                grouped[freq, horizon].append((key, entity, history, future))
    parts = [prepared(freq, members, sizes) for (freq, _), members in grouped.items()]
    return Windows(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def read(path: Path) -> tuple[dict[str, np.ndarray], dict[str, Mapping[str, str]]]:
    values = defaultdict(list)
    with gzip.open(path, "rt") as file:
        for row in csv.DictReader(file):
            values[row["series_id"]].append(float(row["value"]))
    with open(str(path).replace(".csv.gz", ".meta.csv")) as file:
        meta = {row["series_id"]: row for row in csv.DictReader(file)}
    return {name: np.array(list_) for name, list_ in values.items()}, meta


def measured(path: Path) -> Iterator[tuple]:
    """The public series, and daily ones added up to weeks."""
    series, meta = read(path)
    for name, values in series.items():
        about = meta[name]
        yield about["source"], about["entity"], about["freq"], int(about["horizon"]), values
        if about["freq"] == "D" and len(values) >= 140:
            weeks = values[len(values) % 7 :].reshape(-1, 7).sum(axis=1)
            yield f"{about['source']} as weeks", about["entity"], "W", 13, weeks


def simulated(random: np.random.Generator) -> Iterator[tuple]:
    """Levels that walk, noise, a damped trend, a season; each as strong as chance has it."""
    for number in range(SIMULATED):
        freq, horizon = [("M", 12), ("W", 26), ("D", 60)][number % 3]
        length = horizon + int(np.exp(random.uniform(np.log(3), np.log(150))))
        walk, noise = np.exp(random.uniform(np.log(0.005), np.log(0.4), 2)) * (random.random(2) < 0.7)
        walk /= 1 if freq == "M" else 2
        drift = random.normal(0, 0.02 if freq == "M" else 0.005) * 0.98 ** np.arange(length)
        season = random.choice([0.0, 0.1, 0.3]) * random.standard_normal(GRAINS[freq].season)
        z = np.cumsum(walk * random.standard_normal(length) + drift) + noise * random.standard_t(5, length)
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


def prepared(freq: str, members: list, sizes: Mapping) -> Windows:
    grain, horizon = GRAINS[freq], len(members[0][3])
    panel = make_panel([history for _, _, history, _ in members], grain)
    flat, season = split_season(panel)
    combined = combine(flat, horizon)
    leads = knots(freq, horizon)
    inputs = features(flat, season, combined, leads)
    sigma = combined.sigma(np.array(leads, dtype=float))
    future = np.stack([future for *_, future in members], axis=1)
    z = np.log(future / panel.scale + panel.offset)
    centre = np.stack([combined.centre[lead - 1] + season.ahead(lead) for lead in leads])
    target = (z[[lead - 1 for lead in leads]] - centre) / sigma
    weight = np.array([sizes[key] ** -0.5 for key, *_ in members]) / len(leads)
    entity = np.array([hash_of(f"{key[0]}|{name.split('@')[0]}") for key, name, *_ in members])
    return Windows(
        inputs.reshape(-1, inputs.shape[-1]),
        target.ravel(),
        (sigma**SIGMA_POWER * weight).ravel(),
        np.broadcast_to(entity, target.shape).ravel(),
    )


SIGMA_POWER = 0.5


def hash_of(name: str) -> int:
    return sum((n + 1) * ord(letter) for n, letter in enumerate(name))


def fit(rows: Windows, held_out: Windows | None) -> dict[str, np.ndarray]:
    """Adam on the pinball loss; the members differ by their start and their order of rows."""
    centre, scale = rows.inputs.mean(axis=0), rows.inputs.std(axis=0) + 1e-6
    prepare = lambda part: np.clip((part.inputs - centre) / scale, -4, 4).astype(np.float32)  # noqa: E731
    inputs, test = prepare(rows), prepare(held_out) if held_out else None
    members, answers = [], []
    for member in range(MEMBERS):
        layers = train(inputs, rows, member)
        members.append(layers)
        if held_out is not None:
            answers.append(forward(layers, test)[-1])
            report(f"member {member}", np.mean(answers, axis=0), held_out)
    stored = {"centre": centre, "scale": scale}
    for depth in range(len(members[0])):
        stored[f"weights{depth}"] = np.stack([layers[depth][0] for layers in members], axis=1).astype(np.float16)
        stored[f"bias{depth}"] = np.stack([layers[depth][1] for layers in members]).astype(np.float16)
    return stored


def train(inputs: np.ndarray, rows: Windows, member: int) -> list[list[np.ndarray]]:
    random = np.random.default_rng(100 + member)
    widths = [inputs.shape[1], HIDDEN, HIDDEN, 3]
    layers = [
        [
            (random.standard_normal((a, b)) * np.sqrt(2 / a) * (1 if b != 3 else 0.1)).astype(np.float32),
            np.zeros(b, np.float32),
        ]
        for a, b in pairwise(widths)
    ]
    moments = [[np.zeros_like(p), np.zeros_like(p)] for layer in layers for p in layer]
    target, weight = rows.target.astype(np.float32), (rows.weight / rows.weight.mean()).astype(np.float32)
    step, total = 0, EPOCHS * (len(target) // BATCH)
    for _ in range(EPOCHS):
        order = random.permutation(len(target))
        for first in range(0, len(order) - BATCH + 1, BATCH):
            batch = order[first : first + BATCH]
            step += 1
            gradients = backward(layers, inputs[batch], target[batch], weight[batch])
            rate = RATE * 0.5 * (1 + np.cos(np.pi * step / total))
            for p, g, m in zip([p for layer in layers for p in layer], gradients, moments, strict=True):
                g = g + 1e-4 * p
                m[0] += 0.1 * (g - m[0])
                m[1] += 0.001 * (g * g - m[1])
                p -= rate * (m[0] / (1 - 0.9**step)) / (np.sqrt(m[1] / (1 - 0.999**step)) + 1e-8)
    return layers


def forward(layers: list, inputs: np.ndarray) -> list[np.ndarray]:
    """Inputs of every layer, and the output."""
    seen = [inputs]
    for depth, (weights, bias) in enumerate(layers):
        seen.append((seen[-1] if depth == 0 else np.maximum(seen[-1], 0)) @ weights + bias)
    return seen


def quantiles(raw: np.ndarray) -> np.ndarray:
    """(row, 3): the same shape of answer as `learned.shaped`."""
    shift = FURTHEST * np.tanh(raw[:, 0] / FURTHEST)
    below, above = (P90 * np.exp(WIDEST * np.tanh(raw[:, n] / WIDEST)) for n in (1, 2))
    return np.stack([shift - below, shift, shift + above], axis=1)


def backward(layers: list, inputs: np.ndarray, target: np.ndarray, weight: np.ndarray) -> list[np.ndarray]:
    seen = forward(layers, inputs)
    raw = seen[-1]
    asked = quantiles(raw)
    slope = np.where(target[:, None] > asked, -QUANTILES, 1 - QUANTILES) * weight[:, None] / len(target)
    flat = [1 - np.tanh(raw[:, n] / limit) ** 2 for n, limit in ((0, FURTHEST), (1, WIDEST), (2, WIDEST))]
    gradient = np.zeros_like(raw)
    gradient[:, 0] = slope.sum(axis=1) * flat[0]
    gradient[:, 1] = -slope[:, 0] * (asked[:, 1] - asked[:, 0]) * flat[1]
    gradient[:, 2] = slope[:, 2] * (asked[:, 2] - asked[:, 1]) * flat[2]
    found: list[np.ndarray] = []
    for depth in range(len(layers) - 1, -1, -1):
        entered = seen[depth] if depth == 0 else np.maximum(seen[depth], 0)
        found = [entered.T @ gradient, gradient.sum(axis=0), *found]
        if depth:
            gradient = (gradient @ layers[depth][0].T) * (seen[depth] > 0)
    return found


def report(name: str, raw: np.ndarray, rows: Windows) -> None:
    """Loss against the combination alone, and coverage."""
    losses = []
    for asked in (np.array([[-P90, 0.0, P90]]), quantiles(raw)):
        miss = rows.target[:, None] - asked
        losses.append((np.maximum(QUANTILES * miss, (QUANTILES - 1) * miss).sum(axis=1) * rows.weight).sum())
    inside = (rows.target >= asked[:, 0]) & (rows.target <= asked[:, 2])
    sys.stdout.write(f"{name}: loss {losses[1] / losses[0]:.4f} of the combination's, coverage {inside.mean():.3f}\n")


if __name__ == "__main__":
    main()
