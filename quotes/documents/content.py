"""The snapshot as values: one reading for the PDF and for the customer's page."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from core.languages import HOUSE
from pricing.periods import month_after
from quotes.documents.values import (
    Band,
    Clause,
    Commitment,
    Credit,
    Example,
    Forecast,
    Line,
    MonthBill,
    Party,
    Passage,
    Runs,
    Style,
    Tier,
    UsageBand,
    Year,
)
from quotes.rules.paper import EVERY
from quotes.rules.worked import Payment

Json = dict[str, Any]
RunsOf = Callable[[int | None, int | None], Runs | None]


@dataclass(frozen=True)
class QuoteDocument:
    """Everything a document of one frozen version says."""

    number: str
    version: int
    sha256: str
    title: str
    currency: str
    seller: Party
    customer: Party
    contact: Party | None
    prepared_by: Party
    start: date
    end: date
    months: int
    valid_until: date
    zone: str
    payment_days: int
    language: str
    discount_percent: Decimal | None
    lines: tuple[Line, ...]
    credits: tuple[Credit, ...]
    committed: Decimal
    one_time: Decimal
    first_month: Decimal
    term: Band
    bill: tuple[MonthBill, ...]
    usage: tuple[UsageBand, ...]
    forecast: Forecast | None
    clauses: tuple[Clause, ...]
    outline: tuple[Line | Passage, ...]
    options: tuple[Line, ...] = ()
    discount_months: tuple[int | None, int | None] = (None, None)
    free_months: int = 0
    escalator_percent: Decimal | None = None
    commitments: tuple[Commitment, ...] = ()
    payments: tuple[Payment, ...] = ()
    examples: tuple[Example, ...] = ()
    special_terms: str = ""
    layout: str = ""
    sections: tuple[str, ...] = EVERY
    style: Style = field(default_factory=Style)

    @classmethod
    def parse(cls, snapshot: str | Json, sha256: str) -> "QuoteDocument":
        """Read a snapshot of schema 1."""
        data: Json = json.loads(snapshot) if isinstance(snapshot, str) else snapshot
        if data["schema"] != 1:
            raise ValueError(f"Snapshot schema {data['schema']} is not known; this version reads schema 1.")
        return cls(sha256=sha256, **_heading(data), **_content(data))

    @property
    def reference(self) -> str:
        return _("{number} · version {version}").format(number=self.number, version=self.version)

    @property
    def short_hash(self) -> str:
        return self.sha256[:12]


def _heading(data: Json) -> Json:
    return {
        "number": data["quote"],
        "version": data["version"],
        "title": data["title"],
        "currency": data["currency"],
        "seller": _party(data["seller"]),
        "style": Style(**{name: data["seller"].get(name, "") for name in ("accent", "paper", "footer", "logo")}),
        "customer": _party(data["customer"]),
        "contact": _party(data["contact"]) if data["contact"] else None,
        "prepared_by": _party(data["prepared_by"]),
        "start": date.fromisoformat(data["start"]),
        "end": date.fromisoformat(data["end"]),
        "months": data["months"],
        "valid_until": date.fromisoformat(data["valid_until"]),
        "zone": data["zone"],
        "payment_days": data["payment_days"],
        "language": data.get("language", HOUSE),
        "discount_percent": _number(data.get("discount_percent")) or None,
        "discount_months": _months(data),
        "free_months": data["terms"].get("free_months", 0),
        "escalator_percent": _number((data["terms"].get("escalator") or {}).get("percent")),
    }


def _content(data: Json) -> Json:
    names = {line["key"]: line["name"] for line in data["lines"]}
    bands, runs = data["bands"], partial(_runs, date.fromisoformat(data["start"]), data["months"])
    lines = {line["key"]: _line(line, runs) for line in data["lines"]}
    return {
        "lines": tuple(lines.values()),
        "options": tuple(_line(line, runs) for line in data.get("options", ())),
        "outline": tuple(_row(row, lines) for row in data["outline"]) if "outline" in data else tuple(lines.values()),
        "credits": tuple(_credit(credit, names, runs) for credit in data["terms"].get("credits", ())),
        "committed": Decimal(data["totals"]["committed"]),
        "one_time": Decimal(data["totals"]["one_time"]),
        "first_month": Decimal(data["totals"]["first_month"]),
        "term": _band(bands["term"]),
        "bill": tuple(MonthBill(row["month"], _band(row), Decimal(row["committed"])) for row in bands["months"]),
        "usage": tuple(_usage(row) for row in bands["usage"]),
        "forecast": _forecast(data["forecast"]) if data["forecast"] else None,
        "clauses": tuple(_clause(clause) for clause in data["clauses"]),
        "commitments": tuple(_commitment(one, names, runs) for one in data["terms"].get("commitments", ())),
        "payments": tuple(_payment(one) for one in data.get("payments", ())),
        "examples": tuple(_example(one) for one in data.get("examples", ())),
        "special_terms": data.get("special_terms", ""),
        "layout": data.get("layout", {}).get("name", ""),
        "sections": tuple(data.get("layout", {}).get("sections", EVERY)),
    }


def _party(data: Json) -> Party:
    return Party(
        name=data["name"],
        legal_name=data.get("legal_name") or "",
        address=tuple((data.get("address") or "").splitlines()),
        email=data.get("email") or "",
        title=data.get("title") or "",
        country=data.get("country") or "",
    )


def _line(data: Json, runs: RunsOf) -> Line:
    return Line(
        key=data["key"],
        name=data["name"],
        product=data["product"],
        description=data["description"] or "",
        unit=data["unit"] or "",
        quantity=_number(data["quantity"]),
        interval=data["interval"],
        timing=data["timing"],
        list_price=data["list_price"],
        price=data["price"],
        included=data["included"] or "",
        discount_percent=_number(data["discount_percent"]),
        per_period=_number(data["per_period"]),
        term=_number(data["term"]),
        tiers=tuple(_tier(tier) for tier in data["tiers"]),
        discount_months=_months(data),
        years=tuple(
            Year(one["year"], _number(one["quantity"]), one["price"], _number(one["discount_percent"]))
            for one in data.get("years", ())
        ),
        runs=runs(*data.get("months", (None, None))),
    )


def _months(data: Json) -> tuple[int | None, int | None]:
    first, last = data.get("discount_months", (None, None))
    return first, last


def _runs(start: date, months: int, first: int | None, last: int | None) -> Runs | None:
    if (first or 1, last or months) == (1, months):
        return None
    begins, ends = first or 1, min(last or months, months)
    return Runs(begins, ends, month_after(start, begins - 1), month_after(start, ends) - timedelta(days=1))


def _row(data: Json, lines: dict[str, Line]) -> Line | Passage:
    if data["kind"] == "line":
        return lines[data["key"]]
    return Passage(
        kind=data["kind"],
        text=data["text"],
        per_period=tuple((one["interval"], Decimal(one["amount"])) for one in data.get("per_period", ())),
        term=_number(data.get("term")) or Decimal(0),
        metered=bool(data.get("metered")),
    )


def _tier(data: Json) -> Tier:
    return Tier(
        dims=data["dims"] or "",
        start=Decimal(data["from"] or "0"),
        up_to=_number(data["up_to"]),
        unit_price=_number(data["unit_price"]),
        flat=_number(data["flat"]),
    )


def _credit(data: Json, names: dict[str, str], runs: RunsOf) -> Credit:
    scope = data.get("scope") or {}
    return Credit(
        name=names.get(data["key"]) or data["name"],
        amount=Decimal(data["amount"]),
        unit=data.get("unit") or "",
        purchase=Decimal(data.get("purchase") or "0"),
        every=data.get("every") or "once",
        expires_months=data.get("expires_months"),
        applies_to=tuple(names.get(key, key) for key in scope.get("charges", ())),
        runs=runs(data.get("from_month"), data.get("to_month")),
    )


def _commitment(data: Json, names: dict[str, str], runs: RunsOf) -> Commitment:
    return Commitment(
        name=names.get(data["key"], data.get("name") or ""),
        amount=_number(data.get("amount")),
        quantity=_number(data.get("quantity")),
        window=data.get("window") or "year",
        settle=data.get("settle") or "true_up",
        overage_factor=_number(data.get("overage_factor")) or Decimal(1),
        applies_to=tuple(names.get(key, key) for key in (data.get("scope") or {}).get("charges", ())),
        runs=runs(data.get("from_month"), data.get("to_month")),
    )


def _payment(data: Json) -> Payment:
    first, last = (date.fromisoformat(data[name]) for name in ("first", "last"))
    return Payment(first, last, data["count"], Decimal(data["amount"]))


def _example(data: Json) -> Example:
    steps = tuple((step["text"], step["value"]) for step in data["steps"])
    return Example(data["name"], data["month"], steps, Decimal(data["total"]))


def _clause(data: Json) -> Clause:
    return Clause(data["title"], data["text"], data.get("code", ""), data.get("version", 0))


def _usage(data: Json) -> UsageBand:
    return UsageBand(data["label"], data["unit"], tuple((row["month"], _band(row)) for row in data["months"]))


def _forecast(data: Json) -> Forecast:
    backtest = data.get("backtest") or {}
    return Forecast(
        method=data["method"],
        seed=data["seed"],
        paths=data["paths"],
        data_date=date.fromisoformat(data["data_date"]) if data.get("data_date") else None,
        history_days=data.get("history_days") or 0,
        basis=data.get("basis") or "",
        coverage=_number(backtest.get("coverage")),
        windows=backtest.get("windows") or 0,
        source_note=data.get("source_note") or "",
    )


def _band(data: Json) -> Band:
    return Band(Decimal(data["p10"]), Decimal(data["p50"]), Decimal(data["p90"]))


def _number(value: Any) -> Decimal | None:
    return None if value is None or value == "" else Decimal(str(value))
