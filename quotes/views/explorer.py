"""The forecast explorer: a deal's bill and usage as pictures, moved by sliders; what was moved can be used."""

from dataclasses import dataclass
from decimal import InvalidOperation
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core import formats
from core.errors import Invalid
from core.fields import lenient
from core.http import is_partial, render_page
from core.roles import Permission, may
from quotes import access
from quotes.actions.drafts import edit_version
from quotes.forms.exploring import ExplorerForm
from quotes.models import QuoteVersion
from quotes.queries.exploring import Explored, explored, seats_of, series_of, standing
from quotes.rules.band_words import percent
from quotes.rules.exploring import Moves, drivers, name_of, scenario
from quotes.rules.pricing import Band
from quotes.rules.transitions import Status
from quotes.rules.verbs import why_not_edit
from quotes.views.band_tables import RiskRow, largest_row
from quotes.views.draft_page import finish
from quotes.views.edits import Edit, attempt, draft, seen
from quotes.views.explorer_pictures import picture

TEMPLATE = "quotes/explorer.html"


@dataclass(frozen=True)
class Slider:
    """A driver with its range, for a quick look, and the exact number."""

    name: str
    label: str
    unit: str
    low: float
    high: float
    step: float
    rest: float  # where it moves nothing
    value: str
    help: str = ""

    @property
    def place(self) -> str:
        """The value as a range takes it, whatever the language."""
        try:
            return str(lenient(self.value))
        except InvalidOperation:
            return str(self.rest)


@require_safe
def explorer(request: HttpRequest, number: str, version_number: int) -> HttpResponse:
    """The page, or its panel in the builder; or only what the sliders change."""
    user, version = access.version(request, number, version_number)
    form = form_of(request.GET, version)
    seats, moves = seats_of(version), form.moves()
    moving = drivers(moves, start=version.start, seats=seats)
    found = explored(version, moving, with_margin=may(user, Permission.SEE_MARGIN))
    context = {
        "version": version,
        "quote": version.quote,
        "customer": version.quote.customer,
        "currency": version.currency,
        "form": form,
        "shown": form.shown,
        "by_term": form.by_term,
        "sliders": sliders(form, version, seats),
        "picture": picture(version, found, form.shown, by_term=form.by_term),
        "explored": found,
        "moved": moving,
        "moved_name": name_of(moves, seats=seats),
        "fields": {name: form.data.get(name, "") for name in Moves.__dataclass_fields__},
        "change": change(version, found) if moving else None,
        "extra": extra_rows(found),
        "run": version.forecast_run,
        "is_draft": version.status == Status.DRAFT,
        "may_use": not why_not_edit(version, by=user),
        "url": request.path,
        "use_url": reverse("quotes:exploration", args=[number]),
        "base_url": reverse("quotes:scenario", args=[number]),
        "is_part": is_partial(request),
    }
    part = "result" if is_partial(request) and request.headers.get("HX-Target") == "explorer-result" else "explorer"
    return render_page(request, TEMPLATE, context, part=part, status=422 if form.errors else 200)


@require_POST
def exploration(request: HttpRequest, number: str) -> HttpResponse:
    """Let the draft's bands stand on what was moved: drivers on top of its own, undone as one step."""
    user, version = draft(request, number)
    form, seats = form_of(request.POST, version), seats_of(version)
    at, number_seen, moves = now(), seen(request), form.moves()
    content = scenario(version.scenario, moves, start=version.start, seats=seats)
    errors = {name: str(messages[0]) for name, messages in form.errors.items()}
    if not errors and content["drivers"] == list(version.scenario.get("drivers", ())):
        raise Invalid({"growth": _("Nothing is moved; move a slider first.")})
    edit = Edit(
        facts=("scenario",),
        errors=errors,
        url=request.path,
        said=_("Used in this quote: {name}.").format(name=content["name"]),
    )
    return finish(
        request,
        number,
        attempt(edit, lambda: edit_version(version, by=user, at=at, edit_number=number_seen, scenario=content)),
    )


def form_of(typed: Any, version: QuoteVersion) -> ExplorerForm:
    return ExplorerForm(typed, series=series_of(version), months=version.months)


def sliders(form: ExplorerForm, version: QuoteVersion, seats: float) -> list[Slider]:
    """Ranges are for a quick look; the number beside takes more."""
    most, of = max(4 * seats, 10.0), _("of {n}")
    found = [
        Slider("growth", _("Growth"), _("% a year"), -50, 200, 5, 0, "", _("On top of the forecast’s own trend.")),
        Slider("seats", _("Seats"), of.format(n=formats.quantity(seats)), 0, most, max(1, round(most / 100)), seats,
               "", _("Usage follows; the quantity of the seat line stays.")),
        Slider("adoption", _("Adoption"), "%", 0, 300, 5, 100, "", _("Of the forecast, reached along an S-curve.")),
        Slider("adoption_months", _("reached in"), _("months"), 1, max(version.months, 2), 1, 6, ""),
        Slider("launch", _("Launch step"), "%", -50, 200, 5, 0, "", _("Once, for good.")),
        Slider("launch_month", _("in month"), of.format(n=version.months), 1, max(version.months, 2), 1, 1, ""),
    ]  # fmt: skip
    return [Slider(**{**one.__dict__, "value": form.data.get(one.name) or formats.quantity(one.rest)}) for one in found]


@dataclass(frozen=True)
class Change:
    """What the moves do to the deal as it stands: shares of its P50 of bill and margin."""

    bill: str
    margin: str


def change(version: QuoteVersion, found: Explored) -> Change:
    stands = standing(version, with_margin=found.margin is not None)
    left = (stands.margin, found.margin.margin) if stands.margin and found.margin else None
    return Change(against(stands.bill, found.term), against(*left) if left else "")


def against(before: Band, after: Band) -> str:
    """ "+12 %" of P50; "" where there was nothing or a loss."""
    if before.p50 <= 0:
        return ""
    moved = round((after.p50 / before.p50 - 1) * 100)
    return f"{'+' if moved > 0 else formats.MINUS if moved < 0 else '±'}{abs(moved)} %"


def extra_rows(found: Explored) -> list[RiskRow]:
    """The largest bill, and for those who may see it the chance of a loss."""
    rows = [largest_row(found.risks.largest, found.risks.p99, found.currency)]
    if found.margin and found.margin.loss is not None:
        rows.append(RiskRow(_("Chance of a loss"), percent(found.margin.loss), _("over the term."), internal=True))
    return rows
