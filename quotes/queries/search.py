"""One search over what a person may see: quotes, customers, packages, products and contracts.

Every word must be somewhere in the thing: in the number, title or customer of a quote, in the name of the others.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlencode

from django.db.models import Model, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from catalog.access import sees_drafts
from catalog.models import Package, PriceBook, Product
from core.models import User
from core.roles import Permission, may
from customers.models import Customer
from quotes.models import Contract
from quotes.queries.lists import newest_versions
from quotes.rules.listing import QuoteFilter

MOST = 8
M = TypeVar("M", bound=Model)
SEES_QUOTES = (Permission.SEE_OWN_QUOTES, Permission.SEE_ALL_QUOTES)


@dataclass(frozen=True)
class Hit:
    title: str
    detail: str
    url: str
    icon: str
    status: str = ""


@dataclass(frozen=True)
class Group:
    """What was found of one kind; `more` is the address of the whole list when there is more."""

    title: str
    hits: tuple[Hit, ...]
    more: str = ""


def search(user: User, text: str, *, most: int = MOST) -> list[Group]:
    """What the text finds for this person, at most so many of a kind; nothing for no text."""
    words = text.split()[:8]
    if not words:
        return []
    return [group for group in groups(user, words, text, most) if group.hits]


def groups(user: User, words: list[str], text: str, most: int) -> Iterator[Group]:
    if any(may(user, permission) for permission in SEES_QUOTES):
        found, more = quotes(user, words, most)
        yield Group(_("Quotes"), found, f"{reverse('quotes:list')}{QuoteFilter(search=text).query()}" if more else "")
    if may(user, Permission.SEE_CUSTOMERS):
        found, more = customers(words, most)
        yield Group(_("Customers"), found, f"{reverse('customers:list')}?{urlencode({'q': text})}" if more else "")
    if may(user, Permission.SEE_CONTRACTS):
        yield Group(_("Contracts"), contracts(user, words, most))
    if may(user, Permission.SEE_CATALOG):
        yield Group(_("Packages"), packages(user, words, most))
        yield Group(_("Products"), products(words, most))


def containing(rows: QuerySet[M], words: list[str], *fields: str) -> QuerySet[M]:
    """The rows where each word is in one of the fields."""
    for word in words:
        rows = rows.filter(*[some(word, fields)])
    return rows


def some(word: str, fields: tuple[str, ...]) -> Q:
    found = Q()
    for field in fields:
        found |= Q(**{f"{field}__icontains": word})
    return found


def quotes(user: User, words: list[str], most: int) -> tuple[tuple[Hit, ...], bool]:
    versions = containing(newest_versions(user), words, "quote__number", "title", "quote__customer__name")
    found = list(versions.order_by("-edited_at", "-pk")[: most + 1])
    hits = tuple(
        Hit(
            title=version.title,
            detail=f"{version.quote.number} v{version.number} · {version.quote.customer.name}",
            url=reverse("quotes:detail", args=[version.quote.number]),
            icon="quote",
            status=version.status,
        )
        for version in found[:most]
    )
    return hits, len(found) > most


def customers(words: list[str], most: int) -> tuple[tuple[Hit, ...], bool]:
    found = list(containing(Customer.objects.order_by("name"), words, "name", "legal_name")[: most + 1])
    hits = tuple(
        Hit(
            one.name,
            f"{one.get_segment_display()} · {one.country}",
            reverse("customers:detail", args=[one.slug]),
            "customer",
        )
        for one in found[:most]
    )
    return hits, len(found) > most


def contracts(user: User, words: list[str], most: int) -> tuple[Hit, ...]:
    rows = Contract.objects.visible_to(user).select_related("customer").defer("terms").order_by("-pk")
    found = containing(rows, words, "number", "customer__name")[:most]
    return tuple(
        Hit(one.number, one.customer.name, reverse("billing:contract", args=[one.number]), "contract") for one in found
    )


def packages(user: User, words: list[str], most: int) -> tuple[Hit, ...]:
    """Of published price books; people who work on drafts find those too."""
    rows = Package.objects.select_related("book").exclude(book__status=PriceBook.Status.RETIRED)
    if not sees_drafts(user):
        rows = rows.exclude(book__status=PriceBook.Status.DRAFT)
    found = containing(rows.order_by("name", "-book__version"), words, "name", "code")[:most]
    return tuple(
        Hit(
            one.name,
            str(one.book),
            reverse("catalog:package", args=[one.book.address, one.book.version, one.code]),
            "catalog",
        )
        for one in found
    )


def products(words: list[str], most: int) -> tuple[Hit, ...]:
    found = containing(Product.objects.order_by("name"), words, "name", "code")[:most]
    return tuple(
        Hit(one.name, one.get_kind_display(), reverse("catalog:product", args=[one.code]), "catalog") for one in found
    )
