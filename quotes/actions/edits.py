"""How a draft is edited: claim it at the edit number that was looked at, change it, settle what follows from it."""

from collections.abc import Collection
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction

from core.errors import Conflict, Invalid, refuse
from core.models import User
from forecasting.actions import run_forecast
from forecasting.models import ForecastRun
from pricing import InvalidTerms, Terms, Usage, committed, rate
from quotes.actions.configuration import follow_rules
from quotes.actions.moves import changed_since, hold, record
from quotes.models import DraftStep, QuoteVersion
from quotes.queries.deals import deal_of
from quotes.queries.demand import demand_of
from quotes.queries.precision import error_percent
from quotes.queries.steps import State, content_of, moved_since
from quotes.rules.precision import paths_enough
from quotes.rules.steps import difference, meet, names_in, words
from quotes.rules.terms import sold
from quotes.rules.transitions import Status
from quotes.rules.verbs import why_not_edit

SEED = 20260101
PATHS = 2000
STEPS = 200  # kept of a draft


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
    mine: dict[str, Any] = {
        "edit_number": fresh.edit_number + 1,
        "edited_at": at,
        "editor_ids": sorted({*fresh.editor_ids, by.pk}),
    }
    rows = QuoteVersion.objects.filter(pk=version.pk, status=Status.DRAFT, edit_number=fresh.edit_number)
    if rows.update(**mine) != 1:
        raise Conflict(changed_since(version))
    fresh.claimed = content_of(fresh)
    for name, value in mine.items():
        setattr(fresh, name, value)
    return fresh


def mergeable(version: QuoteVersion, seen: int, fields: Collection[str]) -> bool:
    if not fields or seen > version.edit_number:
        return False
    theirs = moved_since(version, seen)
    return theirs is not None and not meet(fields, theirs)


def settle(
    version: QuoteVersion, verb: str, *, by: User, at: datetime, state: State = State.DONE, **data: Any
) -> QuoteVersion:
    """What follows from an edit: what rules add, the forecast of what is metered, the committed total, the step that
    undoes it, the audit."""
    follow_rules(version)
    terms = sold_terms(version)
    version.forecast_run = forecast(version, terms, by=by, at=at)
    version.committed_total = committed(terms)
    version.save(update_fields=["forecast_run", "committed_total"])
    remember(version, state=state, by=by, at=at)
    record(by, verb, version, at=at, **data)
    return version


def remember(version: QuoteVersion, *, state: State, by: User, at: datetime) -> None:
    """Keep what the edit changed. A new one ends what could be redone; one that changed nothing undoes nothing."""
    if version.claimed is None:
        return
    before, after = version.claimed, content_of(version)
    change = difference(before, after)
    if change and state == State.DONE:
        version.steps.filter(state=State.UNDONE).update(state=State.PAST)
    DraftStep.objects.create(
        version=version,
        edit_number=version.edit_number,
        change=change,
        words=words(change, names_in(after, before))[:300],
        state=state if change else State.PAST,
        by=by,
        at=at,
    )
    version.steps.filter(edit_number__lte=version.edit_number - STEPS).delete()


@transaction.atomic
def refresh_forecast(version: QuoteVersion, *, by: User, at: datetime, edit_number: int | None = None) -> QuoteVersion:
    """Forecast again with the usage that is known by now."""
    fresh = claim(version, by=by, at=at, edit_number=edit_number)
    return settle(fresh, "refresh_forecast", by=by, at=at)


def sold_terms(version: QuoteVersion) -> Terms:
    try:
        return sold(deal_of(version))
    except InvalidTerms as error:
        raise Invalid({path or "terms": f"{path} {message}." for path, message in error.problems}) from None


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
