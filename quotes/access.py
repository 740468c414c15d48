"""The one door to quotes and contracts: load and authorise in one call. A stranger gets 404."""

from typing import TypeVar

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from catalog.access import book_for
from catalog.models import PriceBook
from core.access import person
from core.models import User
from core.prepared import Gap, Prepared
from core.roles import Permission, may
from core.row_states import RowState
from quotes.models import (
    ApprovalRule,
    Contract,
    Edition,
    Quote,
    QuoteLine,
    QuoteVersion,
    RoomLink,
    RoomMessage,
    SavedView,
    SellingEntity,
    Template,
    sees,
)

T = TypeVar("T", bound=Edition)
Found = TypeVar("Found")
VERSIONS = QuoteVersion.objects.filter(quote__number=Gap("number")).order_by("-number")
NEWEST = Prepared(VERSIONS.whole()[:1])
ONE = Prepared(VERSIONS.whole().filter(number=Gap("version")))
STATE = Prepared(VERSIONS.filter(number=Gap("version")).values_list("pk", RowState("number"), "quote__owner"))
LINE = Prepared(
    QuoteLine.objects.select_related("version__quote").filter(version=VERSIONS.values("pk")[:1], key=Gap("key"))
)
SEE_QUOTES = (Permission.SEE_OWN_QUOTES, Permission.SEE_ALL_QUOTES)


def searcher(request: HttpRequest) -> User:
    """The signed-in person, whose role opens something that can be found."""
    return person(request, *SEE_QUOTES, Permission.SEE_CUSTOMERS, Permission.SEE_CATALOG, Permission.SEE_CONTRACTS)


def seer(request: HttpRequest) -> User:
    """The signed-in person, who may see some quotes."""
    return person(request, *SEE_QUOTES)


def price_book(request: HttpRequest, code: str, version: int) -> tuple[User, PriceBook]:
    """A price book, as its own door shows it, for someone who may see quotes."""
    seer(request)
    return book_for(request, code, version)


def quote(request: HttpRequest, number: str) -> tuple[User, Quote]:
    user = seer(request)
    quotes = Quote.objects.visible_to(user).select_related("customer", "owner", "contact", "opportunity")
    return user, get_object_or_404(quotes, number=number)


def seen(user: User, found: Found | None, owner_id: int | None) -> Found:
    """What was found, if this person sees the quotes of that owner; else 404."""
    if found is None or owner_id is None or not sees(user, owner_id):
        raise Http404
    return found


def version(request: HttpRequest, number: str, version_number: int | None = None) -> tuple[User, QuoteVersion]:
    """That version of the quote, or its newest."""
    user = seer(request)
    found = NEWEST.first(number=number) if version_number is None else ONE.first(number=number, version=version_number)
    return user, seen(user, found, found.owner_id if found else None)


def version_state(request: HttpRequest, number: str, version_number: int) -> tuple[User, int, str]:
    """Which version that is, and the state of its row; without reading what it holds."""
    user = seer(request)
    found = STATE.first(number=number, version=version_number)
    pk, state, _ = seen(user, found, found[2] if found else None)
    return user, pk, state


def line(request: HttpRequest, number: str, key: str) -> tuple[User, QuoteLine]:
    """A line of the quote's newest version, of which no more is read than says who may edit it."""
    user = seer(request)
    found = LINE.first(number=number, key=key)
    return user, seen(user, found, found.version.owner_id if found else None)


def room_link(request: HttpRequest, number: str, pk: int) -> tuple[User, RoomLink]:
    user = seer(request)
    links = RoomLink.objects.filter(version__quote__in=Quote.objects.visible_to(user), version__quote__number=number)
    return user, get_object_or_404(links.select_related("version__quote"), pk=pk)


def message(request: HttpRequest, number: str, pk: int) -> tuple[User, RoomMessage]:
    """What a customer asked in the room of that quote."""
    user = seer(request)
    quotes = Quote.objects.visible_to(user)
    messages = RoomMessage.objects.filter(version__quote__in=quotes, version__quote__number=number)
    return user, get_object_or_404(messages.select_related("version__quote"), pk=pk)


def saved_view(request: HttpRequest, pk: int) -> tuple[User, SavedView]:
    """A view of the list that this person keeps; other people's cannot be changed."""
    user = seer(request)
    return user, get_object_or_404(SavedView, pk=pk, owner=user)


def seller(request: HttpRequest) -> User:
    """The signed-in person, who may start and edit quotes."""
    return person(request, Permission.EDIT_QUOTES)


def copyable(request: HttpRequest, number: str, version_number: int) -> tuple[User, QuoteVersion]:
    """A version that this person sees, to start a quote of their own from it."""
    seller(request)
    return version(request, number, version_number)


def template(request: HttpRequest, pk: int) -> tuple[User, Template]:
    """A template; whoever sells may start a quote from any."""
    return seller(request), get_object_or_404(Template.objects.select_related("made_by"), pk=pk)


def approver(request: HttpRequest) -> User:
    """The signed-in person, who may decide on approvals."""
    return person(request, Permission.DECIDE_APPROVALS)


def margin_reader(request: HttpRequest) -> User:
    """Who decides on approvals, and may see margin."""
    user = approver(request)
    if not may(user, Permission.SEE_MARGIN):
        raise Http404
    return user


def rules(request: HttpRequest) -> User:
    """The signed-in person, who may read the approval rules."""
    return person(request, Permission.SEE_RULES)


def rule(request: HttpRequest, code: str, version: int) -> tuple[User, ApprovalRule]:
    """That version of an approval rule."""
    user = rules(request)
    return user, get_object_or_404(ApprovalRule, code=code, version=version)


def documents(request: HttpRequest) -> User:
    """The signed-in person, who may read what documents are made of."""
    return person(request, Permission.SEE_DOCUMENTS)


def selling_entity(request: HttpRequest, code: str) -> tuple[User, SellingEntity]:
    """A selling entity, for someone who may read what documents are made of."""
    user = documents(request)
    return user, get_object_or_404(SellingEntity.objects.select_related("countersigner", "logo"), code=code)


def edition(request: HttpRequest, model: type[T], code: str, version: int) -> tuple[User, T]:
    """That version of a clause or a layout."""
    user = documents(request)
    return user, get_object_or_404(model, code=code, version=version)


def found(thing: object) -> None:
    """404 when there is nothing."""
    if not thing:
        raise Http404


def contract(request: HttpRequest, number: str) -> tuple[User, Contract]:
    user = person(request, Permission.SEE_CONTRACTS)
    contracts = Contract.objects.visible_to(user).select_related("customer", "version__quote")
    return user, get_object_or_404(contracts, number=number)
