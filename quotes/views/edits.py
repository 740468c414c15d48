"""How every edit of a draft goes: the number that was looked at, one action, and what became of it on the page."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace

from django.forms import Form
from django.http import HttpRequest
from django.utils.translation import gettext as _

from core.errors import Conflict, Invalid, refuse
from core.models import User
from quotes import access
from quotes.models import QuoteVersion
from quotes.rules.verbs import why_not_edit

MOST_ROWS = 60  # that are drawn one by one; more are drawn as one table


@dataclass(frozen=True)
class Edit:
    """What was sent and how it ended, for the answer. `whole` draws everything again, `said` is for a toast.

    `structure` draws all rows again, `order` only puts them in their places. `picked` are the lines that were chosen,
    `rows` those to draw whole again, `new` those to add, `panel` is whether it came from the panel of a row, `written`
    is the draft as the action left it.
    """

    facts: Collection[str] = ()
    line: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    conflict: str = ""
    url: str = ""
    structure: bool = False
    order: bool = False
    assumptions: bool = False
    focus: str = ""
    whole: bool = False
    said: str = ""
    picked: Collection[str] = ()
    panel: bool = False
    rows: Collection[str] = ()
    new: Collection[str] = ()
    written: QuoteVersion | None = None

    @property
    def status(self) -> int:
        return 409 if self.conflict else 422 if self.errors else 200


def draft(request: HttpRequest, number: str) -> tuple[User, QuoteVersion]:
    """The quote's newest version, which this person may edit; refused otherwise."""
    user, version = access.version(request, number)
    refuse(why_not_edit(version, by=user))
    return user, version


def seen(request: HttpRequest) -> int:
    """The edit number of the page that the person looked at."""
    text = request.POST.get("edit_number", "")
    if not text.isdecimal():
        raise Invalid({"edit_number": _("This page is too old to save from; load it again.")})
    return int(text)


def joined(request: HttpRequest, edit: Edit, version: QuoteVersion) -> Edit:
    """The edit; drawing everything again if it went through beside edits of others that this page does not show."""
    if edit.status != 200 or version.edit_number <= seen(request) + 1:
        return edit
    if edit.whole:
        return replace(edit, structure=True)
    return replace(edit, whole=True, structure=True, said=_("Saved, beside what was edited elsewhere meanwhile."))


def typed_of(request: HttpRequest, names: Collection[str]) -> dict[str, str]:
    return {name: request.POST[name] for name in names if name in request.POST}


def first_errors(form: Form) -> dict[str, str]:
    return {name: str(messages[0]) for name, messages in form.errors.items()}


def attempt(edit: Edit, write: Callable[[], object]) -> Edit:
    """Do it, unless it is wrong already; wrong input and a lost race become part of the edit, and so does the draft
    that the action leaves."""
    if edit.errors:
        return edit
    try:
        written = write()
    except Invalid as error:
        return replace(edit, errors=error.errors)
    except Conflict as error:
        return replace(edit, conflict=error.sentence, structure=True)
    return redrawn(replace(edit, written=written)) if isinstance(written, QuoteVersion) else edit


def redrawn(edit: Edit) -> Edit:
    """The edit with the rows that came with it or changed beside the one that was edited; with all of them where there
    is no table before or after, or where there are many."""
    version = edit.written
    if version is None or version.change is None or version.claimed is None or edit.structure:
        return edit
    lines, texts = version.change.get("lines", {}), version.change.get("texts", {})
    marks = {key: pairs.get("component") or pairs.get("kind") or () for key, pairs in {**lines, **texts}.items()}
    new = {key for key, mark in marks.items() if mark and mark[0] is None}
    gone = {key for key, mark in marks.items() if mark and mark[1] is None}
    changed = marks.keys() - new - gone - {edit.line}
    no_table = bool(lines) and not (version.claimed.lines and version.lines_read)
    whole = no_table or not all(version.change.get("order", [1])) or len(new) + len(changed) > MOST_ROWS
    return replace(
        edit, structure=whole, order="order" in version.change, rows={*edit.rows, *changed}, new=frozenset(new)
    )
