"""A package priced with a customer's usage before anybody quotes it: the same forecast, engine and bands as a quote."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from catalog.models import PackageComponent, PriceBook
from catalog.queries import component_of, unit_costs
from catalog.rules.packages import started_with
from customers.models import Customer
from forecasting.queries.making import history_before, known_about, meters_of
from forecasting.rules.drawing import draw
from forecasting.rules.inputs import Inputs, read_inputs
from forecasting.rules.months import Array
from forecasting.rules.requests import N_PATHS, SEED
from pricing import Charge, Commitment, CreditGrant, InvalidTerms, Series, Terms, Usage
from quotes.queries import margins
from quotes.queries.bands import band_of
from quotes.queries.priced import Offer, months
from quotes.rules import series
from quotes.rules.pricing import Band, Margin, MonthBand

MONTHS = 12


@dataclass(frozen=True)
class Preview:
    """Bill and margin of a package over a year, with the usage of one customer."""

    currency: str
    start: date
    term: Band
    months: tuple[MonthBand, ...]
    committed: object
    margin: Margin
    data_date: date | None
    silent: tuple[str, ...]  # metered charges for which no usage is known


def package_preview(
    book: PriceBook, entries: Sequence[PackageComponent], customer: Customer, start: date
) -> Preview | str:
    """What a quote that starts with these components would show; or why they cannot be priced together."""
    try:
        terms = terms_of(book, entries, start)
    except InvalidTerms as error:
        return "; ".join(f"{path} {message}" for path, message in error.problems)
    history = history_before(customer, start)
    wanted = {one for charge in series.metered(terms) for one in series.matching(charge, history.series)}
    known = known_about(wanted, history, {}, meters_of(wanted))
    inputs = Inputs(customer.slug, history.data_date, start, MONTHS, SEED, N_PATHS, known)
    usage = Usage(paths(json.dumps(inputs.as_json(), sort_keys=True)), shape=(N_PATHS, MONTHS))
    offer = Offer.of(terms, usage)
    return Preview(
        currency=book.currency,
        start=start,
        term=band_of(offer.net.sum(axis=1), book.currency),
        months=months(offer),
        committed=offer.committed.total,
        margin=margins.margin(terms, offer.net, usage, unit_costs(book)),
        data_date=history.data_date if wanted else None,
        silent=tuple(
            charge.name or charge.key for charge in series.metered(terms) if not series.matching(charge, history.series)
        ),
    )


def terms_of(book: PriceBook, entries: Sequence[PackageComponent], start: date) -> Terms:
    """What a quote of the package starts with."""
    chosen = [component_of(entry) for entry in started_with(entries)]
    return Terms.parse(
        {
            "currency": book.currency,
            "start": start.isoformat(),
            "months": MONTHS,
            "charges": [one.model_dump(mode="json") for one in chosen if isinstance(one, Charge)],
            "credits": [one.model_dump(mode="json") for one in chosen if isinstance(one, CreditGrant)],
            "commitments": [one.model_dump(mode="json") for one in chosen if isinstance(one, Commitment)],
        }
    )


@lru_cache(maxsize=8)
def paths(inputs: str) -> dict[Series, Array]:
    """Drawn once while somebody edits: the usage stays the same, only the package changes."""
    drawn = draw(read_inputs(json.loads(inputs)))
    for array in drawn.values():
        array.flags.writeable = False
    return drawn
