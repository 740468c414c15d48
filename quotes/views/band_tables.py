"""P10, P50 and P90 of bill, cost and margin as tables, and what else the simulated bills say, in sentences."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core import formats
from core.charts import meter_bar
from core.data_words import told
from pricing.periods import periods
from quotes.models import QuoteVersion
from quotes.queries.priced import PricedVersion
from quotes.rules.band_words import between, percent
from quotes.rules.precision import sentence
from quotes.rules.pricing import Band, CommitmentRisk, CreditRisk


@dataclass(frozen=True)
class BandRow:
    label: str
    band: Band
    note: str = ""
    span: str = "term"  # as its explanation names it


@dataclass(frozen=True)
class BandGroup:
    """Bill, cost or margin: its years and its term."""

    title: str
    what: str  # as its explanation names it
    internal: bool
    rows: tuple[BandRow, ...]


@dataclass(frozen=True)
class MonthRow:
    month: str
    bands: tuple[Band, ...]  # bill, and cost and margin for those who may see them


@dataclass(frozen=True)
class RiskRow:
    """One thing to know: a name, the figure, and what it means."""

    name: str
    figure: str
    text: str
    internal: bool = False
    bars: tuple[tuple[str, str, SafeString], ...] = ()


def band_context(deal: PricedVersion) -> dict[str, Any]:
    """Everything that the forecast panel says beyond its charts."""
    uncertain = deal.term.p10 != deal.term.p90
    return {
        "band_groups": groups(deal) if uncertain else [],
        "band_months": month_rows(deal) if uncertain else [],
        "risk_rows": risk_rows(deal) if uncertain else [],
        "precision": sentence(deal.precision.paths, deal.precision.percent) if deal.precision else "",
    }


def groups(deal: PricedVersion) -> list[BandGroup]:
    first = deal.version.start
    found = [BandGroup(_("Bill"), "bill", False, rows([year.band for year in deal.years], deal.term, first))]
    if deal.margin:
        margin = deal.margin
        losses = [
            _("{share} of futures lose").format(share=percent(share)) if share else "" for share in margin.loss_years
        ]
        found.append(BandGroup(_("Cost"), "cost", True, rows(margin.cost_years, margin.cost, first)))
        found.append(BandGroup(_("Margin"), "margin", True, rows(margin.years, margin.margin, first, losses)))
    return found


def rows(years: Sequence[Band], term: Band, first: date, notes: Sequence[str] = ()) -> tuple[BandRow, ...]:
    """A row per contract year where there is more than one, and the term."""
    several = years if len(years) > 1 else ()
    found = [
        BandRow(
            _("Year {n}, from {month}").format(n=n + 1, month=formats.month(f"{first.year + n}-{first.month:02}")),
            band,
            note,
            f"year-{n + 1}",
        )
        for n, (band, note) in enumerate(zip(several, [*notes, *[""] * len(years)], strict=False))
    ]
    return (*found, BandRow(_("Whole term"), term))


def month_rows(deal: PricedVersion) -> list[MonthRow]:
    margin = deal.margin
    whole = margin is not None and len(margin.cost_months) == len(deal.months)
    return [
        MonthRow(
            formats.month(row.month.isoformat()),
            (row.band, margin.cost_months[n], margin.months[n]) if whole and margin else (row.band,),
        )
        for n, row in enumerate(deal.months)
    ]


def risk_rows(deal: PricedVersion) -> list[RiskRow]:
    found: list[RiskRow] = []
    if deal.margin and deal.margin.loss is not None:
        found.append(
            RiskRow(
                _("Chance of a loss"),
                percent(deal.margin.loss),
                _("of the futures cost more over the term than they bring in."),
                internal=True,
            )
        )
    if risks := deal.risks:
        money = deal.currency
        found += [commitment_row(one, money) for one in risks.commitments]
        found += [credit_row(one, money, starts(deal.version)) for one in risks.credits]
        found.append(
            RiskRow(
                _("Beyond what is committed"),
                formats.money(risks.expected_overage, money),
                _("is to be expected on average; in 8 of 10 futures it is {overage}.").format(
                    overage=between(risks.overage, money)
                ),
            )
        )
        found.append(largest_row(risks.largest, risks.p99, money))
    return found


def starts(version: QuoteVersion) -> list[date]:
    """The first day of every month of the term."""
    return [period.start for period in periods(version.start, version.months)]


def commitment_row(one: CommitmentRisk, currency: str) -> RiskRow:
    text = _("of the futures use all of it.") if not one.unused else _("of the futures do not use all of it")
    if one.unused:
        text += _("; up to {p90} is then paid for nothing (P90).").format(p90=formats.money(one.missing.p90, currency))
    return RiskRow(_("{name} not used up").format(name=told(one.name)), percent(one.unused), text)


def credit_row(one: CreditRisk, currency: str, months: Sequence[date]) -> RiskRow:
    """When a credit runs out: a bar at the end of every third month."""
    steps = range(2, len(months), 3) if len(months) > 3 else range(len(months))
    bars = tuple(
        (formats.month(months[n].isoformat()), text := percent(one.exhausted[n]), meter_bar(share(one, n), label=text))
        for n in steps
    )
    return RiskRow(
        _("{name} gone").format(name=told(one.name)),
        percent(one.exhausted[-1]),
        credit_text(one, currency, months),
        bars=bars,
    )


def share(one: CreditRisk, month: int) -> float:
    return float(one.exhausted[month])


def credit_text(one: CreditRisk, currency: str, months: Sequence[date]) -> str:
    if one.recurring:
        return _("of the futures have used up the last grant by the end of the term.")
    if month := one.likely_month:
        gone = formats.month(months[month - 1].isoformat())
        return _("of the futures have used it up by the end; in most it is gone by the end of {gone}.").format(
            gone=gone
        )
    left = f"{formats.quantity(one.left.p50)} {one.unit}" if one.unit else formats.money(one.left.p50, currency)
    return _("of the futures have used it up by the end; {left} is left at P50.").format(left=left)


def largest_row(largest: Decimal | None, p99: Decimal, currency: str) -> RiskRow:
    if largest is not None:
        return RiskRow(_("Largest bill"), formats.money(largest, currency), _("over the term: it is capped."))
    return RiskRow(
        _("Largest bill"),
        _("no cap:"),
        _("one future in 100 costs more than {p99} over the term.").format(p99=formats.money(p99, currency)),
    )
