"""Pricing a version: its lines as terms, the forecast as usage, and the one engine in between."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from django.utils.timezone import now
from django.utils.translation import gettext as _
from pydantic import TypeAdapter

from catalog.models import Meter
from catalog.queries import unit_costs
from core.data_words import told
from core.languages import HOUSE, current
from core.retelling import retold
from forecasting.models import ForecastRun
from forecasting.queries import is_current, replications, usage_paths
from pricing import Bill, Charge, Terms, Usage, idle, rate
from pricing.numbers import Array, is_exact
from quotes.models import Contract, QuoteLine, QuoteVersion, VersionMargin
from quotes.queries import forecasts, margins, rows
from quotes.queries.amending import why_not_change
from quotes.queries.approval_rules import rules_in_force
from quotes.queries.bands import amount, band_of, bands_of, decimal, years_of
from quotes.queries.billable import billing_problems, unbillable
from quotes.queries.configuration import configured
from quotes.queries.deals import deal_of
from quotes.queries.facts import facts_of
from quotes.queries.limits import beyond_own, limit_problems, scale_on
from quotes.queries.lines import lines_of, month_problems
from quotes.queries.precision import error_percent
from quotes.queries.risks import risks_of
from quotes.queries.sections import text_rows
from quotes.queries.snapshots import worded
from quotes.rules.approvals import needed
from quotes.rules.discounts import limit_needs
from quotes.rules.facts import Facts, public
from quotes.rules.line_months import unbilled_months
from quotes.rules.pricing import Band, Depth, LineRow, Margin, MonthBand, Precision, Pricing, Problem, Totals, YearBand
from quotes.rules.terms import Deal, at_list, sold
from quotes.rules.transitions import Status
from quotes.rules.validity import today


@dataclass(frozen=True, kw_only=True)
class PricedVersion(Pricing):
    """A version with its pricing."""

    version: QuoteVersion


CONTENT: TypeAdapter[Pricing] = TypeAdapter(Pricing)


def priced(
    version: QuoteVersion, *, with_margin: bool = True, at: datetime | None = None, depth: Depth = Depth.MONTHS
) -> PricedVersion:
    """A draft as it would be billed now; a submitted version as it was when it was frozen. Writes nothing.

    `with_margin` is whether the reader may see margin. With `at`, what is over by then counts among the problems.
    `depth` is how far the futures of a draft are looked at; what lies deeper is left empty.
    """
    frozen = None if version.status == Status.DRAFT else VersionMargin.objects.filter(version=version).first()
    content = CONTENT.validate_python(frozen.priced) if frozen else price(version, at=at, depth=depth)
    if frozen and current() != HOUSE:
        content = replace(content, lines=spoken(version, content.lines))
    if not with_margin:
        content = replace(content, margin=None, needs=rows.without_margin(content.needs), facts=public(content.facts))
    return PricedVersion(version=version, **{field.name: getattr(content, field.name) for field in fields(content)})


def spoken(version: QuoteVersion, frozen: tuple[LineRow, ...]) -> tuple[LineRow, ...]:
    """Rows that were frozen in the language of the house, their prices in the reader's words."""
    lines = {line.key: line for line in lines_of(version)}

    def said(row: LineRow) -> LineRow:
        line = lines.get(row.key)
        return worded(row, line, version.currency, version.months, scale_on(version, line)) if line else row

    return tuple(map(said, frozen))


def dumped(pricing: Pricing) -> dict[str, Any]:
    """The pricing as JSON, as it is kept with a submitted version."""
    return dict(CONTENT.dump_python(pricing, mode="json"))


