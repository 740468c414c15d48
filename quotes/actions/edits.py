"""How a draft is edited: claim it at the edit number that was looked at, change it, settle what follows from it."""

from collections.abc import Collection
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction

from core import audit
from core.errors import Conflict, Invalid, refuse
from core.models import User
from forecasting.actions import run_forecast
from forecasting.models import ForecastRun
from forecasting.queries import is_current, replications, usage_paths
from pricing import InvalidTerms, Terms, Usage, committed, rate
from quotes.actions.configuration import follow_rules
from quotes.actions.moves import changed_since, hold, record
from quotes.models import DraftStep, QuoteLine, QuoteVersion
from quotes.queries.deals import deal_of
from quotes.queries.demand import demand_of
from quotes.queries.lines import read_lines
from quotes.queries.precision import error_percent
from quotes.queries.steps import State, content_of, moved_since
from quotes.rules.precision import exact, paths_enough
from quotes.rules.series import metered
from quotes.rules.steps import Change, difference, meet, moves_demand
from quotes.rules.terms import Deal, sold
from quotes.rules.verbs import why_not_edit

SEED = 20260101
PATHS = 2000
STEPS = 200  # kept of a draft, at least
SWEEP = 20  # edits between two removals of older ones


def claim(
    version: QuoteVersion, *, by: User, at: datetime, edit_number: int | None, fields: Collection[str] = ()
) -> QuoteVersion:
    """The draft, now at the next edit number and locked until the transaction ends.

    Compare-and-set: of two edits that looked at the same number, one wins. The other goes through too if it names the
    `fields` it moves (as `rules.steps.touched` does) and nobody else moved one of them since; else it changes nothing.
    """
    fresh = hold(version)
    refuse(why_not_edit(fresh, by=by))
    seen = version.edit_number if edit_number is None else edit_number
    if fresh.edit_number != seen and not mergeable(fresh, seen, fields):
        raise Conflict(changed_since(version))
    fresh.edit_number += 1
    fresh.edited_at = at
    fresh.editor_ids = sorted({*fresh.editor_ids, by.pk})
    fresh.lines_read = read_lines(fresh)
    fresh.claimed = content_of(fresh, fresh.lines_read)
    return fresh


def mergeable(version: QuoteVersion, seen: int, fields: Collection[str]) -> bool:
    if not fields or seen > version.edit_number:
        return False
    theirs = moved_since(version, seen)
    return theirs is not None and not meet(fields, theirs)


def settle(
    version: QuoteVersion,
    verb: str,
    *,
    by: User,
    at: datetime,
    state: State = State.DONE,
    stored: list[QuoteLine] | None = None,
    anew: bool = False,
    **data: Any,
) -> QuoteVersion:
    """What follows from an edit: what rules add, the forecast of what is metered, the committed total, the step that
    undoes it, the audit.

    `stored` are all lines as they are now, where the edit has them; `anew` forecasts on the usage known by now
    even where the edit leaves what is forecast as it was.
    """
    version.lines_read = follow_rules(version, read_lines(version) if stored is None else stored)
    version.deal_left = None
    version.deal_left = deal_of(version)
    terms = sold_terms(version.deal_left)
    after = content_of(version, version.lines_read)
    change = version.change = None if version.claimed is None else difference(version.claimed, after)
    if anew or change is None or not forecast_stands(version, terms, change):
        version.forecast_run = forecast(version, terms, by=by, at=at)
    version.committed_total = committed(terms)
    version.save(update_fields=["edit_number", "edited_at", "editor_ids", "forecast_run", "committed_total"])
    if version.claimed is not None and change is not None:
        remember(version, change, state=state, by=by, at=at)
    # Between claim and here nothing else writes to the quote's chain, which `hold` has locked.
    end = audit.end_of(version.chain_end) if version.claimed is not None else None
    record(by, verb, version, at=at, end=end, **data)
    return version


def remember(version: QuoteVersion, change: Change, *, state: State, by: User, at: datetime) -> None:
    """Keep what the edit changed. A new one ends what could be redone; one that changed nothing undoes nothing."""
    if change and state == State.DONE:
        if version.redoable:
            version.steps.filter(state=State.UNDONE).update(state=State.PAST)
        version.undoable = True
    DraftStep.objects.create(
        version=version,
        edit_number=version.edit_number,
        change=change,
        state=state if change else State.PAST,
        by=by,
        at=at,
    )
    if version.edit_number > STEPS and version.edit_number % SWEEP == 0:
        version.steps.filter(edit_number__lte=version.edit_number - STEPS).delete()


@transaction.atomic
def refresh_forecast(version: QuoteVersion, *, by: User, at: datetime, edit_number: int | None = None) -> QuoteVersion:
    """Forecast again with the usage that is known by now."""
    fresh = claim(version, by=by, at=at, edit_number=edit_number)
    return settle(fresh, "refresh_forecast", by=by, at=at, stored=fresh.lines_read, anew=True)


def sold_terms(deal: Deal) -> Terms:
    try:
        return sold(deal)
    except InvalidTerms as error:
        raise Invalid({path or "terms": f"{path} {message}." for path, message in error.problems}) from None


def forecast_stands(version: QuoteVersion, terms: Terms, change: Change) -> bool:
    """Whether the draft's forecast is of what the terms meter now, and has futures enough for their bands."""
    run = version.forecast_run
    if moves_demand(change) or bool(metered(terms)) != (run is not None):
        return False
    if run is None:
        return True
    return is_current(run) and exact(error_percent(rate(terms, usage_paths(run), lines=False).term, replications(run)))


def forecast(version: QuoteVersion, terms: Terms, *, by: User, at: datetime) -> ForecastRun | None:
    """The run for this term and everything the lines meter; the same inputs give the same run."""
    demand = demand_of(version, terms)
    if not demand.series:
        return None
    return run_forecast(
        customer=version.quote.customer,
        series=demand.series,
        start=version.start,
        months=version.months,
        assumptions=demand.assumptions,
        drivers=demand.drivers,
        enough=partial(paths_for, terms),
        by=by,
        at=at,
        seed=SEED,
        n_paths=PATHS,
    )


def paths_for(terms: Terms, usage: Usage, drawings: int, steps: int) -> int:
    """How many futures the bands of this bill need."""
    error = error_percent(rate(terms, usage, lines=False).term, drawings)
    return paths_enough(usage.rows, error, steps=steps)
