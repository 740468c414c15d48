"""Several lines of a draft at once: one value for all of them, looked at before it is set, or all of them off."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import trigger_client_event

from core.errors import Conflict, Invalid
from core.http import is_partial, render_page
from core.models import User
from core.roles import Permission, may
from quotes.actions.batches import Bulk, edit_lines, remove_lines
from quotes.actions.trying import tried
from quotes.forms.draft import ABOVE, BulkForm
from quotes.models import QuoteVersion
from quotes.queries.priced import PricedVersion, priced
from quotes.queries.version_changes import Figures
from quotes.rules.edit_words import line_said, names_moved
from quotes.rules.outline import is_section
from quotes.rules.pricing import Depth
from quotes.rules.ramps import years_in
from quotes.views.draft_page import finish, needs_sentence
from quotes.views.edits import Edit, attempt, draft, first_errors, seen

FIELDS = (
    *("quantity", "discount_percent", "discount_from", "discount_to", "from_month", "to_month"),
    *("whole_term", "discount_whole_term", "optional", "section", "year"),
)
NAMED = 3  # lines that a refusal names one by one beside the lines
SHOWN = 12  # lines that a look tells of one by one


@require_POST
def edit(request: HttpRequest, number: str) -> HttpResponse:
    """Give the chosen lines the same; what is left empty stays as it is."""
    user, version = draft(request, number)
    keys, in_dialog, (typed, form, wrong) = keys_of(request.POST), "dialog" in request.POST, typed_of(request.POST)
    mine = Edit(structure=True, url=request.path, typed=typed, picked=keys, errors={"bulk": wrong} if wrong else {})
    at, number_seen, done = now(), seen(request), list[Bulk]()
    mine = attempt(
        replace(mine, panel=in_dialog),
        lambda: done.append(
            edit_lines(version, keys=keys, by=user, at=at, edit_number=number_seen, **form.cleaned_data)
        ),
    )
    if mine.errors:
        mine = replace(mine, errors={"bulk": first_of(list(mine.errors.values()), NAMED)})
    response = finish(request, number, replace(mine, said=sentence(done[0]) if done else ""))
    if in_dialog and is_partial(request) and not mine.errors:
        trigger_client_event(response, "dialog:close", after="settle")
    return response


@require_http_methods(["GET", "HEAD", "POST"])  # thousands of lines are in no address
def fields(request: HttpRequest, number: str) -> HttpResponse:
    """Everything that the chosen lines can be given, and what that would come to. Changes nothing."""
    user, version = draft(request, number)
    given = request.POST if request.method == "POST" else request.GET
    keys, (typed, form, wrong) = keys_of(given), typed_of(given)
    number_seen = seen(request) if request.method == "POST" else version.edit_number
    effect = look(user, version, keys, form, number_seen) if not wrong else {"errors": [wrong] if form.errors else []}
    context = {
        "version": version,
        "quote": version.quote,
        "currency": version.currency,
        "keys": ",".join(keys),
        "count": len(keys),
        "typed": typed,
        "years": range(2, years_in(version.months) + 1),
        "sections": sections(version),
        "above": ABOVE,
        "urls": {name: reverse(f"quotes:{name}", args=[number]) for name in ("bulk", "bulk_fields", "detail")},
        **effect,
    }
    response = render_page(request, "quotes/bulk.html", context, part="effect" if "look" in given else "fields")
    if is_partial(request) and "look" not in given:
        trigger_client_event(response, "dialog:open", {"id": "several"}, after="swap")
    return response


def keys_of(given: QueryDict) -> list[str]:
    """The chosen lines: a field for each, or several in one, since a form may not have thousands of fields."""
    return [key for text in given.getlist("line") for key in text.split(",") if key]


def typed_of(given: QueryDict) -> tuple[dict[str, str], BulkForm, str]:
    """What is to be set, as it was typed and as it is read; and why nothing can be."""
    typed = {name: str(given[name]) for name in FIELDS if given.get(name, "").strip()}
    form = BulkForm.of(typed)
    nothing = "" if typed.keys() - {"year"} else _("Say what to change on these lines.")
    return typed, form, " ".join(first_errors(form).values()) or nothing


def sections(version: QuoteVersion) -> list[dict[str, str]]:
    heads = [(key, text) for key, text in version.texts.items() if is_section(key, version.texts)]
    return [{"key": key, "name": text["text"]} for key, text in sorted(heads, key=lambda head: head[1]["position"])]


def look(user: User, version: QuoteVersion, keys: Sequence[str], form: BulkForm, number_seen: int) -> dict[str, Any]:
    """What the bill and the approvals would be: the lines are changed, priced and taken back."""
    sees, at, done = may(user, Permission.SEE_MARGIN), now(), list[Bulk]()
    values = form.cleaned_data
    try:
        after = tried(
            version,
            lambda: done.append(edit_lines(version, keys=keys, by=user, at=at, edit_number=number_seen, **values)),
            with_margin=sees,
        )
    except Invalid as error:
        return {"errors": list(several(error.errors.values()))}
    except Conflict as error:
        return {"errors": [error.sentence]}
    before = priced(version, with_margin=sees, depth=Depth.TOTALS)
    then, was = Figures.of(after), Figures.of(before)
    return {
        "before": was,
        "after": then,
        "difference": then - was,
        "said": list(several(said_of(done[0], before))),
        "left": ", ".join(done[0].left),
        "approvals": (asked(before), asked(after)),
    }


def said_of(done: Bulk, deal: PricedVersion) -> Iterator[str]:
    names = {**{row.key: row.name for row in deal.lines}, **names_moved(done.change, deal.version.texts)}
    for key, pairs in done.change.get("lines", {}).items():
        if None not in pairs.get("component", ()):
            yield from line_said(names[key], pairs)
    if "order" in done.change:
        yield _("the order of the lines")


def asked(deal: PricedVersion) -> str:
    return needs_sentence(deal.needs) or _("No approval is needed.")


def several(sentences: Iterable[str]) -> list[str]:
    found = list(sentences)
    return found if len(found) <= SHOWN else [*found[: SHOWN - 1], more(len(found) - SHOWN + 1)]


def first_of(sentences: Sequence[str], most: int) -> str:
    """The first few, and how many more."""
    left = len(sentences) - most
    return " ".join([*sentences[:most], *([more(left)] if left > 0 else [])])


def more(count: int) -> str:
    return ngettext("And {n} more line.", "And {n} more lines.", count).format(n=count)


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
    keys = keys_of(request.POST)
    at, number_seen, done = now(), seen(request), list[Bulk]()
    mine = attempt(
        Edit(structure=True, url=request.path, picked=keys),
        lambda: done.append(remove_lines(version, keys=keys, by=user, at=at, edit_number=number_seen)),
    )
    return finish(request, number, replace(mine, said=gone(done[0].changed) if done else ""))


def gone(count: int) -> str:
    return ngettext("{n} line removed.", "{n} lines removed.", count).format(n=count)
