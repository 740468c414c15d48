"""How a draft is edited: claim it at the edit number that was looked at, change it, settle what follows from it."""

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
from quotes.models import QuoteVersion
from quotes.queries.deals import deal_of
from quotes.queries.demand import demand_of
from quotes.queries.precision import error_percent
from quotes.rules.precision import paths_enough
from quotes.rules.terms import sold
from quotes.rules.transitions import Status
from quotes.rules.verbs import why_not_edit

SEED = 20260101
PATHS = 2000


def claim(version: QuoteVersion, *, by: User, at: datetime, edit_number: int | None) -> QuoteVersion:
    """The draft, now at the next edit number and locked until the transaction ends.

    Compare-and-set: of two edits that looked at the same number, one wins and the other changes nothing.
    """
    fresh = hold(version)
    refuse(why_not_edit(fresh, by=by))
    seen = version.edit_number if edit_number is None else edit_number
    mine: dict[str, Any] = {
        "edit_number": seen + 1,
        "edited_at": at,
        "editor_ids": sorted({*fresh.editor_ids, by.pk}),
    }
    rows = QuoteVersion.objects.filter(pk=version.pk, status=Status.DRAFT, edit_number=seen)
    if fresh.edit_number != seen or rows.update(**mine) != 1:
        raise Conflict(changed_since(version))
    for name, value in mine.items():
        setattr(fresh, name, value)
    return fresh


def settle(version: QuoteVersion, verb: str, *, by: User, at: datetime, **data: Any) -> QuoteVersion:
    """What follows from an edit: what rules add, the forecast of what is metered, the committed total, the audit."""
    follow_rules(version)
    terms = sold_terms(version)
    version.forecast_run = forecast(version, terms, by=by, at=at)
    version.committed_total = committed(terms)
    version.save(update_fields=["forecast_run", "committed_total"])
    record(by, verb, version, at=at, **data)
    return version


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
