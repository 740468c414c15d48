"""How amounts, bands and changes of money look to programs: as text."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from rest_framework import serializers

from pricing.money import rounded
from quotes.rules.pricing import Band, Margin


class BandFigures(serializers.Serializer):
    """An amount in three futures: 1, 5 and 9 of 10 are at or below it."""

    p10 = serializers.CharField()
    p50 = serializers.CharField()
    p90 = serializers.CharField()


class MonthFigures(BandFigures):
    month = serializers.DateField()


def amount(value: float | Decimal, currency: str) -> str:
    return str(rounded(Decimal(str(value)), currency))


def band_facts(band: Band) -> dict[str, str]:
    return {"p10": str(band.p10), "p50": str(band.p50), "p90": str(band.p90)}


def month_facts(months: Sequence[date], bands: Sequence[Band]) -> list[dict[str, Any]]:
    return [{"month": month, **band_facts(band)} for month, band in zip(months, bands, strict=True)]


def margin_facts(margin: Margin | None) -> dict[str, Any]:
    """null where it may not be seen."""
    if margin is None:
        return {"margin": None, "loss_percent": None}
    loss = None if margin.loss is None else f"{margin.loss * 100:.2f}"
    return {"margin": band_facts(margin.margin), "loss_percent": loss}


def change_facts(before: Band, after: Band) -> str | None:
    """In percent of the P50; None where there was nothing or a loss."""
    return f"{(after.p50 / before.p50 - 1) * 100:.2f}" if before.p50 > 0 else None
