"""Imported prices bill, for every model, what the package they come from calculates."""

import random
import warnings
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, localcontext

import pytest
from genai_prices import Usage as Reported
from genai_prices.data import providers
from genai_prices.data_units import unit_data
from genai_prices.types import ModelInfo, Provider

from catalog.rules.llm_prices import Model, charge, effective_from, matrix, named, next_change, translate
from catalog.rules.llm_tariffs import UNITS, cells_of, prices_in, scale_of, start_days, tables_of, tiers_of, word
from catalog.rules.meters import derivations
from pricing import Series, Terms, Usage, rate

REQUESTS = 4  # per model and day, each a month of the terms
SCALE = scale_of(providers)
USAGE_KEYS = {unit["price_key"]: key for key, unit in unit_data.items()}
FOUND = translate(providers, on=date(2026, 11, 25), source="genai-prices")
DERIVED = derivations(FOUND.meters[0]["derived"])
TWELVE = Decimal("1e-12")


def days_of(model: ModelInfo, draw: random.Random) -> list[date]:
    """Some day, and the days around every change of the model's prices."""
    provider = Provider(id="one", name="One", api_pattern="", models=[model])
    changes = [day + timedelta(days=n) for day in sorted(start_days([provider]))[-2:] for n in (-1, 0)]
    return [date(2024, 1, 1) + timedelta(days=draw.randrange(1400)), *changes]


def requests(model: ModelInfo, day: date, draw: random.Random) -> Iterator[tuple[datetime, dict, dict]]:
    """Random moments of a day, leaf usage by price key, and what was asked for."""
    asked = [variant.when for variant in model.price_variants or ()]
    keys = sorted({key for at in (time(2), time(12)) for key in vars(model.get_prices(datetime.combine(day, at, UTC)))})
    for _ in range(REQUESTS):
        at = datetime.combine(day, time(draw.randrange(24), draw.choice([0, 29, 30, 59])), UTC)
        most = draw.choice([900, 40_000, 150_000, 700_000])
        yield at, {key: count_of(key, most, draw) for key in keys if key in UNITS}, draw.choice([{}, *asked])


def count_of(key: str, most: int, draw: random.Random) -> int:
    """One request; whole hundredths of an hour, which decimals can say; anything of the rest."""
    if key == "requests_kcount":
        return 1
    return draw.randrange(10, most) * (36 if UNITS[key].per == 3600 else 1)


def reported(counts: dict[str, int]) -> Reported:
    """What the package is told: each unit with all more special units in it, and the whole input."""
    totals = {USAGE_KEYS[key]: 0 for key in counts} | {"input_tokens": 0}
    for wide in totals:
        shape = unit_data[wide]["dimensions"].items()
        totals[wide] = sum(n for key, n in counts.items() if shape <= unit_data[USAGE_KEYS[key]]["dimensions"].items())
    totals.pop("requests", None)
    return Reported(**totals)


def series_of(model: Model, key: str, at: datetime, asked: dict, whole_input: int) -> Series:
    """Where metering puts this usage: the context band and the hours are derived by the imported meter."""
    dimensions = {"model": model.name, "kind": UNITS[key].kind} | {word(k): word(v) for k, v in asked.items()}
    dimensions["context"] = DERIVED["context"].value_of(Decimal(whole_input))
    dimensions["hours"] = DERIVED["hours"].value_of(at.weekday(), at.time())
    return Series.of(f"llm-{UNITS[key].family.replace('_', '-')}", **dimensions)


def check(model: Model, day: date, draw: random.Random) -> int:
    """Rate some requests of a day, one per month, and compare each with the package's own price."""
    cells = cells_of(model.info, SCALE, day)
    families = list(dict.fromkeys(cell.unit.family for cell in cells))
    charges = [
        charge(model, f"c{n}", family, matrix([one for one in cells if one.unit.family == family], in_hours=True))
        for n, family in enumerate(families)
    ]
    usage: dict[Series, list[Decimal]] = {}
    expected = []
    for n, (at, counts, asked) in enumerate(requests(model.info, day, draw)):
        told = reported(counts)
        priced = model.info.calc_price(told, model.provider, genai_request_timestamp=at, price_context=asked or None)
        expected.append(priced.total_price.quantize(TWELVE))
        for key, count in counts.items():
            series = series_of(model, key, at, asked, told.input_tokens)
            usage.setdefault(series, [Decimal(0)] * REQUESTS)[n] += count
    terms = {"currency": "XTS", "start": "2027-01-01", "months": REQUESTS, "charges": charges}
    bill = rate(Terms.parse(terms), Usage.exactly(usage), lines=False)
    assert list(bill.net[0]) == expected, (model.name, day)
    return REQUESTS


def why_not(model: Model) -> str:
    """Why a model cannot be compared; an empty text if it can."""
    values = [value for table in tables_of(model.info) for _, value in prices_in(table)]
    prices = [one if isinstance(one, Decimal) else one.base for one in values]
    prices += [tier.price for one in values for tier in tiers_of(one)]
    if not prices:
        return "has no price"
    return "has prices of more than 12 decimals" if any(one.as_tuple().exponent < -6 for one in prices) else ""


MODELS = named(providers)


@pytest.mark.parametrize("part", range(8))
def test_every_model_is_billed_as_the_package_prices_it(part):
    draw = random.Random(part)
    compared = 0
    with warnings.catch_warnings(), localcontext() as context:
        warnings.simplefilter("ignore")
        context.prec = 60
        for model in MODELS[part::8]:
            if not why_not(model):
                compared += sum(check(model, day, draw) for day in days_of(model.info, draw))
    assert compared > 900


def test_what_is_not_compared_is_counted():
    reasons = [why_not(model) for model in MODELS]
    assert len(MODELS) > 2000
    assert reasons.count("has no price") == len(FOUND.left_out) < 0.08 * len(MODELS)
    assert reasons.count("has prices of more than 12 decimals") < 0.02 * len(MODELS)


def test_names_are_keys_and_values_of_their_own():
    assert len({model.name for model in MODELS}) == len(MODELS)
    assert all(len(price["component"]["key"]) <= 60 for price in FOUND.prices)


def test_a_choice_of_providers_prices_those_but_makes_the_same_meters():
    some = translate(providers, on=date(2026, 11, 25), source="s", chosen=["anthropic"])
    assert {price["component"]["product"] for price in some.prices} == {"llm-anthropic"}
    assert some.meters == FOUND.meters
    assert [product["code"] for product in some.products] == ["llm-anthropic"]


def test_a_book_knows_since_when_and_until_when_its_prices_hold():
    days = sorted(start_days(providers))
    assert effective_from(providers, days[3]) == days[3] == effective_from(providers, days[4] - timedelta(days=1))
    assert next_change(providers, days[3]) == days[4]
    assert next_change(providers, days[-1]) is None
    assert effective_from(providers, date(2001, 1, 1)) == date(2001, 1, 1)
