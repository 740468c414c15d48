"""The facts of a version that approval rules look at, from its terms, its bills and its forecast."""

from collections.abc import Sequence
from decimal import Decimal

from forecasting.models import ForecastRun
from pricing import Bill, CreditGrant, Terms
from pricing.money import rounded
from pricing.values import MONTHS
from quotes.models import QuoteLine, QuoteVersion
from quotes.queries.bands import band_of, decimal
from quotes.queries.deals import faces_of
from quotes.queries.limits import limited
from quotes.rules.discounts import below_floor
from quotes.rules.facts import Facts
from quotes.rules.price_text import Scale
from quotes.rules.pricing import Margin

YEAR = 12
KNOWN_DAYS = 90


def facts_of(
    version: QuoteVersion,
    lines: Sequence[QuoteLine],
    terms: Terms,
    *,
    simulated: Bill,
    committed: Bill,
    margin: Margin,
    new_customer: bool,
    target_warnings: int,
    largest_discount: Decimal,
) -> Facts:
    """Everything a rule may ask about this version."""
    customer, run = version.quote.customer, version.forecast_run
    expected = band_of(simulated.term, terms.currency).p50
    percent = margin.percent
    given = [discount for line in lines for _, discount in faces_of(line)]
    return Facts(
        discount_percent=largest_discount,
        quote_discount_percent=version.discount_percent,
        line_discount_percent=max(given, default=Decimal(0)),
        below_floor=sum(
            below_floor(limited(line, Scale()), version.discount_percent) for line in lines if line.price.floors
        ),
        acv=rounded(committed.total * YEAR / terms.months, terms.currency),
        tcv=committed.total,
        tcv_p50=expected,
        months=terms.months,
        payment_days=version.payment_days,
        billing_months=billing_months(terms),
        free_months=terms.free_months,
        ramp_depth=ramp_depth(committed, one_time=one_time(terms)),
        currency=terms.currency,
        segment=customer.segment,
        country=customer.country,
        new_customer=new_customer,
        special_terms=" ".join(version.special_terms.split()),
        target_warnings=target_warnings,
        guarantee_percent=max((one.credit_percent for one in terms.guarantees), default=Decimal(0)),
        margin_p10=percent.p10 if percent else None,
        margin_p50=percent.p50 if percent else None,
        margin_p90=percent.p90 if percent else None,
        loss_percent=None if margin.loss is None else decimal(100 * margin.loss, 2),
        commit_coverage=share(committed.total, expected),
        credit_exposure=free_credit(terms),
        concentration=concentration(simulated, terms),
        cold_start=run is not None and (run.basis != "history" or run.history_days < KNOWN_DAYS),
        backtest_error=backtest_error(run),
    )


def billing_months(terms: Terms) -> int | None:
    """The shortest interval of the recurring fixed charges, in months."""
    intervals = [MONTHS[one.interval] for one in terms.charges if not one.metered and one.interval in MONTHS]
    return min(intervals, default=None)


def one_time(terms: Terms) -> set[str]:
    charges = {charge.key for charge in terms.charges if charge.interval == "once"}
    return charges | {credit.key for credit in terms.credits if credit.every == "once"}


def ramp_depth(bill: Bill, *, one_time: set[str]) -> Decimal:
    """How far the first year's recurring committed bill is below that of the highest full year, in percent."""
    once = (line.net[0] for key in one_time for line in bill.by_charge.get(key, ()))
    recurring = (bill.net[0] - sum(once)).astype(float)
    years = [float(recurring[at : at + YEAR].sum()) for at in range(0, len(recurring) - YEAR + 1, YEAR)]
    highest = max(years, default=0.0)
    return decimal(100 * (1 - years[0] / highest), 2) if highest > 0 else Decimal(0)


def share(part: Decimal, whole: Decimal) -> Decimal | None:
    return decimal(100 * part / whole, 2) if whole else None


def free_credit(terms: Terms) -> Decimal:
    """Money credit given over the term beyond what is paid for it."""
    return sum((given(credit, terms.months) for credit in terms.credits if credit.unit is None), Decimal(0))


def given(credit: CreditGrant, months: int) -> Decimal:
    every = MONTHS.get(credit.every)
    last = min(credit.to_month or months, months)
    times = 1 if every is None else -(-(last - credit.from_month + 1) // every)
    return max(credit.amount - credit.purchase, Decimal(0)) * max(times, 0)


def concentration(bill: Bill, terms: Terms) -> Decimal:
    """The largest metered line's share of the mean list bill: a deal that stands on one meter falls with it."""
    metered = {charge.key for charge in terms.charges if charge.metered}
    amounts: dict[str, float] = {}
    for line in bill.lines:
        amounts[line.charge] = amounts.get(line.charge, 0.0) + line.expected
    whole = sum(amounts.values())
    largest = max((amount for key, amount in amounts.items() if key in metered), default=0.0)
    return decimal(100 * largest / whole, 2) if whole > 0 else Decimal(0)


def backtest_error(run: ForecastRun | None) -> Decimal | None:
    ratio = run.backtest.get("pinball_ratio") if run else None
    return None if ratio is None else decimal(float(ratio), 4)
