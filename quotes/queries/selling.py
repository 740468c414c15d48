"""Who sells a version: the quote's own choice, else by its price book, else the default entity, else the house."""

from collections.abc import Sequence

from django.conf import settings
from django.db.models import Case, IntegerField, QuerySet, Value, When

from catalog.models import PriceBook
from quotes.models import Logo, QuoteVersion, SellingEntity
from quotes.rules.selling import Seller


def seller_of(version: QuoteVersion) -> Seller:
    """Who sells this version; one query."""
    return by_choice(version.selling_entity_id, version.price_book.code)


def seller_for(book: PriceBook) -> Seller:
    """Who sells from this price book unless the quote says otherwise."""
    return by_choice(None, book.code)


def by_choice(chosen: int | None, book_code: str) -> Seller:
    entity = chosen_entity(chosen, book_code)
    return as_seller(entity) if entity else house()


def entity_of(version: QuoteVersion) -> SellingEntity | None:
    """The entity that sells this version; None for the house."""
    return chosen_entity(version.selling_entity_id, version.price_book.code)


def chosen_entity(chosen: int | None, book_code: str) -> SellingEntity | None:
    order = Case(
        When(pk=chosen, then=Value(0)),
        When(book_codes__contains=[book_code], then=Value(1)),
        When(is_default=True, then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
    return SellingEntity.objects.annotate(rank=order).filter(rank__lt=3).order_by("rank", "pk").first()


def as_seller(entity: SellingEntity) -> Seller:
    return Seller(
        code=entity.code,
        name=entity.name,
        legal_name=entity.legal_name,
        address=entity.address,
        email=entity.email,
        zone=entity.zone,
        footer=entity.footer,
        accent=entity.accent,
        paper=entity.paper,
        logo=entity.logo_id or "",
        contract_at=entity.contract_at,
        countersigner_id=entity.countersigner_id,
    )


def house() -> Seller:
    """The company of the settings, where no entity is set up."""
    words = settings.SELLER
    return Seller(name=words["name"], legal_name="", address=words["address"], email=words["email"], zone=words["zone"])


def entities() -> QuerySet[SellingEntity]:
    """The default first, then by name."""
    return SellingEntity.objects.select_related("countersigner").order_by("-is_default", "name")


def choices() -> list[tuple[str, str]]:
    """For a field that names an entity."""
    return [(str(entity.pk), entity.legal_name) for entity in entities()]


def book_codes() -> Sequence[str]:
    """The codes of all price books, once each."""
    return list(PriceBook.objects.order_by("code").values_list("code", flat=True).distinct())


def logo_bytes(sha256: str) -> bytes | None:
    """The picture that a snapshot names; None where it names none."""
    found = Logo.objects.filter(pk=sha256).values_list("png", flat=True).first() if sha256 else None
    return bytes(found) if found is not None else None
