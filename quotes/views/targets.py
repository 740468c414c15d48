"""The committed total as the seller wants it."""

from dataclasses import replace
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.formats import money, percent
from quotes.actions.targets import Reached, reach_total
from quotes.forms.draft import TargetForm
from quotes.views.draft_page import finish
from quotes.views.edits import Edit, attempt, draft, first_errors, seen, typed_of


@require_POST
def target(request: HttpRequest, number: str) -> HttpResponse:
    """Find the quote discount that makes the committed total this amount, and say what it is."""
    user, version = draft(request, number)
    typed = typed_of(request, ("total",))
    form = TargetForm(typed)
    edit = Edit(facts=("discount_percent",), typed=typed, errors=first_errors(form), url=request.path)
    at, number_seen, found = now(), seen(request), list[Reached]()
    edit = attempt(
        edit,
        lambda: found.append(
            reach_total(version, target=form.cleaned_data["total"], by=user, at=at, edit_number=number_seen)
        ),
    )
    if found:
        edit = replace(edit, said=sentence(found[0], form.cleaned_data["total"], version.currency))
    return finish(request, number, under_total(edit))


def sentence(found: Reached, target: Decimal, currency: str) -> str:
    """ "Quote discount 12.5 %: the committed total is USD 250,000.00." and how far off, where no discount hits it."""
    said = _("Quote discount {percent}: the committed total is {total}").format(
        percent=percent(found.percent), total=money(found.total, currency)
    )
    return missed_by(said, abs(found.total - target), currency)


def reached(found: Reached, target: Decimal, currency: str) -> str:
    """ "Discount 12.5 %: this is USD 40,000.00 over the term." and how far off, where no discount hits it."""
    said = _("Discount {percent}: this is {total} over the term").format(
        percent=percent(found.percent), total=money(found.total, currency)
    )
    return missed_by(said, abs(found.total - target), currency)


def missed_by(said: str, off: Decimal, currency: str) -> str:
    """The sentence, with how far off where no discount hits the amount."""
    if not off:
        return f"{said}."
    return _("{said}, {off} off: no discount of four decimals comes nearer.").format(
        said=said, off=money(off, currency)
    )


def under_total(edit: Edit) -> Edit:
    """What limits say against the discount is shown at the amount that asked for it."""
    if not edit.errors or "total" in edit.errors:
        return edit
    return replace(edit, errors={"total": " ".join(edit.errors.values())})
