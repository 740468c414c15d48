"""A portfolio: its states, how it is cut into chunks, and who may start, resume and cancel it."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

from django.utils.translation import gettext as _

from core.roles import Permission, may

CHUNK = 25  # customers: some seconds of work, so that progress is seen and little is lost
PATHS = 500
MONTHS = 12
KEPT = 60  # runs that have ended: two months of nights, so that drift can be looked back at


class State(StrEnum):
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"


class Run(Protocol):
    @property
    def state(self) -> str: ...


def chunks(ids: Sequence[int]) -> list[list[int]]:
    return [list(ids[first : first + CHUNK]) for first in range(0, len(ids), CHUNK)]


def why_not_start(*, running: bool, customers: int, by: object = None) -> str:
    """ "" when a portfolio may be forecast now; else a sentence."""
    if running:
        return _("A portfolio is being forecast already; wait for it or cancel it.")
    if not customers:
        return _("No customer has metered usage yet; bring some first.")
    return why_not_person(by)


def why_not_cancel(run: Run, *, by: object = None) -> str:
    if run.state != State.RUNNING:
        return _("This portfolio is {state}; only a running one can be cancelled.").format(state=run.state)
    return why_not_person(by)


def why_not_resume(run: Run, *, open_chunks: int, by: object = None) -> str:
    if run.state == State.DONE or not open_chunks:
        return _("Every customer of this portfolio is forecast; nothing is left to resume.")
    return why_not_person(by)


def why_not_person(by: object) -> str:
    if by is None or may(by, Permission.RUN_FORECASTS):
        return ""
    return _("Portfolios are forecast by deal desk, finance and pricing operations. Ask one of them.")
