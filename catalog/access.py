"""Who may read the catalog, and who may change it. Strangers get 404."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from catalog.models import Package, PriceBook, Product
from catalog.queries import packages
from catalog.rules.books import book_place
from core.access import forbid_unless, person
from core.languages import lazily as _
from core.models import User
from core.roles import Permission, may

MAY_NOT_EDIT = _("Price books are edited by pricing operations. Ask one of them.")
MAY_NOT_PUBLISH = _("Price books are published by finance or pricing operations. Ask one of them.")


def reader(request: HttpRequest) -> User:
    """Whoever may see the catalog: a person, or a program with a key for it."""
    return person(request, Permission.SEE_CATALOG)


def editor(request: HttpRequest) -> User:
    """Whoever may change the catalog as code; a person who only sees it is told who may."""
    user = person(request, Permission.SEE_CATALOG)
    forbid_unless(user, Permission.EDIT_CATALOG, MAY_NOT_EDIT)
    return user


def sees_drafts(user: User) -> bool:
    """Whether this person works on price books; nobody else sees what is not published."""
    return may(user, Permission.EDIT_CATALOG) or may(user, Permission.PUBLISH_PRICES)


def book_for(request: HttpRequest, code: str, version: int) -> tuple[User, PriceBook]:
    """Load a price book, by its address (`standard`, `staging.standard`) and version, for someone who may see it."""
    user = reader(request)
    books = PriceBook.objects.select_related("published_by")
    if not sees_drafts(user):
        books = books.exclude(status=PriceBook.Status.DRAFT)
    environment, code = book_place(code)
    return user, get_object_or_404(books, environment=environment, code=code, version=version)


def product_for(request: HttpRequest, code: str) -> tuple[User, Product]:
    """Load a product for someone who may see the catalog."""
    return reader(request), get_object_or_404(Product, code=code)


def package_for(request: HttpRequest, code: str, version: int, package: str) -> tuple[User, PriceBook, Package]:
    """Load a package of a book with its components."""
    user, book = book_for(request, code, version)
    return user, book, package_of(book, package)


def package_of(book: PriceBook, code: str) -> Package:
    """A package of a book that is loaded already, with its components."""
    found: Package = get_object_or_404(packages(book), code=code)
    return found


def editable_book(request: HttpRequest, code: str, version: int) -> tuple[User, PriceBook]:
    """Load a price book for someone who may write drafts."""
    user, book = book_for(request, code, version)
    forbid_unless(user, Permission.EDIT_CATALOG, MAY_NOT_EDIT)
    return user, book


def publishable_book(request: HttpRequest, code: str, version: int) -> tuple[User, PriceBook]:
    """Load a price book for someone who may publish and retire."""
    user, book = book_for(request, code, version)
    forbid_unless(user, Permission.PUBLISH_PRICES, MAY_NOT_PUBLISH)
    return user, book
