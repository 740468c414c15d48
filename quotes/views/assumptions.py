"""What a meter without history is taken to use."""

from decimal import Decimal

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.timezone import now
from django.views.decorators.http import require_POST

from pricing.values import plain
from quotes.actions.drafts import edit_version
from quotes.forms.draft import AssumptionForm
from quotes.queries.assumptions import LEVELS, assumption_rows
from quotes.views.draft_page import finish
from quotes.views.edits import Edit, attempt, draft, first_errors, seen, typed_of


@require_POST
def assumptions(request: HttpRequest, number: str) -> HttpResponse:
    """State low, base and high of one series, in the meter's display unit."""
    user, version = draft(request, number)
    name = request.POST.get("series", "")
    row = next((row for row in assumption_rows(version) if row.name == name), None)
    if row is None:
        raise Http404
    typed = typed_of(request, LEVELS)
    form = AssumptionForm(typed)
    edit = Edit(assumptions=True, typed=typed, errors=first_errors(form), focus=name, url=request.path)
    levels = {} if edit.errors else {level: stored(form.cleaned_data[level], row.factor) for level in LEVELS}
    stated = {**version.assumptions, name: levels}
    at, number_seen = now(), seen(request)
    edit = attempt(edit, lambda: edit_version(version, by=user, at=at, edit_number=number_seen, assumptions=stated))
    return finish(request, number, edit)


def stored(value: Decimal, factor: Decimal) -> str:
    return plain(value * factor)
