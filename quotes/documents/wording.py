"""Plain sentences about the numbers: the same words in the PDF and on the customer's page."""

from datetime import datetime, time
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from core.formats import day, money, number, percent, quantity
from quotes.documents.content import Credit, Forecast, Line, Passage, QuoteDocument

INTERVALS = {"month": "per month", "quarter": "per quarter", "year": "per year", "once": "once", "term": "per term"}
TIMINGS = {"advance": "in advance", "arrears": "in arrears"}


def meaning(document: QuoteDocument) -> str:
    """What the bands mean."""
    low, middle, high = (money(v, document.currency) for v in (document.term.p10, document.term.p50, document.term.p90))
    return (
        f"Over the {document.months} months we expect a bill between {low} and {high}: 8 of 10 simulated futures end "
        f"there, 1 in 10 below and 1 in 10 above. Half of them end at or below {middle}."
    )


def no_promise(document: QuoteDocument) -> str:
    """What they do not promise."""
    committed = money(document.committed, document.currency)
    return (
        f"The expected bill is an estimate, neither a promise nor a cap. You pay {committed} in any case; beyond that, "
        "you pay for what you use, at the prices of this quote."
    )


def subtotal(section: Passage, currency: str) -> tuple[tuple[str, ...], str]:
    """What a section comes to: each sum per period, and over the term; usage comes on top where it is billed."""
    per_period = tuple(f"{money(value, currency)} {INTERVALS[name]}" for name, value in section.per_period)
    if not section.metered:
        return per_period, money(section.term, currency)
    return (*per_period, "by usage"), f"{money(section.term, currency)} and usage" if section.term else "by usage"


def basis(forecast: Forecast | None) -> str:
    """What the estimate rests on."""
    if forecast is None:
        return "Nothing in this quote depends on usage, so there is nothing to estimate."
    parts = []
    if forecast.history_days and forecast.data_date:
        parts.append(
            f"The estimate uses {forecast.history_days} days of metered usage up to {day(forecast.data_date)}."
        )
    if forecast.basis in ("assumption", "mixed"):
        parts.append("Where there is no usage history yet, it uses the assumptions agreed with you.")
    if forecast.coverage is not None and forecast.windows:
        share = percent(round(forecast.coverage * 100))
        parts.append(f"Tried on {forecast.windows} past periods, {share} of the real values fell inside the band.")
    if forecast.source_note:
        parts.append(forecast.source_note)
    return " ".join(parts)


def validity(document: QuoteDocument) -> str:
    """The last moment, in the seller's zone."""
    end = datetime.combine(document.valid_until, time(23, 59, 59), ZoneInfo(document.zone))
    return f"end of {day(document.valid_until)}, {end.tzname()} ({document.zone})"


def discount(document: QuoteDocument) -> str:
    """What the prices of the lines do not say themselves."""
    if not document.discount_percent:
        return ""
    return (
        f"A discount of {percent(document.discount_percent)} on the whole quote is taken off the prices; the amounts "
        "per period, over the term and by month are after it."
    )


def included(line: Line) -> str:
    """How the included amount and the prices above it belong together."""
    return f"Included at no extra charge: {line.included}. Above it, these prices apply." if line.included else ""


def term(document: QuoteDocument) -> str:
    return f"{day(document.start)} to {day(document.end)}"


def how_billed(line: Line) -> str:
    """ "per month, in advance"."""
    timing = TIMINGS.get(line.timing, line.timing)
    return f"{INTERVALS.get(line.interval, line.interval)}, {timing}"


def credit_terms(credit: Credit, currency: str) -> tuple[str, str, str, str]:
    """Worth, price, when it is granted, how long and on what it can be used."""
    worth = f"{quantity(credit.amount)} {credit.unit}" if credit.unit else money(credit.amount, currency)
    price = money(credit.purchase, currency) if credit.purchase else "free of charge"
    granted = {"once": "at the start"}.get(credit.every, f"every {credit.every}")
    expiry = (
        f"expires {credit.expires_months} months after it is granted"
        if credit.expires_months
        else "valid to the end of the term"
    )
    return worth, price, granted, f"{', '.join(credit.applies_to) or 'all usage'}; {expiry}"


def estimate(value: Decimal) -> str:
    """A simulated quantity to four figures: more would look like knowledge."""
    if not value:
        return "0"
    digits = 3 - value.adjusted()
    return number(value.quantize(Decimal(1).scaleb(-max(digits, 0)), ROUND_HALF_UP))
