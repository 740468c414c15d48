"""What forecasting stores in the language of the house is read by a German in German, on every page that shows it."""

import re
from collections.abc import Callable
from datetime import date
from itertools import combinations

import numpy as np
import pytest
from django.test import Client
from django.utils import translation

from core.models import User
from core.retelling import retold
from forecasting.actions import run_forecast
from forecasting.engine import VERSION
from forecasting.engine.grains import GRAINS
from forecasting.models import PortfolioRun
from forecasting.rules import alike, knowledge
from forecasting.rules.assumptions import Assumption
from forecasting.rules.backtest import Backtest, backtest, in_words, too_short
from forecasting.rules.calibration import Share, drift_of
from forecasting.rules.inputs import ENGINE, SeriesInput
from forecasting.rules.months import Steps
from pricing import Series
from tests.forecasting.metered import AT, USUAL, make_customer, make_meter, record_days

pytestmark = pytest.mark.django_db
TOKENS = Series.of("tokens", direction="input")
NAMES = {TOKENS: "Tokens: input"}
STATED = Assumption(1.0, 2.0, 3.0)


class Window:
    """As much of a window as its words need."""

    def __init__(self, grain: str) -> None:
        self.steps = Steps(grain, date(2026, 11, 20), np.array([1.0]))


def known(days: int, assumption: Assumption | None = None) -> SeriesInput:
    history = Steps("D", date(2026, 11, 20), np.full(days, 10.0)) if days else None
    return SeriesInput(TOKENS, "sum", history, assumption)


TOLD = [
    (alike.cold_note("Tokens: input", 30, 5), "Tokens: input: 30 Tage Verlauf, daher sprechen 5 ähnliche Kunden mit."),
    (
        alike.nobody_note(["Tokens: input"], 1),
        "Tokens: input: weniger als 180 Tage Verlauf. 1 anderer Kunde nutzt dasselbe, aber weniger als 3 sind ähnlich "
        "und lange genug gemessen, um zu zeigen, wie es bei einem solchen Kunden weitergeht; daher spricht hier keiner "
        "mit.",
    ),
    (
        alike.nobody_note(["Tokens: input", "Seats"], 4),
        "Tokens: input, Seats: weniger als 180 Tage Verlauf. 4 andere Kunden nutzen dasselbe, aber weniger als 3 sind "
        "ähnlich und lange genug gemessen, um zu zeigen, wie es bei einem solchen Kunden weitergeht; daher spricht "
        "hier keiner mit.",
    ),
    (
        knowledge.gaps_of([known(0)], NAMES)[0],
        "Tokens: input: kein gemessener Verlauf und keine Annahme, daher nicht in der Prognose. Geben Sie niedrig, "
        "mittel und hoch an.",
    ),
    (
        knowledge.notes_of([known(40)], NAMES, date(2026, 9, 1), date(2026, 12, 1))[0],
        "Tokens: input: nur 40 Tage Verlauf, daher sind die Bänder breit. Eine Annahme würde sie schmaler oder "
        "richtiger machen.",
    ),
    (
        knowledge.notes_of([], NAMES, date(2026, 9, 1), date(2026, 12, 1))[0],
        "Die Daten enden 91 Tage vor Beginn der Laufzeit; die Bänder werden über diese Lücke breiter.",
    ),
    (
        knowledge.doubts_of(Backtest(0.434, 0.4, 48, 1.0, ""))[0],
        "In der eigenen Vergangenheit dieses Kunden waren die Bänder zu schmal: Sie hielten in 43 % der Fälle statt in "
        "80 %. Rechnen Sie mit mehr, oder geben Sie niedrig, mittel und hoch an.",
    ),
    (
        in_words([Window("D"), Window("W")], 0.853, 1.126),  # type: ignore[list-item]
        "In 2 Rückvergleichen lagen 85 % der tatsächlichen Werte (Tage und Wochen) zwischen P10 und P90 (Ziel sind "
        "80 %). Der Prognosefehler war 13 % höher als beim Wiederholen der letzten Saison.",
    ),
    (
        in_words([Window("M")], 0.8, 0.75),  # type: ignore[list-item]
        "In 1 Rückvergleich lagen 80 % der tatsächlichen Werte (Monate) zwischen P10 und P90 (Ziel sind 80 %). Der "
        "Prognosefehler war 25 % niedriger als beim Wiederholen der letzten Saison.",
    ),
    (
        too_short([]),
        "Es gibt keinen gemessenen Verlauf, daher konnte das Verfahren an diesem Kunden nicht geprüft werden.",
    ),
    (
        backtest([Steps("W", date(2026, 11, 20), np.full(5, 10.0))], seed=1).sentence,
        "Der Verlauf ist zu kurz, um das Verfahren an diesem Kunden zu prüfen: 5 Wochen sind bekannt, 15 werden "
        "gebraucht.",
    ),
    (
        knowledge.note_of(known(0, STATED), "Tokens: input"),
        "Tokens: input: noch nichts gemessen; die Bänder sind die Angaben niedrig, mittel und hoch.",
    ),
    (
        knowledge.note_of(known(30, STATED), "Tokens: input"),
        "Tokens: input: zu 25 % gemessener Verlauf, zu 75 % die Annahme.",
    ),
    (ENGINE, f"Verbund von Glättungsfiltern mit gelernter Korrektur {VERSION}"),
    (
        drift_of([Share("2026-03", 30, 60), Share("2026-05", 33, 60)]),
        "Seit Mär 2026 hielten die Bänder 52 % von 120 Summen statt 80 %: Sie sind in letzter Zeit zu schmal. Etwas an "
        "der Nutzung der Kunden hat sich geändert; lesen Sie die Bänder mit diesem Wissen.",
    ),
]


