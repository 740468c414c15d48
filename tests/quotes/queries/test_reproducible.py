"""A frozen version's bands come out of its stored inputs again, to the cent."""

from decimal import Decimal

import pytest

from forecasting.models import ForecastRun
from forecasting.queries import drawn, paths_of, usage_of
from forecasting.rules.inputs import read_inputs
from pricing import Terms
from quotes.models import QuoteVersion
from quotes.queries.bands import band_of, bands_of
from quotes.queries.priced import Offer, priced
from tests.factories import make_submitted_quote

pytestmark = pytest.mark.django_db


def redrawn(version: QuoteVersion) -> Offer:
    """The bill on paths drawn from what is stored, with nothing remembered."""
    drawn.cache_clear()
    paths_of.cache_clear()
    run = ForecastRun.objects.get(pk=version.forecast_run_id)
    return Offer.of(Terms.parse(version.terms), usage_of(read_inputs(run.inputs)))


def test_bands_of_a_frozen_version_are_redrawn_to_the_cent():
    version = make_submitted_quote(months=24, discount_percent=Decimal(25))
    frozen = priced(version)
    again = redrawn(QuoteVersion.objects.get(pk=version.pk))
    assert band_of(again.net.sum(axis=1), "USD") == frozen.term
    assert bands_of(again.net, "USD") == tuple(month.band for month in frozen.months)


def test_a_run_says_all_that_it_was_made_with():
    run = make_submitted_quote().forecast_run
    assert run is not None
    kept = read_inputs(run.inputs)
    assert (kept.sha256, kept.seed, kept.n_paths, kept.parameters) == (
        run.inputs_hash, run.seed, run.n_paths, run.parameters_hash,
    )  # fmt: skip
    assert (kept.engine, kept.data_date, kept.replications) == (run.method, run.data_date, 8)
