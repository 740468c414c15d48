"""Keeping lists of quotes under a name. Personal, so nothing of it is in the audit log."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core.errors import Conflict, Invalid
from core.models import User
from core.turns import take_turn
from quotes.models import SavedView

MOST = 50
LONGEST = 1000


@transaction.atomic
def save_view(
    *, name: str, query: str, by: User, at: datetime, is_default: bool = False, is_shared: bool = False
) -> SavedView:
    """Keep this list under the name; a view of one's own that has the name gives way."""
    check_length(query)
    take_turn(turn(by.pk))
    others = SavedView.objects.filter(owner=by).exclude(name=name)
    if others.count() >= MOST:
        raise Invalid({"name": _("You keep {most} views already; remove one first.").format(most=MOST)})
    if is_default:
        others.update(is_default=False)
    values = {"query": query, "is_default": is_default, "is_shared": is_shared, "saved_at": at}
    return SavedView.objects.update_or_create(owner=by, name=name, defaults=values)[0]


def change_view(
    view: SavedView, *, name: str, is_default: bool, is_shared: bool, at: datetime, query: str | None = None
) -> SavedView:
    """Rename the view, make it one's default, share it, or let it be another list."""
    query = view.query if query is None else query
    check_length(query)
    try:
        with transaction.atomic():
            take_turn(turn(view.owner_id))
            if is_default:
                SavedView.objects.filter(owner=view.owner_id).exclude(pk=view.pk).update(is_default=False)
            view.name, view.query, view.saved_at = name, query, at
            view.is_default, view.is_shared = is_default, is_shared
            view.save()
    except IntegrityError:
        raise Conflict(
            _("You keep another view under the name {name}; choose another name.").format(name=name)
        ) from None
    return view


def check_length(query: str) -> None:
    if len(query) > LONGEST:
        sentence = _("The list's address is longer than {most} characters; choose fewer filters.")
        raise Invalid({"name": sentence.format(most=LONGEST)})


def turn(owner: int) -> str:
    """Of one's views one is the default."""
    return f"saved views {owner}"


def remove_view(view: SavedView) -> None:
    view.delete()
