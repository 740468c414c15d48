"""What is different between two versions beside their lines, as people say it."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import formats
from quotes.models import QuoteLine, QuoteVersion
from quotes.queries import forecasts
from quotes.queries.selling import entities
from quotes.rules.edit_rows import Names, Row, facts, rows
from quotes.rules.outline import ordered
from quotes.rules.series import series_named

NOTHING = Names({}, {}, {})
LEVELS = ("low", "base", "high")

Texts = Mapping[str, Mapping[str, Any]]


def facts_told(old: QuoteVersion, new: QuoteVersion, names: Iterable[str]) -> Iterator[tuple[str, Row]]:
    """Each fact that is another one, with its name; assumed usage stream by stream."""
    moved = [name for name in names if getattr(old, name) != getattr(new, name)]
    sellers = {str(one.pk): one.name for one in entities()} if "selling_entity_id" in moved else {}
    for name in moved:
        if name == "assumptions":
            yield from ((name, row) for row in assumed(old, new))
            continue
        pair = [plainly(getattr(version, name)) for version in (old, new)]
        yield from ((name, row) for row in facts({"facts": {name: pair}}, Names({}, {}, sellers)))


def plainly(value: Any) -> Any:
    """As the steps of a draft keep it."""
    if isinstance(value, date):
        return value.isoformat()
    return formats.plain(value) if isinstance(value, Decimal) else value


def assumed(old: QuoteVersion, new: QuoteVersion) -> Iterator[Row]:
    """Low, base and high of each stream that is assumed otherwise, in the unit people speak of."""
    for name in sorted({*old.assumptions, *new.assumptions}):
        series = series_named(name)
        meter = new.meters.get(series.meter)
        was, is_now = (levels(one.assumptions.get(name), forecasts.scale(meter)) for one in (old, new))
        if was != is_now:
            yield Row(_("Usage assumed: {series}").format(series=forecasts.label(series, meter)), was, is_now)


def levels(stated: Mapping[str, str] | None, scale: Any) -> str:
    """ "112 · 140 · 182"; "" where nothing is assumed."""
    if stated is None:
        return ""
    return " · ".join(formats.quantity(Decimal(stated[level]) / Decimal(scale)) for level in LEVELS)


def texts_told(
    old: QuoteVersion, new: QuoteVersion, old_lines: Iterable[QuoteLine], new_lines: Iterable[QuoteLine]
) -> list[Row]:
    """Sections and notes that came, went or say something else, and whether rows stand in another order."""
    moved = {
        key: {"kind": [text["kind"]] * 2, "text": [said_in(old.texts, key), said_in(new.texts, key)]}
        for key, text in {**old.texts, **new.texts}.items()
        if said_in(old.texts, key) != said_in(new.texts, key)
    }
    order = [
        ordered({line.key: line.position for line in lines}, version.texts)
        for version, lines in ((old, old_lines), (new, new_lines))
    ]
    return rows({"texts": moved, "order": order}, NOTHING, {}, new.currency)


def said_in(texts: Texts, key: str) -> str | None:
    return texts[key]["text"] if key in texts else None


def forecast_told(version: QuoteVersion) -> str:
    """ "3 streams of usage, data until 30 June 2026"; "" where nothing is metered."""
    run = version.forecast_run
    if run is None:
        return ""
    streams = ngettext("{n} stream of usage", "{n} streams of usage", len(run.bands)).format(n=len(run.bands))
    return (
        _("{streams}, data until {data_date}").format(streams=streams, data_date=formats.day(run.data_date))
        if run.data_date
        else _("{streams}, no data yet").format(streams=streams)
    )
