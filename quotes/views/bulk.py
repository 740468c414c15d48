"""Several lines of a draft at once: one value for all of them, or all of them off."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from quotes.actions.batches import Bulk, edit_lines, remove_lines
from quotes.forms.draft import LineForm
from quotes.views.draft_page import finish
from quotes.views.edits import Edit, attempt, draft, first_errors, seen

FIELDS = ("quantity", "discount_percent")


@require_POST
def edit(request: HttpRequest, number: str) -> HttpResponse:
    """Give the chosen lines the same quantity or discount; what is left empty stays as it is."""
    user, version = draft(request, number)
    keys = keys_of(request)
    typed = {name: request.POST[name] for name in FIELDS if request.POST.get(name, "").strip()}
    form = LineForm.of(typed)
    wrong = " ".join(first_errors(form).values()) or ("" if typed else _("Give a quantity or a discount."))
    mine = Edit(structure=True, url=request.path, typed=typed, picked=keys, errors={"bulk": wrong} if wrong else {})
    at, number_seen, done = now(), seen(request), list[Bulk]()
    mine = attempt(
        mine,
        lambda: done.append(
            edit_lines(version, keys=keys, by=user, at=at, edit_number=number_seen, **form.cleaned_data)
        ),
    )
    return finish(request, number, replace(mine, said=sentence(done[0]) if done else ""))


def keys_of(request: HttpRequest) -> list[str]:
    """The chosen lines: a field for each, or several in one, since a form may not have thousands of fields."""
    return [key for text in request.POST.getlist("line") for key in text.split(",") if key]


def sentence(done: Bulk) -> str:
    changed = ngettext("{n} line changed.", "{n} lines changed.", done.changed).format(n=done.changed)
    if not done.left:
        return changed
    left = _("Left as it was: {names}.").format(names=", ".join(done.left[:5]))
    return f"{changed} {left}"


@require_POST
def removal(request: HttpRequest, number: str) -> HttpResponse:
    """Take the chosen lines off."""
    user, version = draft(request, number)
    keys = keys_of(request)
    at, number_seen, done = now(), seen(request), list[Bulk]()
    mine = attempt(
        Edit(structure=True, url=request.path, picked=keys),
        lambda: done.append(remove_lines(version, keys=keys, by=user, at=at, edit_number=number_seen)),
    )
    return finish(request, number, replace(mine, said=gone(done[0].changed) if done else ""))


def gone(count: int) -> str:
    return ngettext("{n} line removed.", "{n} lines removed.", count).format(n=count)
