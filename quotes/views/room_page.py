"""The customer's page as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from core.charts import fan_chart
from pricing import Terms
from quotes.documents import QuoteDocument, page
from quotes.forms.room import AcceptForm, ChangesForm, DeclineForm, ForwardForm, QuestionForm
from quotes.models import QuoteVersion, RoomLink
from quotes.queries import room as queries
from quotes.queries.own_bill import OwnBill, metered_of, own_bill, sliders
from quotes.queries.signing import SignerRow, signer_rows
from quotes.rules.room import Kind, State, seen_by


@dataclass(frozen=True)
class Forms:
    """What came back with something to correct; None is shown blank."""

    accept: AcceptForm | None = None
    decline: DeclineForm | None = None
    question: QuestionForm | None = None
    changes: ChangesForm | None = None
    forward: ForwardForm | None = None


def framed(version: QuoteVersion) -> dict[str, Any]:
    """What every page of a room shows around its content."""
    quote = QuoteDocument.parse(version.snapshot, version.sha256)
    return {"quote": quote, "brand": quote.style}


def page_context(link: RoomLink, state: State, forms: Forms, *, at: datetime) -> dict[str, Any]:
    version, frame = link.version, framed(link.version)
    quote = frame["quote"]
    signers = signer_rows(version, seller=quote.seller.name, link=link)
    state = seen_by(state, mine(signers))
    return {
        **frame,
        "link": link,
        "state": state,
        "signers": signers,
        "days_left": max((version.expires_at - at).days, 0),
        "asked": queries.messages(version),
        "open": state.open,
        "scale": scale(quote),
        **page.content(quote),
        **outcome(version, state),
        **form_context(link, state, forms, quote, at=at),
        **usage_context(version, quote, {}),
    }


def mine(signers: tuple[SignerRow, ...]) -> SignerRow | None:
    return next((row for row in signers if row.mine), None)


def form_context(link: RoomLink, state: State, forms: Forms, quote: QuoteDocument, *, at: datetime) -> dict[str, Any]:
    """The forms of what can be done now."""
    names = {line.key: line.name for line in (*quote.lines, *quote.options)}
    context: dict[str, Any] = {}
    if state.answerable:
        context["accept_form"] = forms.accept or AcceptForm.blank(link, link.version, quote.committed)
        context["decline_form"] = forms.decline or DeclineForm()
        context["code_sent"] = forms.accept is not None or queries.has_code(link, at=at)
    if state.open:
        context["question_form"] = forms.question or QuestionForm(lines=names)
        context["changes_form"] = forms.changes or ChangesForm()
        context["forward_form"] = None if link.forwarded_by_id else forms.forward or ForwardForm()
    return context


def outcome(version: QuoteVersion, state: State) -> dict[str, Any]:
    """Who answered, and with what."""
    if state.kind == Kind.ACCEPTED:
        return {"acceptance": queries.acceptance_of(version.pk), "contract": queries.contract_number(version.pk)}
    if state.kind == Kind.DECLINED:
        return {"declined_at": version.closed_at, "declined_because": version.closed_note}
    return {}


def scale(quote: QuoteDocument) -> dict[str, int]:
    """Where committed and expected amounts stand on a line from nothing to a little above the high one; in percent."""
    amounts = {"committed": quote.committed, "low": quote.term.p10, "mid": quote.term.p50, "high": quote.term.p90}
    whole = max(amounts.values()) * Decimal("1.04")
    if not quote.bill or whole <= 0:
        return {}
    return {name: int(100 * max(amount, Decimal(0)) / whole) for name, amount in amounts.items()}


def usage_context(version: QuoteVersion, quote: QuoteDocument, wanted: Mapping[str, Decimal]) -> dict[str, Any]:
    """Her usage, and what it would cost under the frozen terms."""
    if version.forecast_run_id is None:
        return {"sliders": (), "own": None, "chart": bill_chart(quote, None)}
    terms = Terms.parse(version.terms)
    metered = metered_of(version, terms)
    moved = sliders(metered, wanted)
    own = own_bill(terms, metered, moved)
    return {"sliders": moved, "own": own, "compared": compared(own, quote), "chart": bill_chart(quote, own)}


def compared(own: OwnBill, quote: QuoteDocument) -> str:
    """Where her bill stands among the futures of the forecast."""
    if own.term < quote.term.p10:
        return _("Fewer than 1 in 10 of the expected bills are this low.")
    if own.term > quote.term.p90:
        return _("Fewer than 1 in 10 of the expected bills are this high.")
    return _("This is within the 8 in 10 bills that we expect.")


def bill_chart(quote: QuoteDocument, own: OwnBill | None) -> str:
    if not quote.bill:
        return ""
    bands = [bill.band for bill in quote.bill]
    return fan_chart(
        [],
        [bill.month for bill in quote.bill],
        *([float(getattr(band, name)) for band in bands] for name in ("p10", "p50", "p90")),
        label=_("Your bill by month") if own else _("Expected bill by month"),
        currency=quote.currency,
        committed=[float(bill.committed) for bill in quote.bill],
        own=[float(month) for month in own.months] if own else (),
    )
