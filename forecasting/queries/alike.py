"""Look-alikes of a customer whose history is short: other customers' use of the same things."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from django.db.models import Case, IntegerField, Value, When

from catalog.models import Meter
from customers.models import Customer
from forecasting.rules.alike import YOUNG_DAYS, Alike, Candidate, look_alikes
from forecasting.rules.inputs import Inputs, Peer, SeriesInput
from forecasting.rules.knowledge import collect
from forecasting.rules.months import DAY, Steps, steps_until
from metering.queries import History, daily_histories
from pricing import Series
from pricing.periods import month_after

POOL = 60  # customers looked at: those of the same segment and country first


@dataclass(frozen=True)
class Company:
    """Who speaks beside a young series, of how many that use the same."""

    series: Series
    days: int
    considered: int
    alike: Sequence[Alike]


def with_company(
    inputs: Inputs, customer: Customer, history: History, meters: Mapping[str, Meter]
) -> tuple[Inputs, list[Company]]:
    """The inputs with look-alikes beside every young series, and who they are."""
    young = [one for one in inputs.series if is_young(one)]
    if not young:
        return inputs, []
    pool = pool_of(customer, {one.series.meter for one in young})
    found = {one.series: company(one, inputs, customer, history, pool) for one in young}
    series = tuple(
        replace(one, peers=peers_of(found[one.series])) if one.series in found else one for one in inputs.series
    )
    return replace(inputs, series=series), list(found.values())


def is_young(one: SeriesInput) -> bool:
    return one.history is None or one.history.known_days < YOUNG_DAYS


def pool_of(customer: Customer, meters: set[str]) -> list[tuple[Customer, History]]:
    """Customers to look at with what they used of these meters, in two queries."""
    alike = Case(
        When(segment=customer.segment, country=customer.country, then=Value(0)),
        When(segment=customer.segment, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    others = list(Customer.objects.exclude(pk=customer.pk).order_by(alike, "pk")[:POOL])
    histories = daily_histories(others, meters=meters)
    return [(other, histories[other.pk]) for other in others if histories[other.pk].series]


def company(
    one: SeriesInput, inputs: Inputs, customer: Customer, history: History, pool: Sequence[tuple[Customer, History]]
) -> Company:
    candidates = [found for other, theirs in pool if (found := candidate(one.series, other, theirs))]
    steps = one.history or Steps(candidates[0].grain if candidates else "M", inputs.start - DAY, np.empty(0))
    horizon = steps_until(steps, month_after(inputs.start, inputs.months))
    alike = look_alikes(
        segment=customer.segment,
        products={series.meter for series in history.series} | {one.series.meter},
        grain=steps.grain,
        values=steps.values,
        horizon=horizon,
        candidates=candidates,
    )
    return Company(one.series, one.history.known_days if one.history else 0, len(candidates), alike)


def candidate(series: Series, other: Customer, theirs: History) -> Candidate | None:
    steps = collect([series], theirs.series, theirs.data_date).get(series)
    if steps is None or not len(steps.values):
        return None
    products = frozenset(found.meter for found in theirs.series)
    return Candidate(other.slug, other.name, other.segment, products, steps.grain, steps.values)


def peers_of(found: Company) -> tuple[Peer, ...]:
    return tuple(Peer(one.candidate.slug, one.candidate.grain, one.candidate.values) for one in found.alike)
