"""A version's bill under its customer's scenarios, side by side: the same terms, the same futures, other beliefs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from catalog.queries import unit_costs
from forecasting.models import Scenario
from forecasting.queries import usage_of
from forecasting.queries.comparison import BASE, MOST
from forecasting.queries.making import asked
from forecasting.rules.drivers import Driver, read_drivers
from forecasting.rules.requests import Request
from pricing import Terms
from quotes.models import QuoteVersion
from quotes.queries.bands import band_of, bands_of
from quotes.queries.deals import deal_of
from quotes.queries.demand import Demand, demand_of
from quotes.queries.margins import margin
from quotes.queries.priced import Offer
from quotes.queries.risks import risks_of
from quotes.rules.pricing import Band, Margin
from quotes.rules.terms import sold


@dataclass(frozen=True)
class WhatIf:
    """What the deal comes to if these beliefs hold."""

    pk: int | None  # of the scenario; None for the base forecast
    name: str
    sentences: tuple[str, ...]
    months: tuple[date, ...]
    bands: tuple[Band, ...]
    term: Band
    margin: Margin | None
    overage: Decimal  # expected beyond what is committed
    change: Decimal | None  # of the term's P50 against the base, 0.2 for a fifth more


def what_ifs(version: QuoteVersion, scenarios: Sequence[Scenario], *, with_margin: bool) -> list[WhatIf]:
    """The base forecast and up to three scenarios."""
    terms = sold(deal_of(version))
    demand = demand_of(version, terms)
    base = what_if(version, terms, demand, None, (), with_margin=with_margin, base=None)
    return [
        base,
        *(
            what_if(version, terms, demand, one, read_drivers(one.drivers), with_margin=with_margin, base=base.term.p50)
            for one in scenarios[:MOST]
        ),
    ]


def what_if(
    version: QuoteVersion,
    terms: Terms,
    demand: Demand,
    scenario: Scenario | None,
    drivers: tuple[Driver, ...],
    *,
    with_margin: bool,
    base: Decimal | None,
) -> WhatIf:
    request = Request(version.start, version.months, drivers)
    usage = usage_of(asked(version.quote.customer, request, demand.series, demand.assumptions).inputs)
    offer = Offer.of(terms, usage)
    term = band_of(offer.net.sum(axis=1), terms.currency)
    return WhatIf(
        pk=scenario.pk if scenario else None,
        name=scenario.name if scenario else BASE,
        sentences=tuple(driver.sentence() for driver in drivers),
        months=tuple(period.start for period in offer.simulated.periods),
        bands=bands_of(offer.net, terms.currency),
        term=term,
        margin=margin(terms, offer.net, usage, unit_costs(version.price_book)) if with_margin else None,
        overage=risks_of(offer.simulated, offer.net, offer.committed.total).expected_overage,
        change=round(term.p50 / base - 1, 4) if base else None,
    )
