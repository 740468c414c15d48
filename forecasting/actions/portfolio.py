"""A portfolio: started, done chunk by chunk by any number of workers, cancelled, resumed."""

from datetime import datetime

from django.db import IntegrityError, transaction

from core import audit, outbox
from core.errors import Conflict, Refused, refuse
from core.languages import in_house
from core.languages import lazily as _
from core.models import User
from forecasting.models import PortfolioChunk, PortfolioForecast, PortfolioRun
from forecasting.queries.portfolio import calibration_of, forecast_chunk
from forecasting.rules.inputs import ENGINE, PARAMETERS
from forecasting.rules.portfolio import (
    KEPT,
    MONTHS,
    PATHS,
    State,
    chunks,
    why_not_cancel,
    why_not_resume,
    why_not_start,
)
from forecasting.rules.requests import SEED
from metering.queries import customers_with_usage
from pricing.periods import month_after

TOPIC = "portfolio.chunk"
BUSY = _("Somebody started a portfolio at the same moment; there is one at a time.")


def start_portfolio(*, by: User | None, at: datetime) -> PortfolioRun:
    """Promise the forecast of every customer with usage; the workers do it chunk by chunk. The clock is nobody."""
    ids = customers_with_usage()
    running = PortfolioRun.objects.filter(state=State.RUNNING).exists()
    refuse(why_not_start(running=running, customers=len(ids), by=by))
    try:
        with transaction.atomic():
            run = PortfolioRun.objects.create(
                start=month_after(at.date().replace(day=1), 1),
                months=MONTHS,
                n_paths=PATHS,
                seed=SEED,
                method=ENGINE,
                parameters_hash=PARAMETERS,
                state=State.RUNNING,
                customers=len(ids),
                created_at=at,
                created_by=by,
            )
            made = [PortfolioChunk(run=run, number=n, customer_ids=some) for n, some in enumerate(chunks(ids), start=1)]
            promise(PortfolioChunk.objects.bulk_create(made), at=at)
            record(run, "start", by=by, at=at, customers=len(ids))
    except IntegrityError:
        raise Conflict(BUSY) from None
    return run


def start_nightly(*, at: datetime) -> PortfolioRun | None:
    """Start one of the clock's own, unless another is running or there is nothing to forecast; forget the oldest."""
    ended = PortfolioRun.objects.exclude(state=State.RUNNING).order_by("-created_at", "-pk")
    PortfolioRun.objects.filter(pk__in=list(ended.values_list("pk", flat=True)[KEPT:])).delete()
    try:
        return start_portfolio(by=None, at=at)
    except (Refused, Conflict):
        return None


def promise(found: list[PortfolioChunk], *, at: datetime) -> None:
    """A message for each chunk: any worker takes it, a lost broker loses nothing."""
    for chunk in found:
        key = f"{chunk.run_id}/{chunk.number}/{at.isoformat()}"
        outbox.emit(TOPIC, key=key, payload={"chunk": chunk.pk}, at=at)


def do_chunk(chunk_id: int, *, at: datetime) -> bool:
    """Forecast the customers of a chunk. Does nothing when it is done already, or when the portfolio was cancelled."""
    chunk = PortfolioChunk.objects.select_related("run").filter(pk=chunk_id).first()
    if chunk is None or chunk.done_at or chunk.run.state != State.RUNNING:
        return False
    PortfolioChunk.objects.filter(pk=chunk_id, started_at=None).update(started_at=at)
    found = forecast_chunk(chunk)
    with transaction.atomic():
        # The run's row is held: of two workers with the last chunks, the second one sees that nothing is open.
        run = PortfolioRun.objects.select_for_update().get(pk=chunk.run_id)
        fresh = PortfolioChunk.objects.get(pk=chunk_id)
        if fresh.done_at or run.state != State.RUNNING:
            return False
        PortfolioForecast.objects.bulk_create(found, ignore_conflicts=True)
        series = sum(len(one.bands) for one in found)
        PortfolioChunk.objects.filter(pk=chunk_id).update(done_at=at, series=series)
        if not run.chunks.filter(done_at=None).exists():
            finish(run, State.DONE, at=at)
    return True


def finish(run: PortfolioRun, state: State, *, at: datetime) -> None:
    run.state, run.finished_at = state, at
    with in_house():
        run.drift = calibration_of(run).drift if state == State.DONE else ""
    run.save(update_fields=["state", "finished_at", "drift"])


@transaction.atomic
def cancel_portfolio(run: PortfolioRun, *, by: User, at: datetime) -> PortfolioRun:
    """What is done stays; what is open is not begun any more."""
    fresh = PortfolioRun.objects.select_for_update().get(pk=run.pk)
    refuse(why_not_cancel(fresh, by=by))
    finish(fresh, State.CANCELLED, at=at)
    record(fresh, "cancel", by=by, at=at)
    return fresh


def resume_portfolio(run: PortfolioRun, *, by: User, at: datetime) -> PortfolioRun:
    """Ask the workers again for every chunk that is not done."""
    try:
        with transaction.atomic():
            fresh = PortfolioRun.objects.select_for_update().get(pk=run.pk)
            left = list(fresh.chunks.filter(done_at=None).order_by("number"))
            refuse(why_not_resume(fresh, open_chunks=len(left), by=by))
            PortfolioRun.objects.filter(pk=fresh.pk).update(state=State.RUNNING, finished_at=None)
            promise(left, at=at)
            record(fresh, "resume", by=by, at=at, chunks=len(left))
    except IntegrityError:
        raise Conflict(BUSY) from None
    return PortfolioRun.objects.get(pk=run.pk)


def record(run: PortfolioRun, verb: str, *, by: User | None, at: datetime, **data: object) -> None:
    audit.record(by, f"portfolio.{verb}", f"portfolio:{run.pk}", at=at, data=data)
