"""The learned stage: how far the combination's median and spread should be moved, for a history that behaves like this.

A small network, fitted by `bench/fit_forecasting.py` on public series; its weights lie beside this file. Sums run in
a fixed order, input by input, so that one series gets the same answer alone and in any batch.
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


@lru_cache(maxsize=1)
def network() -> Network:
    with np.load(WEIGHTS) as stored:
        depth = sum(name.startswith("weights") for name in stored)
        layers = tuple((stored[f"weights{n}"].astype(float), stored[f"bias{n}"].astype(float)) for n in range(depth))
        return Network(stored["centre"].astype(float), stored["scale"].astype(float), layers)


def correct(inputs: Array) -> Correction:
    """`inputs` are features (lead, series, feature)."""
    net = network()
    rows = np.clip((inputs - net.centre) / net.scale, -FAR, FAR)[..., None, :]
    for depth, (weights, bias) in enumerate(net.layers):
        if depth:
            rows = np.maximum(rows, 0.0)
        rows = feed(rows, weights, bias)
    mean = sum(rows[..., member, :] for member in range(rows.shape[-2])) / rows.shape[-2]
    return shaped(mean)


def feed(rows: Array, weights: Array, bias: Array) -> Array:
    """(..., member or 1, input) -> (..., member, output), one input after the other."""
    out = np.broadcast_to(bias, (*rows.shape[:-2], *bias.shape)).copy()
    for number in range(len(weights)):
        out += rows[..., number, None] * weights[number]
    return out


def shaped(raw: Array) -> Correction:
    shift = FURTHEST * np.tanh(raw[..., 0] / FURTHEST)
    below, above = (WIDEST * np.tanh(raw[..., n] / WIDEST) for n in (1, 2))
    return Correction(shift, below, above)


def parameters_hash() -> str:
    """The first digits of the SHA-256 of the weights, stored with every run."""
    return hashlib.sha256(WEIGHTS.read_bytes()).hexdigest()[:12]
