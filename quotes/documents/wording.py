"""Plain sentences about the numbers: the same words in the PDF and on the customer's page."""

from collections.abc import Iterator
from datetime import datetime, time
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.formats import day, money, month, number, percent, quantity
from core.languages import lazily as _lazy
from core.words import period
from quotes.documents.content import QuoteDocument
from quotes.documents.values import Commitment, Credit, Forecast, Line, Passage, Runs, Year
from quotes.rules.clauses import due_in
from quotes.rules.worked import Payment

INTERVALS = {
    "month": _lazy("per month"),
    "quarter": _lazy("per quarter"),
    "year": _lazy("per year"),
    "once": _lazy("once"),
    "term": _lazy("per term"),
}
OPTIONAL = _lazy("You may add these. Nothing of them is part of this quote or in its amounts until you do.")
TIMINGS = {"advance": _lazy("in advance"), "arrears": _lazy("in arrears")}


def meaning(document: QuoteDocument) -> str:
    """What the bands mean."""
    low, middle, high = (money(v, document.currency) for v in (document.term.p10, document.term.p50, document.term.p90))
    return _(
        "Over the {months} months we expect a bill between {low} and {high}: 8 of 10 simulated futures "
        "end there, 1 in 10 below and 1 in 10 above. Half of them end at or below {middle}."
    ).format(months=document.months, low=low, high=high, middle=middle)


def no_promise(document: QuoteDocument) -> str:
    """What they do not promise."""
    committed = money(document.committed, document.currency)
    return _(
        "The expected bill is an estimate, neither a promise nor a cap. You pay {committed} in any case; "
        "beyond that, you pay for what you use, at the prices of this quote."
    ).format(committed=committed)


def uncertain(document: QuoteDocument) -> bool:
    """Whether usage moves the bill."""
    return document.term.p10 != document.term.p90


def certain(document: QuoteDocument) -> str:
    """What is owed where nothing is billed by usage."""
    return _("Nothing in this quote is billed by usage: over the {months} months you pay {committed}.").format(
        months=document.months, committed=money(document.committed, document.currency)
    )


def chart_in_words(document: QuoteDocument) -> str:
    """What somebody hears who does not see the chart; the table below it has every number."""
    first, last = document.bill[0], document.bill[-1]
    return _(
        "Expected bill by month: {first} between {low} and {high}, {last} between {last_low} and {last_high}. "
        "The table below has every month."
    ).format(
        first=month(first.month),
        low=money(first.band.p10, document.currency),
        high=money(first.band.p90, document.currency),
        last=month(last.month),
        last_low=money(last.band.p10, document.currency),
        last_high=money(last.band.p90, document.currency),
    )


def subtotal(section: Passage, currency: str) -> tuple[tuple[str, ...], str]:
    """What a section comes to: each sum per period, and over the term; usage comes on top where it is billed."""
    per_period = tuple(f"{money(value, currency)} {INTERVALS[name]}" for name, value in section.per_period)
    if not section.metered:
        return per_period, money(section.term, currency)
    term = money(section.term, currency)
    return (*per_period, _("by usage")), term + _(" and usage") if section.term else _("by usage")


def basis(forecast: Forecast | None) -> str:
    """What the estimate rests on."""
    if forecast is None:
        return _("Nothing in this quote depends on usage, so there is nothing to estimate.")
    parts = []
    if forecast.history_days and forecast.data_date:
        parts.append(
            _("The estimate uses {history_days} days of metered usage up to {data_date}.").format(
                history_days=forecast.history_days, data_date=day(forecast.data_date)
            )
        )
    if forecast.basis in ("assumption", "mixed"):
        parts.append(_("Where there is no usage history yet, it uses the assumptions agreed with you."))
    if forecast.coverage is not None and forecast.windows:
        share = percent(round(forecast.coverage * 100))
        parts.append(
            _("Tried on {windows} past periods, {share} of the real values fell inside the band.").format(
                windows=forecast.windows, share=share
            )
        )
    if forecast.source_note:
        parts.append(forecast.source_note)
    return " ".join(parts)


