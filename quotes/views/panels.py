"""The panel of a row: what the grid has no column for, of a line or of a section."""

from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.http import is_partial, render_page
from core.models import User
from core.roles import Permission, may
from quotes import access
from quotes.actions.ramps import edit_year
from quotes.actions.targets import Reached, reach_lines
from quotes.forms.draft import PRICE, TargetForm, YearForm
from quotes.models import QuoteVersion
from quotes.queries.limits import scale_on
from quotes.queries.priced import priced
from quotes.rules.line_months import takes_months, why_not_months
from quotes.rules.outline import is_section, place_of, sections
from quotes.rules.pricing import Depth
from quotes.rules.ramps import years_in
from quotes.rules.transitions import Status
from quotes.rules.verbs import why_not_edit
from quotes.views.draft_page import finish
from quotes.views.edits import Edit, attempt, draft, first_errors, seen, typed_of
from quotes.views.line_views import LineView, line_views
from quotes.views.targets import reached
from quotes.views.text_views import TextView, outline_views
from quotes.views.years import YearColumn, year_column


@require_safe
def panel(request: HttpRequest, number: str, key: str) -> HttpResponse:
    """A dialog of the builder; without script a page of its own."""
    user, version = access.version(request, number)
    row, places = found(user, version, key)
    context = {
        "version": version,
        "quote": version.quote,
        "currency": version.currency,
        "row": row,
        "places": places,
        "whole": whole(row, version),
        "no_months": no_months(version, key),
        "years": year_columns(version, row, number) if isinstance(row, LineView) else [],
        "editable": version.status == Status.DRAFT and not why_not_edit(version, by=user),
        "url": request.path,
        "is_part": is_partial(request),
    }
    response = render_page(request, "quotes/row_panel.html", context, part="row-panel")
    if is_partial(request) and "again" not in request.GET:
        response.headers["HX-Trigger-After-Swap"] = '{"dialog:open": {"id": "row"}}'
    return response


def whole(row: LineView | TextView, version: QuoteVersion) -> dict[str, bool] | None:
    """Whether a section with everything under it can go up or down; None where there is no other one."""
    if not isinstance(row, TextView) or not row.is_section:
        return None
    heads = sorted(
        (key for key in version.texts if is_section(key, version.texts)), key=lambda key: version.texts[key]["position"]
    )
    place, count = place_of(heads, row.key, version.texts)
    return {"first": place == 1, "last": place == count} if count > 1 else None


def no_months(version: QuoteVersion, key: str) -> str:
    """Why a line cannot begin and end inside the term; "" where it can, and of a section."""
    line = version.lines.only("component").filter(key=key).first()
    return "" if line is None or takes_months(line.component) else why_not_months(line.component)


def year_columns(version: QuoteVersion, row: LineView, number: str) -> list[YearColumn]:
    """Each year of a term of several, for a line that can differ between them."""
    last = years_in(version.months)
    if last < 2 or row.kind == "credit":
        return []
    line = version.lines.get(key=row.key)
    scale = scale_on(version, line)
    return [
        year_column(line, year, scale, reverse("quotes:line_year", args=[number, row.key, year]) if year > 1 else "")
        for year in range(1, last + 1)
    ]


def found(user: User, version: QuoteVersion, key: str) -> tuple[LineView | TextView, list[dict[str, Any]]]:
    """The row, and the sections that a line can be in."""
    deal = priced(version, with_margin=may(user, Permission.SEE_MARGIN), depth=Depth.TOTALS)
    rows = outline_views(version, deal, line_views(version, deal, Edit()), Edit())
    row = next((row for row in rows if row.key == key), None)
    if row is None:
        raise Http404
    under = sections([row.key for row in rows], version.texts)
    names = {"": _("Above the first section"), **{one.key: one.text for one in rows if isinstance(one, TextView)}}
    places = [{"key": head, "name": names[head], "here": key in lines} for head, lines in under.items()]
    return row, places if len(places) > 1 else []


@require_POST
def line_year(request: HttpRequest, number: str, key: str, year: int) -> HttpResponse:
    """Say what a line is from a later year of the term on; empty is as the year before."""
    user, mine = access.line(request, number, key)
    draft(request, number)
    names = ["quantity", "discount_percent", *(name for name in request.POST if name.startswith(PRICE))]
    typed = typed_of(request, names)
    form = YearForm.of(typed)
    edit = Edit(line=key, typed=typed, errors=first_errors(form), url=request.path, panel=True)
    at, number_seen = now(), seen(request)
    edit = attempt(edit, lambda: edit_year(mine, year=year, by=user, at=at, edit_number=number_seen, **form.changes()))
    return finish(request, number, edit)


@require_POST
def line_target(request: HttpRequest, number: str, key: str) -> HttpResponse:
    """Find the discount that makes this line an amount over the term."""
    user, mine = access.line(request, number, key)
    return made(request, number, user, mine.version, [key], Edit(line=key))


@require_POST
def section_target(request: HttpRequest, number: str, key: str) -> HttpResponse:
    """Find the one discount for the lines of this section that makes its subtotal an amount."""
    user, version = draft(request, number)
    order = [row.key for row in priced(version, depth=Depth.TOTALS).outline]
    members = sections(order, version.texts).get(key)
    if members is None:
        raise Http404
    options = set(version.lines.filter(optional=True).values_list("key", flat=True))
    keys = [one for one in members if one not in options]
    return made(request, number, user, version, keys, Edit(rows=keys))


def made(
    request: HttpRequest, number: str, user: User, version: QuoteVersion, keys: list[str], edit: Edit
) -> HttpResponse:
    draft(request, number)
    typed = typed_of(request, ("total",))
    form = TargetForm(typed)
    edit = replace(edit, typed=typed, errors=first_errors(form), url=request.path, panel=True)
    at, number_seen, done = now(), seen(request), list[Reached]()

    def write() -> None:
        target = form.cleaned_data["total"]
        done.append(reach_lines(version, keys=keys, target=target, by=user, at=at, edit_number=number_seen))

    edit = attempt(edit, write)
    if done:
        edit = replace(edit, said=reached(done[0], form.cleaned_data["total"], version.currency))
    elif edit.errors:
        edit = replace(edit, errors={"total": " ".join(edit.errors.values())})
    return finish(request, number, edit)
