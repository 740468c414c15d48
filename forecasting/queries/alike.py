"""Look-alikes of a customer whose history is short: other customers' use of the same things."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
from django.db.models import Case, IntegerField, Value, When

from customers.models import Customer
from forecasting.rules.alike import YOUNG_DAYS, Alike, Candidate, look_alikes
from forecasting.rules.inputs import Inputs, Peer, SeriesInput
from forecasting.rules.knowledge import collect
from forecasting.rules.months import DAY, Steps, steps_until
from metering.queries import History, daily_histories
from metering.queries.history import history_of
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


@dataclass(frozen=True)
class Newcomer:
    """A customer whose forecast may need company."""

    customer: Customer
    inputs: Inputs
    history: History

    @property
    def young(self) -> list[SeriesInput]:
        return [one for one in self.inputs.series if is_young(one)]

    @property
    def meters(self) -> set[str]:
        return {one.series.meter for one in self.young}


def with_company(one: Newcomer) -> tuple[Inputs, list[Company]]:
    """The inputs with look-alikes beside every young series, and who they are."""
    return all_with_company([one])[0]


def all_with_company(newcomers: Sequence[Newcomer]) -> list[tuple[Inputs, list[Company]]]:
    """The same for many customers: two queries for each segment and country among those who are young."""
    kinds: dict[tuple[str, str], list[Newcomer]] = defaultdict(list)
    for one in newcomers:
        if one.young:
            kinds[one.customer.segment, one.customer.country].append(one)
    pools = {kind: pool_of(kind, set().union(*(one.meters for one in some))) for kind, some in kinds.items()}
    return [accompanied(one, pools.get((one.customer.segment, one.customer.country), [])) for one in newcomers]


def accompanied(one: Newcomer, pool: Sequence[tuple[Customer, History]]) -> tuple[Inputs, list[Company]]:
    others = [(other, limited(theirs, one.meters)) for other, theirs in pool if other.pk != one.customer.pk][:POOL]
    found = {each.series: company(each, one, others) for each in one.young}
    series = tuple(
        replace(each, peers=peers_of(found[each.series])) if each.series in found else each
        for each in one.inputs.series
    )
    return replace(one.inputs, series=series), list(found.values())


def limited(history: History, meters: Collection[str]) -> History:
    """What of it concerns these meters."""
    return history_of({one: days for one, days in history.series.items() if one.meter in meters}, history.source_note)


def is_young(one: SeriesInput) -> bool:
    return one.history is None or one.history.known_days < YOUNG_DAYS


def pool_of(kind: tuple[str, str], meters: Collection[str]) -> list[tuple[Customer, History]]:
    """Customers that such a one is compared with, one more than are looked at, with what they used of these meters."""
    segment, country = kind
    alike = Case(
        When(segment=segment, country=country, then=Value(0)),
        When(segment=segment, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    others = list(Customer.objects.order_by(alike, "pk")[: POOL + 1])
    histories = daily_histories(others, meters=meters)
    return [(other, histories[other.pk]) for other in others]


def company(one: SeriesInput, of: Newcomer, pool: Sequence[tuple[Customer, History]]) -> Company:
    candidates = [found for other, theirs in pool if (found := candidate(one.series, other, theirs))]
    steps = one.history or Steps(candidates[0].grain if candidates else "M", of.inputs.start - DAY, np.empty(0))
    horizon = steps_until(steps, month_after(of.inputs.start, of.inputs.months))
    alike = look_alikes(
        segment=of.customer.segment,
        products={series.meter for series in of.history.series} | {one.series.meter},
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