def validity(document: QuoteDocument) -> str:
    """The last moment, in the seller's zone."""
    end = datetime.combine(document.valid_until, time(23, 59, 59), ZoneInfo(document.zone))
    return _("end of {valid_until}, {tzname} ({zone})").format(
        valid_until=day(document.valid_until), tzname=end.tzname(), zone=document.zone
    )


def discount(document: QuoteDocument) -> str:
    """What the prices of the lines do not say themselves."""
    return " ".join(filter(None, (off(document), *conditions(document))))


def conditions(document: QuoteDocument) -> Iterator[str]:
    """What changes over the term for the whole quote."""
    if document.free_months:
        sentence = ngettext(
            "The first month is free of recurring charges.",
            "The first {n} months are free of recurring charges.",
            document.free_months,
        )
        yield sentence.format(n=document.free_months)
    if document.escalator_percent:
        yield _("Prices rise by {percent} each year.").format(percent=percent(document.escalator_percent))


def years(line: Line) -> tuple[str, ...]:
    """What each later year changes: "Year 2: 40 at USD 27.00 per seat and month, 5 % off"."""
    return tuple(_year(before, year) for before, year in pairwise(line.years) if changed(before, year))


def changed(before: Year, year: Year) -> bool:
    return (before.quantity, before.price, before.discount_percent) != (
        year.quantity,
        year.price,
        year.discount_percent,
    )


def _year(before: Year, year: Year) -> str:
    parts = [quantity(year.quantity)] if year.quantity is not None and year.quantity != before.quantity else []
    parts += [year.price] if year.price != before.price else []
    if year.discount_percent != before.discount_percent:
        parts.append(_("{percent} off").format(percent=percent(year.discount_percent or 0)))
    return _("Year {n}: {what}").format(n=year.number, what=", ".join(parts))


def discounted(line: Line) -> str:
    """ "10 % off USD 29.00 per seat and month, months 1 to 6"; "" without a discount."""
    if not line.discount_percent:
        return ""
    off = _("{discount_percent} off {list_price}").format(
        discount_percent=percent(line.discount_percent), list_price=line.list_price
    )
    months = (line.discount_months[0] or 1, line.discount_months[1])
    if line.discount_months == (None, None):
        return off
    if months[1] is None:
        return _("{discount} from month {first} on").format(discount=off, first=months[0])
    return _("{discount}, months {first} to {last}").format(discount=off, first=months[0], last=months[1])


def off_months(months: tuple[int | None, int | None], last: int) -> str:
    """ "months 1 to 6"; "" for the whole term."""
    if months == (None, None):
        return ""
    return _("months {first} to {last}").format(first=months[0] or 1, last=months[1] or last)


def off(document: QuoteDocument) -> str:
    if not document.discount_percent:
        return ""
    if months := off_months(document.discount_months, document.months):
        sentence = _("A discount of {discount_percent} on the whole quote is taken off the prices in {months}.")
        return sentence.format(discount_percent=percent(document.discount_percent), months=months)
    return _(
        "A discount of {discount_percent} on the whole quote is taken off the prices; the amounts per "
        "period, over the term and by month are after it."
    ).format(discount_percent=percent(document.discount_percent))


def included(line: Line) -> str:
    """How the included amount and the prices above it belong together."""
    return (
        _("Included at no extra charge: {included}. Above it, these prices apply.").format(included=line.included)
        if line.included
        else ""
    )


def term(document: QuoteDocument) -> str:
    return _("{start} to {end}").format(start=day(document.start), end=day(document.end))


def how_billed(line: Line) -> str:
    """ "per month, in advance"."""
    timing = TIMINGS.get(line.timing, line.timing)
    return f"{INTERVALS.get(line.interval, line.interval)}, {timing}"


