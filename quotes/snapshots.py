"""The frozen version: customer-safe, canonical JSON. The one source of the PDF, the customer's page and the contract.

Nothing here takes a cost or a margin: what goes in are the customer's terms and the amounts they are billed.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from core.data_words import told, told_parts
from pricing import Terms
from quotes.rules.clauses import Filled
from quotes.rules.components import Component
from quotes.rules.price_text import Scale, TierRow, included_text, tier_rows
from quotes.rules.pricing import Band, ForecastFacts, LineRow, MonthBand, TextRow, Totals, UsageMonths, YearRow
from quotes.rules.worked import Payment, Worked

Json = dict[str, Any]
SCHEMA = 1


@dataclass(frozen=True)
class Heading:
    """Who offers what to whom, and until when."""

    quote: str
    version: int
    title: str
    currency: str
    discount_percent: Decimal
    seller: Mapping[str, str]
    customer: Mapping[str, str]
    contact: Mapping[str, str] | None
    prepared_by: Mapping[str, str]
    valid_until: date
    zone: str
    payment_days: int
    language: str
    discount_months: tuple[int | None, int | None] = (None, None)


@dataclass(frozen=True)
class Offer:
    """The content: lines with their components, and the amounts a customer may see."""

    terms: Terms
    lines: tuple[tuple[LineRow, Component, Scale], ...]
    totals: Totals
    term: Band
    months: tuple[MonthBand, ...]
    usage: tuple[UsageMonths, ...]
    forecast: ForecastFacts | None
    clauses: tuple[Filled, ...]
    options: tuple[tuple[LineRow, Component, Scale], ...] = ()  # what the customer may pick on top
    outline: tuple[LineRow | TextRow, ...] = ()  # lines, sections and notes in order, where there are any but lines
    payments: tuple[Payment, ...] = ()
    examples: tuple[Worked, ...] = ()
    special_terms: str = ""
    layout: tuple[str, tuple[str, ...]] = ("", ())  # which one, and its sections


def snapshot(heading: Heading, offer: Offer) -> str:
    """The canonical text: sorted keys, no blanks, money as strings. Equal content gives equal text."""
    return canonical({**head(heading), **content(offer)})


def canonical(data: Json) -> str:
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def sha256_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def head(heading: Heading) -> Json:
    return {
        "schema": SCHEMA,
        "quote": heading.quote,
        "version": heading.version,
        "title": heading.title,
        "currency": heading.currency,
        "discount_percent": plain(heading.discount_percent) if heading.discount_percent else None,
        **discount_months(heading.discount_months),
        "seller": dict(heading.seller),
        "customer": dict(heading.customer),
        "contact": dict(heading.contact) if heading.contact else None,
        "prepared_by": dict(heading.prepared_by),
        "valid_until": heading.valid_until.isoformat(),
        "zone": heading.zone,
        "payment_days": heading.payment_days,
        "language": heading.language,
    }


def content(offer: Offer) -> Json:
    return {
        "start": offer.terms.start.isoformat(),
        "months": offer.terms.months,
        "end": (offer.terms.end - timedelta(days=1)).isoformat(),
        "terms": json.loads(offer.terms.canonical_json()),
        "terms_sha256": offer.terms.sha256,
        "lines": [line(*entry) for entry in offer.lines],
        "totals": {
            "committed": str(offer.totals.committed),
            "one_time": str(offer.totals.one_time),
            "first_month": str(offer.totals.first_month),
        },
        "bands": {
            "term": band(offer.term),
            "months": [month(row) for row in offer.months],
            "usage": [usage(row, offer.months) for row in offer.usage],
        },
        "forecast": forecast(offer.forecast),
        "clauses": [clause._asdict() for clause in offer.clauses],
        **({"special_terms": offer.special_terms} if offer.special_terms else {}),
        **({"layout": {"name": offer.layout[0], "sections": list(offer.layout[1])}} if offer.layout[0] else {}),
        "payments": [payment(one) for one in offer.payments],
        **({"examples": [example(one) for one in offer.examples]} if offer.examples else {}),
        **({"options": [option(*entry) for entry in offer.options]} if offer.options else {}),
        **({"outline": [placed(row) for row in offer.outline]} if offer.outline else {}),
    }


def placed(row: LineRow | TextRow) -> Json:
    """A row of the outline: a line by its key; a note; a section with what its fixed lines come to."""
    if isinstance(row, LineRow):
        return {"kind": "line", "key": row.key}
    if row.subtotal is None:
        return {"kind": row.kind, "text": row.text}
    return {
        "kind": row.kind,
        "text": row.text,
        "per_period": [{"interval": interval, "amount": str(value)} for interval, value in row.subtotal.per_period],
        "term": str(row.subtotal.committed),
        "metered": row.subtotal.metered,
    }


def payment(row: Payment) -> Json:
    """Equal invoices at equal distances."""
    return {
        "first": row.first.isoformat(),
        "last": row.last.isoformat(),
        "count": row.count,
        "amount": str(row.amount),
    }


def example(row: Worked) -> Json:
    """A month of a line that is billed by usage, worked out by the engine."""
    return {
        "name": told_parts(row.name),
        "month": f"{row.month:%Y-%m}",
        "steps": [{"text": step.text, "value": step.value} for step in row.steps],
        "total": str(row.total),
    }


def line(row: LineRow, component: Component, scale: Scale) -> Json:
    return {
        "key": row.key,
        "name": row.name,
        "product": row.product,
        "description": row.description,
        "unit": told(row.unit),
        "quantity": None if row.quantity is None else plain(row.quantity),
        "interval": row.interval,
        "timing": row.timing,
        "list_price": row.list_price,
        "price": row.price,
        "tiers": [tier(entry) for entry in tiers_of(component)],
        "included": included_text(component, scale) or None,
        "discount_percent": plain(row.discount_percent) if row.discount_percent else None,
        "per_period": None if row.per_period is None else str(row.per_period),
        "term": None if row.metered else str(row.net_term.p50),
        **(
            {"discount_months": list(months)}
            if (months := (row.discount_from, row.discount_to)) != (None, None)
            else {}
        ),
        **({"months": list(months)} if (months := (row.from_month, row.to_month)) != (None, None) else {}),
        **({"years": [year(one) for one in row.years]} if row.years else {}),
    }


def discount_months(months: tuple[int | None, int | None]) -> Json:
    """The first and last month of a discount that is not for the whole term."""
    return {} if months == (None, None) else {"discount_months": list(months)}


def year(row: YearRow) -> Json:
    """A line in one year of a term in which years differ."""
    return {
        "year": row.year,
        "quantity": None if row.quantity is None else plain(row.quantity),
        "price": row.price,
        "discount_percent": plain(row.discount_percent) if row.discount_percent else None,
    }


def option(row: LineRow, component: Component, scale: Scale) -> Json:
    """A line that is not in the terms, with the component that would join them."""
    return {**line(row, component, scale), "component": component}


def tiers_of(component: Component) -> Iterable[TierRow]:
    """The table of prices of a line whose price is more than one number."""
    if component["kind"] != "charge":
        return ()
    rows = list(tier_rows(component["price"]))
    return rows if len(rows) > 1 else ()


def tier(row: TierRow) -> Json:
    return {
        "dims": row.dims,
        "from": plain(row.low),
        "up_to": None if row.up_to is None else plain(row.up_to),
        "unit_price": None if row.unit_price is None else plain(row.unit_price),
        "flat": None if row.flat is None else plain(row.flat),
    }


def month(row: MonthBand) -> Json:
    return {"month": f"{row.month:%Y-%m}", **band(row.band), "committed": str(row.committed)}


def usage(row: UsageMonths, months: tuple[MonthBand, ...]) -> Json:
    rows = zip(months, row.months, strict=True)
    return {
        "label": told_parts(row.label),
        "unit": told(row.unit),
        "months": [{"month": f"{at.month:%Y-%m}", **band(values)} for at, values in rows],
    }


def band(values: Band) -> Json:
    return {"p10": str(values.p10), "p50": str(values.p50), "p90": str(values.p90)}


def forecast(facts: ForecastFacts | None) -> Json | None:
    if facts is None:
        return None
    return {
        "method": facts.method,
        "seed": facts.seed,
        "paths": facts.paths,
        "data_date": facts.data_date.isoformat() if facts.data_date else None,
        "history_days": facts.history_days,
        "basis": facts.basis,
        "backtest": {
            "coverage": text(facts.coverage),
            "windows": facts.windows,
            "pinball_ratio": text(facts.pinball_ratio),
        },
        "source_note": facts.source_note,
    }


def text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def plain(value: Decimal) -> str:
    """Digits without an exponent and without trailing zeros."""
    written = f"{value:f}"
    return written.rstrip("0").rstrip(".") if "." in written else written
