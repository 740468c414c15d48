"""The builder page and its parts as plain values: what the templates in quotes/builder/ show."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import formats
from core.http import is_partial, see_other, toast
from core.languages import lazily as _lazy
from core.models import User
from core.roles import ROLE_NAMES, Permission, may
from core.words import all_of, one_of
from quotes import access
from quotes.forms.draft import FactsForm
from quotes.models import QuoteVersion
from quotes.queries.assumptions import AssumptionRow, assumption_rows
from quotes.queries.carrying import Carried, carried_over
from quotes.queries.deciders import deciders
from quotes.queries.lines import lines_of
from quotes.queries.priced import PricedVersion, priced
from quotes.queries.shelf import shelf
from quotes.queries.steps import history
from quotes.queries.versions import live_status, version_links
from quotes.rules.approvals import Need
from quotes.rules.pricing import Depth
from quotes.rules.transitions import Status
from quotes.rules.verbs import why_not_edit, why_not_submit, why_not_withdraw
from quotes.views.band_tables import band_context
from quotes.views.charts import NO_CHARTS, charts_of
from quotes.views.edits import Edit, joined
from quotes.views.line_views import LineView, line_views
from quotes.views.outcome import FactView, outcome
from quotes.views.problem_views import problem_sentences, problem_views
from quotes.views.text_views import TextView, outline_views

NAMES = 3
SUFFIXES = {
    "title": "",
    "start": "",
    "months": _lazy("months"),
    "discount_percent": "%",
    "valid_until": "",
    "payment_days": _lazy("days"),
    "free_months": _lazy("months"),
    "escalator_percent": "%",
    "discount_from": "",
    "discount_to": "",
    "selling_entity_id": "",
    "special_terms": "",
}
MORE = (
    "free_months",
    "escalator_percent",
    "discount_from",
    "discount_to",
    "selling_entity_id",
    "special_terms",
)  # seldom used: behind a summary


@dataclass(frozen=True)
class NeedView:
    """An approval before it is asked for: who could give it, in which stage, and whether one given before stands."""

    who: str
    reason: str
    title: str
    stage: int
    names: str
    usual: str
    standing: Carried | None


@dataclass(frozen=True)
class AssumptionView:
    row: AssumptionRow
    typed: dict[str, str]
    error: str


def finish(request: HttpRequest, number: str, edit: Edit) -> HttpResponse:
    """After an edit, read again and draw again; a plain browser goes to the page by 303."""
    if edit.status == 200 and not is_partial(request):
        if edit.said:
            messages.info(request, edit.said)
        return see_other(request, reverse("quotes:detail", args=[number]) + (f"#line-{edit.line}" if edit.line else ""))
    if edit.written is not None:
        return show_draft(request, access.seer(request), edit.written, joined(request, edit, edit.written))
    user, version = access.version(request, number)
    return show_draft(request, user, version, joined(request, edit, version))


def show_draft(request: HttpRequest, user: User, version: QuoteVersion, edit: Edit | None = None) -> HttpResponse:
    """The builder; or, after an edit under htmx, every part that it may have changed."""
    as_parts = edit is not None and is_partial(request)
    context = {**draft_context(user, version, edit or Edit(), at=now(), as_parts=as_parts), "is_part": as_parts}
    if edit is None or not as_parts:
        return render(request, "quotes/builder.html", context, status=edit.status if edit else 200)
    response = render(request, "quotes/builder/answer.html", context, status=edit.status)
    event = "quote-not-saved" if context["failed"] else "quote-saved"
    if not edit.said:
        response.headers["HX-Trigger"] = event
        return response
    toast(response, edit.said)
    response.headers["HX-Trigger-After-Swap"] = event
    return response


def draft_context(user: User, version: QuoteVersion, edit: Edit, *, at: datetime, as_parts: bool) -> dict[str, Any]:
    """Everything the page shows, from one pricing; or its parts, of which the forecast in figures comes by itself."""
    quote = version.quote
    version.lines_read = lines_of(version)
    depth = Depth.TOTALS if as_parts else Depth.YEARS
    deal = priced(version, with_margin=may(user, Permission.SEE_MARGIN), at=at, depth=depth)
    not_editable = why_not_edit(version, by=user)
    rows = line_views(version, deal, edit)
    outline = outline_views(version, deal, rows, edit)
    facts = fact_views(version, edit, disabled=bool(not_editable))
    return {
        "version": version,
        "quote": quote,
        "customer": quote.customer,
        "owner": quote.owner.get_full_name() or quote.owner.username,
        "book": str(version.price_book),
        "currency": version.currency,
        "versions": () if edit.written else version_links(version),
        "editable": not not_editable,
        "why_not_edit": not_editable,
        "why_not_withdraw": why_not_withdraw(version, by=user),
        "why_not_submit": why_not_submit(version, by=user, live=live_status(version), problems=problem_sentences(deal)),
        "urls": addresses(version),
        "history": None if not_editable else history(version, {row.key: row.name for row in deal.lines}),
        "facts": [fact for fact in facts if fact.name not in MORE],
        "more_facts": [fact for fact in facts if fact.name in MORE],
        "has_more_facts": any(fact.stored not in ("", "0") or fact.field.errors for fact in facts if fact.name in MORE),
        "shelf": None if not_editable or edit.written else shelf(version),
        "configures": bool(version.price_book.rules),
        "problems": problem_views(deal, rows),
        "announcement": announcement(deal),
        **deal_context(deal, rows),
        **({} if as_parts else forecast_context(deal)),
        "outline": outline,
        "options": [row for row in rows if row.optional],
        "row_order": " ".join(row_ids(outline)),
        "new_rows": [row for row in outline if row.key in edit.new],
        "sections": [row for row in outline if isinstance(row, TextView) and row.is_section],
        "text_error": edit.errors.get("text", "") if edit.structure else "",
        "text_typed": edit.typed.get("text", "") if edit.status != 200 else "",
        **outcome(edit, facts, rows, [row for row in outline if isinstance(row, TextView)]),
        "assumptions": [assumption_view(row, edit) for row in assumption_rows(version)],
    }


def deal_context(deal: PricedVersion, rows: list[LineView]) -> dict[str, Any]:
    """What a priced version shows, draft or frozen."""
    needs = need_views(deal)
    return {
        "priced": deal,
        "uncertain": deal.term.p10 != deal.term.p90,
        "unknown_usage": any(problem.field == "assumptions" for problem in deal.problems),
        "rows": rows,
        "needs": needs,
        "needs_badge": _("{needs} needed").format(needs=len(needs)),
        "needs_sentence": needs_sentence(deal.needs),
    }


def forecast_context(deal: PricedVersion) -> dict[str, Any]:
    """What its forecast panel shows."""
    number = [deal.version.quote.number, deal.version.number]
    return {
        "uncertain": deal.term.p10 != deal.term.p90,
        "bands_url": reverse("quotes:bands", args=number),
        "months_url": reverse("quotes:months", args=number),
        "charts": charts_of(deal) if deal.version.status != Status.DRAFT else NO_CHARTS,
        **band_context(deal),
    }


def need_views(deal: PricedVersion) -> list[NeedView]:
    """In the order in which they are asked."""
    people = deciders(deal.version, deal.needs)
    standing = carried_over(deal.version, deal.needs, deal.facts) if deal.needs else {}
    return [
        NeedView(
            who=decided_by(need),
            reason=need.reason,
            title=need.title,
            stage=need.stage,
            names=one_of(people[need.role].names[:NAMES]),
            usual=lasted(people[need.role].usual),
            standing=standing.get(need.rule),
        )
        for need in sorted(deal.needs, key=lambda need: need.stage)
    ]


def decided_by(need: Need) -> str:
    """ "Finance", "2 of Deal desk", "All of Finance"."""
    role = str(ROLE_NAMES.get(need.role, need.role))
    if need.count == 1:
        return role
    return (_("{n} of {role}") if need.count else _("All of {role}")).format(n=need.count, role=role)


def lasted(time: timedelta | None) -> str:
    """ "3 hours", "2 days"; "" where nothing was decided yet."""
    if time is None:
        return ""
    hours = max(round(time / timedelta(hours=1)), 1)
    if hours < 48:
        return ngettext("{n} hour", "{n} hours", hours).format(n=hours)
    return ngettext("{n} day", "{n} days", round(hours / 24)).format(n=round(hours / 24))


def needs_sentence(needs: tuple[Need, ...]) -> str:
    names = sorted({str(ROLE_NAMES.get(need.role, need.role)) for need in needs})
    sentence = ngettext("{names} decides next.", "{names} decide next.", len(names))
    return sentence.format(names=all_of(names)) if names else ""


def row_ids(outline: list[LineView | TextView]) -> Iterator[str]:
    """The rows of the grid in their order, those that head a package included."""
    for row in outline:
        if isinstance(row, LineView) and row.group:
            yield row.group
        yield f"line-{row.key}"


def addresses(version: QuoteVersion) -> dict[str, str]:
    number = version.quote.number
    names = (
        "facts",
        "forecast",
        "packages",
        "prices",
        "assumptions",
        "avoidance",
        "undo",
        "redo",
        "presence",
        "target",
        "bulk",
        "bulk_fields",
        "fixes",
        "paste",
        "guide",
        "bulk_removal",
        "texts",
    )
    return {
        **{name: reverse(f"quotes:{name}", args=[number]) for name in names},
        "submission": reverse("quotes:submission", args=[number, version.number]),
        "withdrawal": reverse("quotes:withdrawal", args=[number, version.number]),
        "lines_csv": reverse("quotes:lines_csv", args=[number, version.number]),
        "page": reverse("quotes:detail", args=[number]),
    }


def fact_views(version: QuoteVersion, edit: Edit, *, disabled: bool) -> list[FactView]:
    """The fields of the header, with what was typed and why where it was refused."""
    stored = stored_texts(version)
    wrong = {name: edit.typed.get(name, "") for name in edit.errors if name in SUFFIXES}
    form = FactsForm({**stored, **wrong})
    form.full_clean()
    form.errors.clear()
    for name in wrong:
        form.add_error(name, edit.errors[name])
    return [FactView(name, form[name], stored[name], suffix, disabled) for name, suffix in SUFFIXES.items()]


def stored_texts(version: QuoteVersion) -> dict[str, str]:
    return {
        "title": version.title,
        "start": version.start.isoformat(),
        "months": str(version.months),
        "discount_percent": formats.quantity(version.discount_percent),
        "valid_until": version.valid_until.isoformat(),
        "payment_days": str(version.payment_days),
        "free_months": str(version.free_months),
        "escalator_percent": formats.quantity(version.escalator_percent),
        "discount_from": str(version.discount_from or ""),
        "discount_to": str(version.discount_to or ""),
        "selling_entity_id": str(version.selling_entity_id or ""),
        "special_terms": version.special_terms,
    }


def assumption_view(row: AssumptionRow, edit: Edit) -> AssumptionView:
    mine = edit.assumptions and edit.focus == row.name and edit.errors
    stored = {"low": row.low, "base": row.base, "high": row.high}
    return AssumptionView(row, dict(edit.typed) if mine else stored, " ".join(edit.errors.values()) if mine else "")


def announcement(deal: PricedVersion) -> str:
    """What a screen reader hears after an edit."""
    committed, mid = (formats.money(amount, deal.currency) for amount in (deal.totals.committed, deal.term.p50))
    needed = ngettext("{n} approval needed", "{n} approvals needed", len(deal.needs)).format(n=len(deal.needs))
    needed = needed if deal.needs else _("no approval needed")
    return _("Saved. Committed {committed}, expected {mid}, {needed}.").format(
        committed=committed, mid=mid, needed=needed
    )
