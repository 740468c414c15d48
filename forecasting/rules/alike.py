"""Cold start: which other customers are alike, and why. They give a young series the shape and spread of its way on."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.utils.translation import gettext_noop as noop

from forecasting.engine.cohorts import FEWEST
from forecasting.engine.grains import GRAINS
from forecasting.rules.months import Array

YOUNG_DAYS = 180  # older histories speak for themselves
MOST = 8
AHEAD = {"D": 28, "W": 8, "M": 3}  # steps that a look-alike must show of how it went on from the same age
SHAPE_STEPS = 3  # fewer steps have no shape
WEIGHTS = {"segment": 1.0, "products": 1.0, "size": 1.0, "shape": 1.5}
LEAST = 0.35  # share of what a perfect look-alike would score


@dataclass(frozen=True)
class Candidate:
    """Another customer's use of the same thing, from its first known step on."""

    slug: str
    name: str
    segment: str
    products: frozenset[str]  # the meters it uses: what it has bought
    grain: str
    values: Array


@dataclass(frozen=True)
class Alike:
    candidate: Candidate
    score: float
    reasons: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        return {"slug": self.candidate.slug, "name": self.candidate.name, "why": list(self.reasons)}


def look_alikes(
    *,
    segment: str,
    products: Collection[str],
    grain: str,
    values: Array,
    horizon: int,
    candidates: Sequence[Candidate],
) -> list[Alike]:
    """The most alike first, at most `MOST`; none when they are fewer than the engine believes."""
    age = int(np.isfinite(values).sum())
    old_enough = [one for one in candidates if one.grain == grain and goes_on(one.values, age, horizon, grain)]
    scored = [compared(one, segment, frozenset(products), values[np.isfinite(values)]) for one in old_enough]
    found = sorted((one for one in scored if one.score >= LEAST), key=lambda one: (-one.score, one.candidate.slug))
    return found[:MOST] if len(found) >= FEWEST else []


def goes_on(values: Array, age: int, horizon: int, grain: str) -> bool:
    """Whether enough is known of the steps after the same age to show a way on."""
    return int(np.isfinite(values[age : age + horizon]).sum()) >= min(AHEAD[grain], horizon)


def compared(other: Candidate, segment: str, products: frozenset[str], values: Array) -> Alike:
    """How alike, between 0 and 1, and what speaks for it."""
    age = len(values)
    early = other.values[:age]
    marks = {
        "segment": float(other.segment == segment),
        "products": len(products & other.products) / max(len(products | other.products), 1),
        "size": size(values, early) if age else None,
        "shape": shape(values, early) if age >= SHAPE_STEPS else None,
    }
    known = {name: mark for name, mark in marks.items() if mark is not None}
    score = sum(WEIGHTS[name] * mark for name, mark in known.items()) / sum(WEIGHTS[name] for name in known)
    return Alike(other, score, reasons(marks, values, early, GRAINS[other.grain].name))


def size(own: Array, other: Array) -> float:
    """1 where the level is the same, a half where it differs by a factor of two."""
    mine, theirs = float(np.nanmean(own)), float(np.nanmean(other))
    return float(np.exp(-abs(np.log2(theirs / mine)) * np.log(2))) if mine > 0 and theirs > 0 else 0.0


def shape(own: Array, other: Array) -> float:
    """1 where the first steps took the same course, whatever their level."""
    mine, theirs = (np.log1p(values / max(float(np.nanmean(values)), 1e-12)) for values in (own, other))
    return float(np.exp(-4 * np.sqrt(np.nanmean((mine - theirs) ** 2))))


def reasons(marks: dict[str, float | None], own: Array, early: Array, grain: str) -> tuple[str, ...]:
    similar = {
        "D": noop("similar first {n} days"),
        "W": noop("similar first {n} weeks"),
        "M": noop("similar first {n} months"),
    }
    found = []
    if marks["segment"]:
        found.append(noop("same segment"))
    if (marks["products"] or 0) >= 0.5:
        found.append(noop("uses the same products"))
    if (marks["size"] or 0) >= 0.4:
        times = float(np.nanmean(early)) / float(np.nanmean(own))
        found.append(noop("{times} times the size at this age").format(times=f"{times:.1f}"))
    if (marks["shape"] or 0) >= 0.4:
        found.append(similar[grain].format(n=len(own)))
    return tuple(found)


def cold_note(name: str, days: int, used: int) -> str:
    """What the page says about a young series with company."""
    said = noop("{name}: {days} days of history, so {used} look-alike customers speak beside it.")
    return said.format(name=name, days=days, used=used)


def nobody_note(names: Sequence[str], considered: int) -> str:
    """Why nobody speaks beside these young series."""
    one = noop(
        "{names}: less than {days} days of history. 1 other customer uses the same, but fewer than {fewest} are "
        "alike and were metered long enough to show how such a customer goes on, so none speaks here."
    )
    several = noop(
        "{names}: less than {days} days of history. {n} other customers use the same, but fewer than {fewest} are "
        "alike and were metered long enough to show how such a customer goes on, so none speaks here."
    )
    said = one if considered == 1 else several
    return said.format(names=", ".join(names), days=YOUNG_DAYS, fewest=FEWEST, n=considered)