def price(version: QuoteVersion, *, at: datetime | None = None, depth: Depth = Depth.MONTHS) -> Pricing:
    """The whole calculation; a constant number of queries."""
    lines, usage = lines_of(version), usage_of(version)
    billing = billing_problems(version, deal_of(version, lines), usage)
    ground = Ground.of(version, target_warnings=len(billing))
    deal, offer, listed, margin, facts = assess(version, lines, usage, ground, depth=depth)
    meters = version.meters
    held = beyond_own(version, lines)
    line_rows = rows.line_rows(lines, (offer, listed), options(deal, usage, (offer, listed)), meters)
    return Pricing(
        currency=deal.currency,
        lines=line_rows,
        totals=totals(offer, listed, lines),
        term=offer.term_band,
        months=months(offer) if depth >= Depth.MONTHS else (),
        usage=forecasts.usage_months(usage, meters),
        margin=margin,
        forecast=forecasts.facts(version.forecast_run),
        facts=facts,
        needs=(
            *needed(facts, rules_in_force(asked_on(version, at))),
            *limit_needs(held, deal.discount_percent),
        ),
        problems=(
            *problems(version, line_rows, at=at),
            *month_problems(version, lines),
            *configured(version, lines).problems(),
            *limit_problems(held, deal.discount_percent, deal.currency),
            *billing,
        ),
        warnings=warnings(version.forecast_run, offer.simulated, meters),
        years=years(offer) if depth >= Depth.YEARS else (),
        precision=precision(offer, version.forecast_run) if depth >= Depth.YEARS else None,
        risks=risks_of(offer.simulated, offer.net, offer.committed.total) if depth >= Depth.YEARS else None,
        scenario=str(version.scenario.get("name", "")),
        texts=text_rows(version.texts, line_rows, offer),
    )


def options(deal: Deal, usage: Usage, firm: tuple["Offer", "Offer"]) -> tuple["Offer", "Offer"]:
    """As sold and at list, if the customer picked everything; usage of what only options meter is not forecast."""
    if not any(line.optional for line in deal.lines):
        return firm
    terms, listed = sold(deal.with_options), at_list(deal.with_options)
    return Offer.of(terms, usage), Offer.of(listed, usage)


def usage_of(version: QuoteVersion) -> Usage:
    """The futures that the version is priced on; one of no usage where nothing is metered."""
    return usage_paths(version.forecast_run) if version.forecast_run else Usage.zero(sold(deal_of(version)))


class Ground(NamedTuple):
    """What a deal stands on that its own changes do not touch: unit costs, whether the customer is new, and what
    billing cannot bill as agreed."""

    costs: Sequence[Charge]
    new_customer: bool
    target_warnings: int

    @classmethod
    def of(cls, version: QuoteVersion, *, target_warnings: int | None = None) -> "Ground":
        new = version.new_customer
        if new is None:
            new = not Contract.objects.filter(customer=version.quote.customer_id).exists()
        if target_warnings is None:
            target_warnings = len(unbillable(version, deal_of(version), None))
        return cls(unit_costs(version.price_book, version.meters), new, target_warnings)


class Assessed(NamedTuple):
    """A deal as sold and at list, what it leaves, and the facts that rules look at."""

    deal: Deal
    offer: "Offer"
    listed: "Offer"
    margin: Margin
    facts: Facts


def assess(
    version: QuoteVersion,
    lines: Sequence[QuoteLine],
    usage: Usage,
    ground: Ground,
    *,
    depth: Depth = Depth.TOTALS,
) -> Assessed:
    """Rate the deal on this usage; version and lines may differ from what is stored. No query."""
    deal = deal_of(version, lines)
    terms, firm = sold(deal), [line for line in lines if not line.optional]
    offer, listed = Offer.of(terms, usage), Offer.of(at_list(deal), usage)
    margin = margins.margin(terms, offer.net, usage, ground.costs, depth=depth)
    facts = facts_of(
        version,
        firm,
        terms,
        simulated=offer.simulated,
        committed=offer.committed,
        margin=margin,
        new_customer=ground.new_customer,
        target_warnings=ground.target_warnings,
        largest_discount=rows.largest_discount(firm, offer, listed, deal),
    )
    return Assessed(deal, offer, listed, margin, facts)


def asked_on(version: QuoteVersion, at: datetime | None) -> date:
    """The day whose rules hold: today in the seller's zone."""
    return today(at or now(), version.zone)


