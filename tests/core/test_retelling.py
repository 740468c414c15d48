"""What was stored in the language of the house is told in the reader's."""

import pytest
from django.utils import translation

from core.retelling import retold


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("stored", "german"),
    [
        ("", ""),
        ("No approval rule applies.", "Keine Freigaberegel trifft zu."),
        (
            "The discount of 25.5 % is over the limit of 20 %.",
            "Der Rabatt von 25,5 % liegt über der Grenze von 20 %.",
        ),
        (
            "The term of 36 months is over the limit of 24 months.",
            "Die Laufzeit (36 Monate) liegt über der Grenze von 24 Monaten.",
        ),
        (
            "Seats is down 25 %; sales gives up to 15 %, deal desk up to 30 %. "
            "Input is down 12.5 %; sales gives up to 10 %, deal desk up to 30 %.",
            "Seats liegt 25 % unter der Liste; der Vertrieb darf bis 15 % geben, Deal Desk bis 30 %. "
            "Input liegt 12,5 % unter der Liste; der Vertrieb darf bis 10 % geben, Deal Desk bis 30 %.",
        ),
        (
            "In 48 backtest windows, 85% of the actual weeks fell between P10 and P90 (80% is the aim).",
            "In 48 Rückvergleichen lagen 85 % der tatsächlichen Werte (Wochen) zwischen P10 und P90 (Ziel sind 80 %).",
        ),
        ("We need this for the launch.", "We need this for the launch."),
        ("Payment of USD 40000 is late and odd.", "Payment of USD 40000 is late and odd."),
    ],
)
def test_a_german_reader(stored, german):
    with translation.override("de"):
        assert retold(stored) == german
    assert retold(stored) == stored
