"""The catalog as its pages show it: plain values, prices in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from catalog.models import Meter, Package, PackageComponent, Price, PriceBook, Product
from catalog.queries.configurations import slot
from catalog.queries.prices import component_of, cost_charge, meters, packages, prices
from catalog.rules.packages import limits_in_words
from catalog.rules.words import Display, PriceWords, words
from core import formats
from core.data_words import told
from core.models import User
from pricing import Charge, Commitment, CreditGrant, Terms, committed, parse_component

TERM_MONTHS = 12


class PriceRow(NamedTuple):
    """A price of a book, readable."""

    key: str
    name: str
    product: str
    words: PriceWords
    max_discount: Decimal | None
    source: str
    quantities: str  # "from 5 to 5,000, in steps of 5"; "" for any


class CostRow(NamedTuple):
    """A unit cost, readable."""

    name: str
    words: PriceWords
    source: str


class ComponentRow(NamedTuple):
    """A component of a package, readable, with the quantities a seller may choose."""

    price: PriceRow
    required: bool
    group: str
    quantity: str


@dataclass(frozen=True)
class Overview:
    """All books, and what is sold and counted."""

    books: list[PriceBook]
    products: list[Product]
    meters: list[Meter]


def overview(*, drafts: bool) -> Overview:
    """Books by code, newest version first; drafts only for those who work on them."""
    books = PriceBook.objects.select_related("published_by").annotate(
        price_count=Count("prices", distinct=True), package_count=Count("packages", distinct=True)
    )
    if not drafts:
        books = books.exclude(status=PriceBook.Status.DRAFT)
    return Overview(
        books=list(books.order_by("code", "-version")),
        products=list(Product.objects.order_by("name")),
        meters=list(meters().values()),
    )


def price_rows(book: PriceBook) -> list[PriceRow]:
    displays = displays_of(meters().values())
    return [price_row(price, parse_component(price.component), book.currency, displays) for price in prices(book)]


def price_row(
    price: Price, component: Charge | CreditGrant | Commitment, currency: str, displays: dict[str, Display]
) -> PriceRow:
    return PriceRow(
        key=price.key,
        name=told(component.name or price.product.name),
        product=told(price.product.name),
        words=words(component, currency, displays),
        max_discount=price.max_discount,
        source=price.source,
        quantities=limits_in_words(price.min_quantity, price.max_quantity, price.step_quantity),
    )


def cost_rows(book: PriceBook) -> list[CostRow]:
    displays = displays_of(meters().values())
    charges = [(cost_charge(cost), cost.source) for cost in book.costs.select_related("meter").order_by("position")]
    return [
        CostRow(cost_name(charge.name), words(charge, book.currency, displays), source) for charge, source in charges
    ]


def cost_name(name: str) -> str:
    """ "Tokens: Sonnet · input": the meter in the reader's words."""
    meter, colon, series = name.partition(": ")
    return f"{told(meter)}{colon}{series}"


def package_list(book: PriceBook) -> QuerySet[Package]:
    return packages(book).annotate(component_count=Count("components"))


def component_rows(package: Package, book: PriceBook) -> list[ComponentRow]:
    displays = displays_of(meters().values())
    return [
        ComponentRow(
            price_row(entry.price, component_of(entry), book.currency, displays),
            entry.required,
            entry.group,
            choice(entry),
        )
        for entry in package.components.all()
    ]


def choice(entry: PackageComponent) -> str:
    """The quantities a seller may choose: "40, from 5 to 5,000"."""
    if entry.default_quantity is None:
        metered = entry.price.component.get("quantity", {}).get("source") == "meter"
        return _("metered") if metered else _("one")
    asked = slot(entry)
    limits = limits_in_words(asked.low, asked.high, asked.step)
    return ", ".join(filter(None, [formats.quantity(entry.default_quantity), limits]))


def committed_in_first_year(package: Package, book: PriceBook, start: date) -> Decimal:
    """What the required components cost at their default quantities whatever is used, over twelve months."""
    chosen = [component_of(entry) for entry in package.components.all() if entry.required]
    terms = Terms(
        currency=book.currency,
        start=start,
        months=TERM_MONTHS,
        charges=tuple(component for component in chosen if isinstance(component, Charge)),
        credits=tuple(component for component in chosen if isinstance(component, CreditGrant)),
        commitments=tuple(component for component in chosen if isinstance(component, Commitment)),
    )
    return committed(terms)


def author_names(book: PriceBook) -> list[str]:
    people = User.objects.filter(Q(pk__in=book.author_ids)).order_by("last_name", "username")
    return [person.get_full_name() or person.username for person in people]


def versions(book: PriceBook, *, drafts: bool) -> list[PriceBook]:
    """Every version of the same book in its environment, the newest first."""
    found = PriceBook.objects.filter(environment=book.environment, code=book.code).select_related("published_by")
    return list((found if drafts else found.exclude(status=PriceBook.Status.DRAFT)).order_by("-version"))


def open_draft(book: PriceBook) -> str:
    """The draft of the same code that is already open; "" if there is none."""
    drafts = PriceBook.objects.filter(environment=book.environment, code=book.code, status=PriceBook.Status.DRAFT)
    draft = drafts.first()
    return str(draft) if draft else ""


def displays_of(known: Iterable[Meter]) -> dict[str, Display]:
    return {meter.code: Display(meter.display_scale, meter.display_unit) for meter in known}
