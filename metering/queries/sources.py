"""The configured sources beside what is known of each: how far it was read, and what went wrong."""

from datetime import datetime
from typing import Any, NamedTuple

from metering.models import UsageSource
from metering.sources.base import Source
from metering.sources.config import Misconfigured, configured_sources

KINDS = {
    "openmeter": "OpenMeter",
    "metronome": "Metronome",
    "stripe": "Stripe",
    "clickhouse": "ClickHouse",
    "postgresql": "PostgreSQL",
}


class SourceState(NamedTuple):
    """A source as its page tells it. `every` is 0 where the file no longer names it: it is not read any more."""

    name: str
    kind: str
    every: int
    state: str
    watermark: datetime | None
    read_at: datetime | None
    accepted: int
    revised: int
    rejections: int
    rejected: list[list[Any]]
    error: str


class Sources(NamedTuple):
    """All sources in the order of the file, then those it no longer names; `problem` says why it cannot be used."""

    states: list[SourceState]
    problem: str


def source_states() -> Sources:
    known = {one.name: one for one in UsageSource.objects.order_by("name")}
    try:
        configured, problem = configured_sources(), ""
    except Misconfigured as misconfigured:
        configured, problem = [], str(misconfigured)
    listed = [state_of(source, known.pop(source.name, None)) for source in configured]
    return Sources([*listed, *(forgotten(one) for one in known.values())], problem)


def state_of(source: Source, known: UsageSource | None) -> SourceState:
    if known is None:
        return SourceState(source.name, named(source.kind), source.every_minutes, "queued", None, None, 0, 0, 0, [], "")
    state = "queued" if known.tried_at is None else "failed" if known.error else "active"
    return told(known, state)._replace(kind=named(source.kind), every=source.every_minutes)


def forgotten(known: UsageSource) -> SourceState:
    return told(known, "retired")


def told(known: UsageSource, state: str) -> SourceState:
    return SourceState(
        known.name, named(known.kind), 0, state, known.watermark, known.read_at, known.accepted, known.revised,
        known.rejections, known.rejected, known.error,
    )  # fmt: skip


def named(kind: str) -> str:
    """As the vendor writes it."""
    return KINDS.get(kind, kind)
