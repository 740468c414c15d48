"""The learned stage: how far the combination's median and spread should be moved, for a history that behaves so.

Two small ensembles of networks, fitted by `bench/fit_forecasting.py` on public and simulated series; the weights lie
beside this file. One learned from histories of all lengths; the other, from many more short ones besides, speaks alone
of a series with little history, and not at all of one with much.
"""

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from forecasting.engine.grains import GRAINS
from forecasting.engine.panel import Array

WEIGHTS = Path(__file__).with_name("learned.npz")
FAR = 4.0  # inputs are cut at this many standard deviations
FURTHEST = 3.0  # the median moves by at most this many sigmas
WIDEST = 2.0  # a side of the band is at most e to this times wider or narrower
BLOCK = 32  # rows of one matrix product
OUTPUTS = 4  # of a network: what `Correction` is made of


class Ensemble(NamedTuple):
    """Standardisation and layers; members of the ensemble lie along the first axis of each layer's weights."""

    centre: Array
    scale: Array
    layers: tuple[tuple[Array, Array], ...]  # (member, 1, input, output), (member, 1, 1, output)


class Networks(NamedTuple):
    """What learned from histories of all lengths, and what is for young ones."""

    plain: Ensemble
    young: Ensemble


class Widths(NamedTuple):
    """How much wider bands are than the networks say, by the log of the number of known values."""

    known: Array
    width: Array


class Correction(NamedTuple):
    """Shift of the median in sigmas, and the log of the widths below and above it in sigmas: (lead, series).

    `together` (series,) is the band of the sum of all steps as a share of the steps' bands added up: 1 if errors never
    even out.
    """

    shift: Array
    below: Array
    above: Array
    together: Array


def correct(grain: str, count: Array, inputs: Array) -> Correction:
    """What to change at each lead; `inputs` are features (lead, series, feature), `count` known values (series,)."""
    raw = both(networks(), inputs, voice_of_plain(grain, count))
    shift = FURTHEST * np.tanh(raw[..., 0] / FURTHEST)
    below, above = (WIDEST * np.tanh(raw[..., n] / WIDEST) for n in (1, 2))
    return Correction(shift, below, above, 1.0 / (1.0 + np.exp(-raw[-1, :, 3])))


def width(grain: str, count: Array) -> Array:
    """What held 8 of 10 of what was hidden from the networks, by grain and length of history; without jumps."""
    found = widths(grain)
    return np.interp(np.log(np.maximum(count, 1.0)), found.known, found.width)


@lru_cache(maxsize=4)
def widths(grain: str) -> Widths:
    with np.load(WEIGHTS) as stored:
        return Widths(stored[f"known_{grain}"], stored[f"width_{grain}"])


@lru_cache(maxsize=1)
def networks() -> Networks:
    with np.load(WEIGHTS) as stored:
        return read_networks({key: stored[key].astype(np.float32) for key in stored})


def read_networks(stored: dict[str, Array]) -> Networks:
    return Networks(read_ensemble("plain", stored), read_ensemble("young", stored))


def read_ensemble(name: str, stored: dict[str, Array]) -> Ensemble:
    depth = sum(key.startswith(f"{name}_weights") for key in stored)
    layers = ((stored[f"{name}_weights{n}"], stored[f"{name}_bias{n}"]) for n in range(depth))
    shaped = tuple((weights[:, None], bias[:, None, None]) for weights, bias in layers)
    return Ensemble(stored[f"{name}_centre"], stored[f"{name}_scale"], shaped)


def voice_of_plain(grain: str, count: Array) -> Array:
    """How much the first ensemble counts: nothing in the first year (of days: four weeks), all from the second on."""
    return np.clip(count / GRAINS[grain].far - 1.0, 0.0, 1.0)


def both(nets: Networks, inputs: Array, plain: Array) -> Array:
    """The answers of both, each asked about what it has a voice in alone; `plain` (series,) is that of the first."""
    raw = np.zeros((*inputs.shape[:2], OUTPUTS))
    for net, voice in ((nets.plain, plain), (nets.young, 1.0 - plain)):
        heard = voice > 0
        if heard.any():
            raw[:, heard] += voice[heard, None] * answer(net, inputs[:, heard])
    return raw


def answer(net: Ensemble, inputs: Array) -> Array:
    """Mean answer of the ensemble, in double precision.

    Every matrix product has the same shape, whatever the batch: the order in which a product adds up depends on the
    shape alone, so one series gets the same answer, bit for bit, alone and in any company.
    """
    rows = inputs.reshape(-1, inputs.shape[-1])
    blocks = np.zeros((-(-len(rows) // BLOCK) * BLOCK, rows.shape[1]), dtype=np.float32)
    blocks[: len(rows)] = np.clip((rows - net.centre) / net.scale, -FAR, FAR)
    values = blocks.reshape(1, -1, BLOCK, rows.shape[1])
    for depth, (weights, bias) in enumerate(net.layers):
        if depth:
            np.maximum(values, 0.0, out=values)
        values = np.matmul(values, weights)
        values += bias
    mean: Array = sum(values[1:], start=values[0]).astype(np.float64) / len(values)
    return mean.reshape(len(blocks), -1)[: len(rows)].reshape(*inputs.shape[:-1], -1)


@lru_cache(maxsize=1)
def parameters_hash() -> str:
    """The first digits of the SHA-256 of the weights, part of the method's name."""
    return hashlib.sha256(WEIGHTS.read_bytes()).hexdigest()[:8]
