"""Guided questions: what the customer's users do, how many they are; then a package, with quantities and why."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from catalog.models import Meter, Package, PriceBook
from catalog.queries import Proposed, meters, proposals, published_book, questions
from catalog.rules.guides import Expected
from catalog.rules.words import plural
from core import formats
from core.access import person
from core.data_words import told
from core.errors import Conflict, Invalid, Problem
from core.http import render_page, see_other
from core.roles import Permission
from quotes.actions.guiding import add_guided, start_guided
from quotes.forms.guide import PREFIX, ForWhomForm, Read, field_of, read_answers
from quotes.models import QuoteVersion
from quotes.queries.configuration import Configured, configured
from quotes.queries.limits import scale_of
from quotes.rules.series import series_named
from quotes.rules.validity import today
from quotes.views.edits import draft, seen


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """For a new quote: the customer, the questions and what fits; with a package, the quote."""
    user = person(request, Permission.EDIT_QUOTES)
    typed = request.POST if request.method == "POST" else request.GET
    for_whom = ForWhomForm(typed)
    for_whom.is_valid()
    customer = for_whom.cleaned_data.get("customer")
    book = published_book(customer.currency, today(now(), settings.SELLER["zone"])) if customer else None
    context: dict[str, Any] = {
        "customer": customer,
        "for_whom": for_whom,
        "url": reverse("quotes:new_guide"),
        "back": reverse("quotes:new"),
    }
    if request.method != "POST" or customer is None or book is None:
        return show(request, book, context)
    read = answers_of(request, book)
    try:
        version = start_guided(
            customer=customer, package=request.POST.get("package", ""), answers=read.answers, by=user, at=now()
        )
    except Problem as error:
        return show(request, book, {**context, "wrong": error.sentence}, status=error.status)
    return see_other(request, reverse("quotes:detail", args=[version.quote.number]))


@require_http_methods(["GET", "HEAD", "POST"])
def guide(request: HttpRequest, number: str) -> HttpResponse:
    """For a draft: the same, on its own price book; the package is one step of it."""
    user, version = draft(request, number)
    context: dict[str, Any] = {
        "version": version,
        "quote": version.quote,
        "customer": version.quote.customer,
        "url": request.path,
        "back": reverse("quotes:detail", args=[number]),
    }
    if request.method != "POST":
        return show(request, version.price_book, context)
    package = get_object_or_404(Package, book=version.price_book_id, code=request.POST.get("package", ""))
    read = answers_of(request, version.price_book)
    try:
        add_guided(version, package=package, answers=read.answers, by=user, at=now(), edit_number=seen(request))
    except (Invalid, Conflict) as error:
        _user, context["version"] = draft(request, number)
        return show(request, version.price_book, {**context, "wrong": error.sentence}, status=error.status)
    messages.success(request, _("Added: {package}.").format(package=told(package.name)))
    return see_other(request, reverse("quotes:detail", args=[number]) + "#lines")


def answers_of(request: HttpRequest, book: PriceBook) -> Read:
    typed = request.POST if request.method == "POST" else request.GET
    return read_answers([asked.question for asked in questions(book, {})], typed)


def show(
    request: HttpRequest, book: PriceBook | None, context: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    typed = request.POST if request.method == "POST" else request.GET
    read = answers_of(request, book) if book else Read({}, {})
    asked = questions(book, read.answers) if book else []
    answered = any(name.startswith(PREFIX) for name in typed)
    version, known = context.get("version"), meters()
    beside = configured(version) if isinstance(version, QuoteVersion) else None
    shown = {
        **context,
        "book": book,
        "fields": [field_of(one.question, read.answers, typed, read.errors) for one in asked if one.is_open],
        "kept": kept(typed, [PREFIX + one.question.key for one in asked]),
        "answered": answered,
        "proposals": [card(one, beside, known) for one in proposals(book, read.answers)] if book and answered else [],
        "has_errors": bool(read.errors),
    }
    return render_page(request, "quotes/guide.html", shown, part="guide", status=422 if read.errors else status)


def kept(typed: Any, names: list[str]) -> list[tuple[str, str]]:
    """The answers as the form of a proposal sends them again."""
    return [(name, value) for name in names for value in typed.getlist(name)]


def card(one: Proposed, beside: Configured | None, known: Mapping[str, Meter]) -> dict[str, Any]:
    """A proposal as the page shows it."""
    names = {part.price.key: part.price.component for part in one.package.components.all()}
    return {
        "code": one.package.code,
        "name": told(one.package.name),
        "because": one.proposal.because,
        "why_not": beside.why_not_add_package(one.package) if beside else "",
        "lines": [
            {
                "name": told(names[line.price]["name"]),
                "quantity": formats.quantity(line.quantity),
                "unit": plural(names[line.price].get("unit", ""), line.quantity) if line.quantity is not None else "",
                "because": line.because,
            }
            for line in one.proposal.lines
        ],
        "usage": [usage_row(expected, known) for expected in one.proposal.usage if expected.base],
    }


def usage_row(expected: Expected, known: Mapping[str, Meter]) -> dict[str, str]:
    series = series_named(expected.series)
    meter = known.get(series.meter)
    scale = scale_of(meter)
    parts = [value for name, value in series.dimensions if meter is None or meter.defaults.get(name) != value]
    return {
        "name": " · ".join([told(meter.name) if meter else series.meter, *map(told, parts)]),
        "low": formats.quantity(round(expected.low / scale.factor, 3)),
        "base": formats.quantity(round(expected.base / scale.factor, 3)),
        "high": formats.quantity(round(expected.high / scale.factor, 3)),
        "unit": scale.unit or (told(meter.unit) if meter else ""),
        "because": expected.because,
    }
