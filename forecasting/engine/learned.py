"""The learned stage: how far the combination's median and spread should be moved, for a history that behaves like this.

Two small networks, fitted by `bench/fit_forecasting.py` on public and simulated series; their weights lie beside this
file. Sums run in a fixed order, input by input, so that one series gets the same answer alone and in any batch.
"""

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from forecasting.engine.panel import Array

WEIGHTS = Path(__file__).with_name("learned.npz")
FAR = 4.0  # inputs are cut at this many standard deviations
FURTHEST = 3.0  # the median moves by at most this many sigmas
WIDEST = 2.0  # a side of the band is at most e to this times wider or narrower


class Network(NamedTuple):
    """Standardisation and layers; members of the ensemble lie along the second axis of each layer's weights."""

    centre: Array
    scale: Array
    layers: tuple[tuple[Array, Array], ...]  # (input, member, output), (member, output)


class Correction(NamedTuple):
    """Shift of the median in sigmas, and the log of the widths below and above it in sigmas: (lead, series)."""

    shift: Array
    below: Array
    above: Array


def correct(inputs: Array) -> Correction:
    """What to change at each lead; `inputs` are features (lead, series, feature)."""
    raw = answer(network("steps"), inputs)
    shift = FURTHEST * np.tanh(raw[..., 0] / FURTHEST)
    below, above = (WIDEST * np.tanh(raw[..., n] / WIDEST) for n in (1, 2))
    return Correction(shift, below, above)


def togetherness(inputs: Array) -> Array:
    """The band of the sum of all steps, as a share of the steps' bands added up; 1 if errors never even out."""
    return 1.0 / (1.0 + np.exp(-answer(network("totals"), inputs)[..., 0]))


@lru_cache(maxsize=2)
def network(name: str) -> Network:
    with np.load(WEIGHTS) as stored:
        mine = {key.removeprefix(f"{name}_"): stored[key].astype(float) for key in stored if key.startswith(name)}
    depth = sum(key.startswith("weights") for key in mine)
    layers = tuple((mine[f"weights{n}"], mine[f"bias{n}"]) for n in range(depth))
    return Network(mine["centre"], mine["scale"], layers)


def answer(net: Network, inputs: Array) -> Array:
    """Mean answer of the ensemble."""
    rows: Array = np.clip((inputs - net.centre) / net.scale, -FAR, FAR)[..., None, :]
    for depth, (weights, bias) in enumerate(net.layers):
        if depth:
            rows = np.maximum(rows, 0.0)
        rows = feed(rows, weights, bias)
    return sum(rows[..., member, :] for member in range(rows.shape[-2])) / rows.shape[-2]


def feed(rows: Array, weights: Array, bias: Array) -> Array:
    """(..., member or 1, input) -> (..., member, output), one input after the other."""
    out = np.broadcast_to(bias, (*rows.shape[:-2], *bias.shape)).copy()
    for number in range(len(weights)):
        out += rows[..., number, None] * weights[number]
    return out


@lru_cache(maxsize=1)
def parameters_hash() -> str:
    """The first digits of the SHA-256 of the weights, part of the method's name."""
    return hashlib.sha256(WEIGHTS.read_bytes()).hexdigest()[:8]