def runs(line: Line) -> str:
    """ "Months 4 to 12: 1 Apr 2027 to 31 Dec 2027"; "" for the whole term."""
    if line.runs is None:
        return ""
    return in_months(line.runs, once=line.interval == "once")


def in_months(of: Runs, *, once: bool) -> str:
    begins, ends = day(of.begins), day(of.ends)
    if once:
        return _("In month {month}, which begins on {day}").format(month=of.first, day=begins)
    if of.first == of.last:
        return _("In month {month}: {begins} to {ends}").format(month=of.first, begins=begins, ends=ends)
    return _("Months {first} to {last}: {begins} to {ends}").format(
        first=of.first, last=of.last, begins=begins, ends=ends
    )


def credit_terms(credit: Credit, currency: str) -> tuple[str, str, str, str]:
    """Worth, price, when it is granted, how long and on what it can be used."""
    worth = f"{quantity(credit.amount)} {credit.unit}" if credit.unit else money(credit.amount, currency)
    price = money(credit.purchase, currency) if credit.purchase else _("free of charge")
    granted = {"once": _("at the start")}.get(credit.every, _("every {period}").format(period=period(credit.every)))
    if credit.runs:
        when = in_months(credit.runs, once=credit.every == "once")
        granted = when if credit.every == "once" else f"{granted}; {when}"
    expiry = (
        _("expires {expires_months} months after it is granted").format(expires_months=credit.expires_months)
        if credit.expires_months
        else _("valid to the end of the term")
    )
    return worth, price, granted, f"{', '.join(credit.applies_to) or _('all usage')}; {expiry}"


def estimate(value: Decimal) -> str:
    """A simulated quantity to four figures: more would look like knowledge."""
    if not value:
        return "0"
    digits = 3 - value.adjusted()
    return number(value.quantize(Decimal(1).scaleb(-max(digits, 0)), ROUND_HALF_UP))


def due(payment_days: int) -> str:
    """When an invoice is due."""
    if not payment_days:
        return _("on receipt of the invoice")
    return ngettext("{n} day after invoice", "{n} days after invoice", payment_days).format(n=payment_days)


def commitment_terms(commitment: Commitment, currency: str) -> tuple[str, str, str, str]:
    """Name, what is promised, in which window, and what happens below and above it."""
    promised = quantity(commitment.quantity) if commitment.amount is None else money(commitment.amount, currency)
    below = {
        "true_up": _("What is missing at its end is billed then."),
        "prepaid": _("It is paid ahead and used up by what you use; what is left at its end lapses."),
    }.get(commitment.settle, _("Nothing is billed for what is missing."))
    above = ""
    if commitment.overage_factor != 1:
        above = _("Beyond it, prices are multiplied by {factor}.").format(factor=quantity(commitment.overage_factor))
    scope = _("Counts: {names}.").format(names=", ".join(commitment.applies_to)) if commitment.applies_to else ""
    when = f"{in_months(commitment.runs, once=False)}." if commitment.runs else ""
    how = " ".join(filter(None, (when, below, above, scope)))
    return commitment.name, promised, period(commitment.window), how


def invoices(payment: Payment) -> str:
    """ "1 invoice", "12 invoices, one a month"."""
    if payment.count == 1:
        return _("1 invoice")
    months = ((payment.last.year - payment.first.year) * 12 + payment.last.month - payment.first.month) // (
        payment.count - 1
    )
    every = ngettext("one a month", "one every {n} months", months).format(n=months)
    return _("{count} invoices, {every}").format(count=payment.count, every=every)


def schedule(document: QuoteDocument) -> str:
    """What the schedule is of, and when each invoice is due."""
    sentence = _("The invoices of what is owed in any case. Each is due {due}.").format(
        due=due_in(document.payment_days)
    )
    if not uncertain(document):
        return sentence
    return " ".join((sentence, _("Usage is invoiced on top, after each period, at the prices of this quote.")))
