"""The way around: which areas a person may enter, and where they are now."""

from typing import NamedTuple

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from core.roles import Permission, may

P = Permission


class Area(NamedTuple):
    label: str
    icon: str
    url_name: str
    permissions: tuple[Permission, ...]


AREAS = (
    Area("Home", "home", "core:home", ()),
    Area("Quotes", "quote", "quotes:list", (P.SEE_OWN_QUOTES, P.SEE_ALL_QUOTES)),
    Area("Approvals", "approval", "quotes:approvals", (P.DECIDE_APPROVALS,)),
    Area("Customers", "customer", "customers:list", (P.SEE_CUSTOMERS,)),
    Area("Catalog", "catalog", "catalog:overview", (P.SEE_CATALOG,)),
    Area("Contracts", "contract", "billing:contracts", (P.SEE_CONTRACTS,)),
    Area("Audit", "audit", "core:audit", (P.SEE_AUDIT,)),
)


class Item(NamedTuple):
    label: str
    icon: str
    url: str
    current: bool


def navigation(request: HttpRequest) -> list[Item]:
    """The areas open to whoever asks; the longest address that begins this one's path is the current area."""
    open_areas = [(area, url) for area in AREAS if is_open(request, area) and (url := address(area.url_name))]
    begun = [url for _, url in open_areas if request.path.startswith(url) and (url != "/" or request.path == "/")]
    current = max(begun, key=len, default="")
    return [Item(area.label, area.icon, url, url == current) for area, url in open_areas]


def is_open(request: HttpRequest, area: Area) -> bool:
    return not area.permissions or any(may(request.user, permission) for permission in area.permissions)


def address(url_name: str) -> str:
    """The area's address, or "" where it is not installed."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""
