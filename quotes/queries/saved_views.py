"""Saved views of the list: one's own, and those that others share."""

from dataclasses import dataclass

from django.db.models import Q

from core.models import User
from quotes.models import SavedView


@dataclass(frozen=True)
class ViewLink:
    pk: int
    name: str
    query: str
    owner: str
    mine: bool
    is_default: bool
    is_shared: bool
    current: bool


def default_query(user: User) -> str:
    """What the bare address of the list stands for; "" for everything."""
    found = SavedView.objects.filter(owner=user, is_default=True).values_list("query", flat=True).first()
    return found or ""


def view_links(user: User, query: str = "") -> list[ViewLink]:
    """Own views first, then those shared by others; `query` is that of the list that is open."""
    views = SavedView.objects.filter(Q(owner=user) | Q(is_shared=True)).select_related("owner").order_by("name", "pk")
    links = [
        ViewLink(
            pk=view.pk,
            name=view.name,
            query=view.query,
            owner=view.owner.full_name,
            mine=view.owner_id == user.pk,
            is_default=view.is_default and view.owner_id == user.pk,
            is_shared=view.is_shared,
            current=view.query == query,
        )
        for view in views
    ]
    return sorted(links, key=lambda link: not link.mine)