@dataclass(frozen=True)
class Offer:
    """Some terms rated three ways: on the forecast, and exactly on no usage at all.

    `net` (rows, months) is the bill of every simulated future. What is owed whatever happens is rounded line by line
    in the exact bill and not in a simulated one; `net` is moved by those cents, so that it never is below.
    """

    terms: Terms
    simulated: Bill
    committed: Bill
    net: Array

    @classmethod
    def of(cls, terms: Terms, usage: Usage) -> "Offer":
        simulated, committed = rate(terms, usage), idle(terms)
        if is_exact(simulated.net):
            return cls(terms, simulated, committed, simulated.net)
        cents = committed.net[0].astype(float) - idle(terms, rows=2).net[0]
        return cls(terms, simulated, committed, simulated.net + cents)

    @cached_property
    def term(self) -> Array:
        """The bill of every simulated future over the term, shape (rows,)."""
        return np.asarray(self.net.sum(axis=1))

    @cached_property
    def term_band(self) -> Band:
        """Its band."""
        return band_of(self.term, self.terms.currency)


def totals(offer: Offer, listed: Offer, lines: list[QuoteLine]) -> Totals:
    currency = offer.terms.currency
    once = {line.key for line in lines if rows.is_one_time(line.component)}
    one_time = sum((line.term[0] for line in offer.committed.lines if line.charge in once), amount(0, currency))
    list_term, net_term = listed.term_band.p50, offer.term_band.p50
    return Totals(
        committed=offer.committed.total,
        one_time=one_time,
        first_month=band_of(offer.net[:, 0], currency).p50,
        list_term=list_term,
        net_term=net_term,
        discount=list_term - net_term,
    )


def months(offer: Offer) -> tuple[MonthBand, ...]:
    found = bands_of(offer.net, offer.terms.currency)
    return tuple(
        MonthBand(month=period.start, band=found[n], committed=offer.committed.net[0, n])
        for n, period in enumerate(offer.simulated.periods)
    )


def years(offer: Offer) -> tuple[YearBand, ...]:
    lengths = [min(12, offer.net.shape[1] - first) for first in range(0, offer.net.shape[1], 12)]
    found = bands_of(years_of(offer.net), offer.terms.currency)
    return tuple(YearBand(n, length, band) for n, (length, band) in enumerate(zip(lengths, found, strict=True), 1))


def precision(offer: Offer, run: ForecastRun | None) -> Precision | None:
    if run is None:
        return None
    error = error_percent(offer.term, replications(run))
    return Precision(run.n_paths, None if error is None else decimal(error, 2))


def problems(version: QuoteVersion, lines: tuple[LineRow, ...], *, at: datetime | None) -> tuple[Problem, ...]:
    """All that keeps the draft from being submitted."""
    found = []
    if not lines:
        found.append(Problem("lines", _("Add at least one line.")))
    elif all(line.optional for line in lines):
        found.append(Problem("lines", _("Add at least one line that is not optional.")))
    if version.quote.changes is not None and (wrong := why_not_change(version)):
        found.append(Problem("start", wrong))
    if at is not None and version.expired(at):
        found.append(
            Problem(
                "valid_until",
                _("The last valid day, {valid_until}, is over; choose a later one.").format(
                    valid_until=version.valid_until
                ),
            )
        )
    if run := version.forecast_run:
        found += [Problem("assumptions", retold(sentence)) for sentence in run.gaps]
        if not is_current(run):
            found.append(
                Problem(
                    "forecast",
                    _("The forecast was made by “{method}”, which is replaced; any edit runs it again.").format(
                        method=retold(run.method)
                    ),
                )
            )
    return tuple(found)


def warnings(run: ForecastRun | None, bill: Bill, meters: Mapping[str, Meter]) -> tuple[str, ...]:
    """What a seller should know, though it does not keep the quote from going out."""
    unpriced = [
        _("{series}: the forecast expects usage that no line of this quote prices.").format(series=series)
        for series in bill.unpriced
    ]
    idle = [
        _("{meter}: usage in {months} is billed on no line, though its cost counts.").format(
            meter=told(meters[code].name) if code in meters else code, months=months
        )
        for code, months in unbilled_months(bill.terms).items()
    ]
    return (*(run.notes if run else ()), *unpriced, *idle)
