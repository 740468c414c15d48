"""The pictures of the forecast explorer: history and bands in one, or how likely which amount of the term is."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core import formats
from core.charts import fan_chart, histogram, window_chart
from forecasting.queries.panel import PastForecasts
from quotes.models import QuoteVersion
from quotes.queries.exploring import Explored, UsageFan, past_bills, usage_fan
from quotes.queries.forecasts import facts
from quotes.rules.band_words import percent, term_words
from quotes.views.charts import floats

BILL = "bill"


@dataclass(frozen=True)
class Picture:
    """What the explorer draws, the sentence that says it, and how such forecasts did."""

    title: str
    chart: SafeString
    words: str
    backtest: str
    windows: SafeString | str = ""


def picture(version: QuoteVersion, found: Explored, shown: str, *, by_term: bool) -> Picture | None:
    """Of the bill, or of a series by its name; None where there is nothing to bill yet."""
    run = version.forecast_run
    if shown != BILL and run is not None:
        return usage_picture(usage_fan(version, found, run, shown), month_names(found), by_term=by_term)
    return bill_picture(version, found, by_term=by_term) if found.offer.terms.components else None


def bill_picture(version: QuoteVersion, found: Explored, *, by_term: bool) -> Picture:
    title = _("Bill over the term") if by_term else _("Monthly bill")
    chart = bill_distribution(found, title) if by_term else bill_fan(version, found, title)
    return Picture(title, chart, term_words(found.term, found.currency), bill_backtest(version))


def bill_distribution(found: Explored, title: str) -> SafeString:
    low, middle, high = (float(value) for value in (found.term.p10, found.term.p50, found.term.p90))
    committed = float(found.offer.committed.total)
    amounts = [float(value) for value in found.totals]
    return histogram(amounts, p10=low, p50=middle, p90=high, label=title, currency=found.currency, committed=committed)


def bill_fan(version: QuoteVersion, found: Explored, title: str) -> SafeString:
    """What the known months would have cost under these terms, and the band of those to come."""
    bands = (floats(found.months, name) for name in ("p10", "p50", "p90"))
    committed = [float(value) for value in found.committed]
    return fan_chart(
        past_bills(version), month_names(found), *bands, label=title, currency=found.currency, committed=committed
    )


def month_names(found: Explored) -> list[str]:
    return [period.label for period in found.offer.simulated.periods]


def bill_backtest(version: QuoteVersion) -> str:
    known = facts(version.forecast_run)
    if known is None or known.coverage is None:
        return ""
    return _(
        "In the last {windows} windows of this customer’s usage {coverage} of actuals fell in the band; "
        "80 % is the aim."
    ).format(windows=known.windows, coverage=percent(known.coverage))


def usage_picture(fan: UsageFan, months: list[str], *, by_term: bool) -> Picture:
    low, middle, high = fan.total
    least, most = (f"{formats.quantity(round(value, 2 if value < 100 else 0))} {fan.unit}" for value in (low, high))
    words = _("9 in 10 futures use less than {most} over the term; 1 in 10 less than {least}.").format(
        most=most, least=least
    )
    title = f"{fan.label}, {fan.unit} {_('over the term') if by_term else _('a month')}"
    if by_term:
        chart = histogram(fan.totals.tolist(), p10=low, p50=middle, p90=high, label=title, unit=fan.unit)
    else:
        chart = fan_chart(fan.past, months, *fan.months.tolist(), label=title, unit=fan.unit)
    if fan.test is None:
        return Picture(title, chart, words, _("The history is too short to test the method on it."))
    windows = window_chart(
        fan.test.windows, label=_("Past forecasts of {label}").format(label=fan.label), unit=fan.unit
    )
    return Picture(title, chart, words, tested(fan.test), windows)


def tested(test: PastForecasts) -> str:
    steps, totals = (percent(round(Decimal(value), 3)) for value in (test.coverage, test.total_coverage))
    return _(
        "In the last {windows} windows {steps} of actual {grain} and {totals} of totals fell in the "
        "band; 80 % is the aim."
    ).format(windows=len(test.windows), steps=steps, grain=test.steps, totals=totals)
