"""Training of one small network: Adam with a cosine rate, batches of windows that share grain and horizon."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from bench.fitting.losses import gradient
from bench.fitting.windows import ADOPTING, Group
from forecasting.engine.learned import FAR, OUTPUTS

EPOCHS, BATCH = 8, 96
RATE, DECAY = 2e-3, 3e-3
WORST = 4.0  # a window that is missed by more than this does not pull harder
TOGETHER = 1.0  # first guess of the fourth answer
SHOCK = 0.4  # what may happen to all adopting customers at once within a year, in z: their futures are shaken by it

Layers = list[tuple[np.ndarray, np.ndarray]]


def standard(groups: Sequence[Group]) -> tuple[np.ndarray, np.ndarray]:
    rows = np.concatenate([group.inputs.reshape(-1, group.inputs.shape[-1]) for group in groups])
    return rows.mean(axis=0), rows.std(axis=0) + 1e-6


def train(groups: Sequence[Group], weights: Sequence[np.ndarray], hidden: int, seed: int) -> Layers:
    """Groups with standardised inputs; `weights` say how much each window counts."""
    random = np.random.default_rng(seed)
    widths = [groups[0].inputs.shape[-1], hidden, hidden, OUTPUTS]
    layers: Layers = [
        ((random.standard_normal((a, b)) * np.sqrt(2 / a)).astype(np.float32), np.zeros(b, np.float32))
        for a, b in pairwise(widths)
    ]
    layers[-1][0][:] *= 0.1
    layers[-1][1][3] = TOGETHER
    flat = [parameter for layer in layers for parameter in layer]
    moments = [(np.zeros_like(parameter), np.zeros_like(parameter)) for parameter in flat]
    batches = [batch for _ in range(EPOCHS) for batch in shuffled(groups, random)]
    for step, (number, rows) in enumerate(batches, start=1):
        group = groups[number].chosen(rows)
        found = backward(layers, group, shaken(group, random), weights[number][rows])
        rate = RATE * 0.5 * (1 + np.cos(np.pi * step / len(batches)))
        for parameter, change, (slow, square) in zip(flat, found, moments, strict=True):
            slow += 0.1 * (change - slow)
            square += 0.001 * (change * change - square)
            corrected = np.sqrt(square / (1 - 0.999**step)) + 1e-8
            parameter -= rate * (slow / (1 - 0.9**step) / corrected + DECAY * parameter)
    return layers


def shuffled(groups: Sequence[Group], random: np.random.Generator) -> list[tuple[int, np.ndarray]]:
    """All windows once, in batches of one group each."""
    found = []
    for number, group in enumerate(groups):
        order = random.permutation(group.size)
        found += [(number, order[first : first + BATCH]) for first in range(0, len(order), BATCH)]
    return [found[n] for n in random.permutation(len(found))]


def shaken(group: Group, random: np.random.Generator) -> np.ndarray:
    """What came, in units of the series' mean; where customers adopt, with a shock that grows over the horizon."""
    horizon, size = group.actual.shape
    years = np.arange(1, horizon + 1) / (12 if group.windows[0].series.freq == "M" else 26)
    adopts = np.array([one.series.source.startswith(ADOPTING) for one in group.windows])
    shock = SHOCK * adopts * random.standard_normal(size) * np.sqrt(years)[:, None]
    return (group.actual * group.relative * np.exp(shock)).astype(np.float32)


def backward(layers: Layers, group: Group, actual: np.ndarray, weight: np.ndarray) -> list[np.ndarray]:
    """Derivatives by all parameters, in their order."""
    leads, size, width = group.inputs.shape
    seen = [group.inputs.reshape(-1, width)]
    for depth, (weights, bias) in enumerate(layers):
        seen.append((seen[-1] if depth == 0 else np.maximum(seen[-1], 0)) @ weights + bias)
    loss, change = gradient(group, seen[-1].reshape(leads, size, -1), actual)
    pull = weight / BATCH * np.minimum(1.0, WORST / np.maximum(loss, 1e-9))
    change = (change * pull[:, None]).reshape(leads * size, -1).astype(np.float32)
    found: list[np.ndarray] = []
    for depth in range(len(layers) - 1, -1, -1):
        entered = seen[depth] if depth == 0 else np.maximum(seen[depth], 0)
        found = [entered.T @ change, change.sum(axis=0), *found]
        if depth:
            change = (change @ layers[depth][0].T) * (seen[depth] > 0)
    return found


def standardised(group: Group, centre: np.ndarray, scale: np.ndarray) -> Group:
    return group._replace(inputs=np.clip((group.inputs - centre) / scale, -FAR, FAR).astype(np.float32))