@pytest.mark.parametrize(("stored", "german"), TOLD)
def test_every_sentence_that_is_stored_has_its_german(stored, german):
    assert retold(stored) == stored
    with translation.override("de"):
        assert retold(stored) == german


@pytest.mark.parametrize("count", [1, 2, 3])
def test_whatever_steps_a_backtest_had_they_have_a_name(count):
    for grains in combinations(sorted(GRAINS), count):
        said = in_words([Window(grain) for grain in grains], 0.8, None)  # type: ignore[misc]
        with translation.override("de"):
            words = re.findall(r"[a-z]+", retold(said))
        assert {"days", "weeks", "months", "and"} & set(words) == set()


def test_the_pages_of_a_forecast_show_no_stored_sentence(ada: User, client_of: Callable[[User], Client]) -> None:
    acme, meter = make_customer(), make_meter(name="Tokens")
    record_days(acme, meter, 1000 * USUAL, by=ada, direction="input")
    run = run_forecast(customer=acme, series=[TOKENS, Series("seats")], start=date(2027, 1, 1), months=9, by=ada, at=AT)
    finished(drift=drift_of([Share("2026-03", 30, 60)]))
    ada.language = "de"
    ada.save()
    client, address = client_of(ada), f"/customers/acme/forecasts/{run.inputs_hash}/"
    page = "".join(client.get(one).content.decode() for one in (address, "/customers/acme/forecast/"))
    for german in (
        "seats: kein gemessener Verlauf und keine Annahme",
        "Tokens: Input: nur 60 Tage Verlauf",
        "Seit Mär 2026 hielten die Bänder 50 % von 60 Summen",
        "Rückvergleichen lagen",
        "Verbund von Glättungsfiltern",
    ):
        assert german in page
    assert [stored for stored in (*run.notes, *run.gaps, run.backtest["sentence"]) if stored in page] == []


def finished(**more: str) -> PortfolioRun:
    start = date(2026, 12, 1)
    given = {"months": 12, "n_paths": 100, "seed": 1, "method": ENGINE, "parameters_hash": "", "customers": 1, **more}
    return PortfolioRun.objects.create(start=start, state="done", created_at=AT, finished_at=AT, **given)
