"""Pricing a version: its lines as terms, the forecast as usage, and the one engine in between."""

from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter

from catalog.models import Meter
from catalog.queries import unit_costs
from forecasting.models import ForecastRun
from forecasting.queries import usage_paths
from pricing import Bill, Terms, Usage, rate
from quotes.models import QuoteLine, QuoteVersion, VersionMargin
from quotes.queries import forecasts, margins, rows
from quotes.queries.bands import amount, band_of
from quotes.queries.deals import deal_of
from quotes.rules.approvals import Facts, needed
from quotes.rules.pricing import LineRow, MonthBand, Pricing, Problem, Totals
from quotes.rules.terms import Deal, at_list, sold
from quotes.rules.transitions import Status


@dataclass(frozen=True, kw_only=True)
class PricedVersion(Pricing):
    """A version with its pricing."""

    version: QuoteVersion


CONTENT: TypeAdapter[Pricing] = TypeAdapter(Pricing)


def priced(version: QuoteVersion, *, with_margin: bool = True, at: datetime | None = None) -> PricedVersion:
    """A draft as it would be billed now; a submitted version as it was when it was frozen. Writes nothing.

    `with_margin` is whether the reader may see margin. With `at`, what is over by then counts among the problems.
    """
    frozen = None if version.status == Status.DRAFT else VersionMargin.objects.filter(version=version).first()
    content = CONTENT.validate_python(frozen.priced) if frozen else price(version, at=at)
    if not with_margin:
        content = replace(
            content, margin=None, needs=rows.without_margin(content.needs), facts=rows.public(content.facts)
        )
    return PricedVersion(version=version, **{field.name: getattr(content, field.name) for field in fields(content)})


def dumped(pricing: Pricing) -> dict[str, Any]:
    """The pricing as JSON, as it is kept with a submitted version."""
    return dict(CONTENT.dump_python(pricing, mode="json"))


def price(version: QuoteVersion, *, at: datetime | None = None) -> Pricing:
    """The whole calculation; a constant number of queries."""
    lines = list(version.lines.select_related("price__product", "part__package").order_by("position"))
    deal = deal_of(version, lines)
    bills = Bills.of(deal, version.forecast_run)
    meters = {meter.code: meter for meter in Meter.objects.filter(code__in=rows.meters_of(lines))}
    margin = margins.margin(bills.sold, bills.usage, unit_costs(version.price_book), deal.currency)
    line_rows = rows.line_rows(lines, bills, meters, deal)
    facts = Facts(
        discount_percent=rows.largest_discount(lines, bills, deal),
        months=deal.months,
        margin_p10=margin.percent.p10 if margin.percent else None,
    )
    return Pricing(
        currency=deal.currency,
        lines=line_rows,
        totals=totals(bills, lines),
        term=band_of(bills.sold.term, deal.currency),
        months=months(bills),
        usage=forecasts.usage_months(bills.usage, meters),
        margin=margin,
        forecast=forecasts.facts(version.forecast_run),
        facts=facts,
        needs=tuple(needed(facts)),
        problems=problems(version, line_rows, at=at),
        warnings=warnings(version.forecast_run, bills.sold),
    )


@dataclass(frozen=True)
class Bills:
    """The bills of a deal: as sold and at list on the forecast, and as sold on no usage at all."""

    terms: Terms
    usage: Usage
    sold: Bill
    listed: Bill
    committed: Bill

    @classmethod
    def of(cls, deal: Deal, run: ForecastRun | None) -> "Bills":
        terms, list_terms = sold(deal), at_list(deal)
        usage = usage_paths(run) if run else Usage.zero(terms)
        return cls(terms, usage, rate(terms, usage), rate(list_terms, usage), rate(terms, Usage.zero(terms)))


def totals(bills: Bills, lines: list[QuoteLine]) -> Totals:
    currency = bills.terms.currency
    once = {line.key for line in lines if rows.is_one_time(line.component)}
    one_time = sum((line.term[0] for line in bills.committed.lines if line.charge in once), amount(0, currency))
    listed, net = (band_of(bill.term, currency).p50 for bill in (bills.listed, bills.sold))
    return Totals(
        committed=bills.committed.total,
        one_time=one_time,
        first_month=band_of(bills.sold.net[:, 0], currency).p50,
        list_term=listed,
        net_term=net,
        discount=listed - net,
    )


def months(bills: Bills) -> tuple[MonthBand, ...]:
    currency = bills.terms.currency
    bands = [band_of(bills.sold.net[:, n], currency) for n in range(len(bills.sold.periods))]
    return tuple(
        MonthBand(month=period.start, band=band, committed=bills.committed.net[0, n])
        for n, (period, band) in enumerate(zip(bills.sold.periods, bands, strict=True))
    )


def problems(version: QuoteVersion, lines: tuple[LineRow, ...], *, at: datetime | None) -> tuple[Problem, ...]:
    """All that keeps the draft from being submitted."""
    found = []
    if not lines:
        found.append(Problem("lines", "Add at least one line."))
    if at is not None and version.expired(at):
        found.append(Problem("valid_until", f"The last valid day, {version.valid_until}, is over; choose a later one."))
    gaps = version.forecast_run.gaps if version.forecast_run else []
    found += [Problem("assumptions", sentence) for sentence in gaps]
    return tuple(found)


def warnings(run: ForecastRun | None, bill: Bill) -> tuple[str, ...]:
    """What a seller should know, though it does not keep the quote from going out."""
    unpriced = [f"{series}: the forecast expects usage that no line of this quote prices." for series in bill.unpriced]
    return (*(run.notes if run else ()), *unpriced)
