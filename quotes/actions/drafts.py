"""The draft itself: start one, change what holds for the whole of it."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypedDict, Unpack

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from catalog.models import PriceBook
from catalog.queries import published_book
from core.errors import Forbidden, Invalid
from core.models import User
from core.numbering import next_number
from core.roles import Permission, may
from customers.models import Contact, Customer
from quotes.actions.edits import claim, settle
from quotes.actions.moves import follow_end, record
from quotes.models import Quote, QuoteVersion
from quotes.queries.limits import beyond_own, limit_problems
from quotes.queries.lines import lines_of
from quotes.queries.selling import seller_for
from quotes.rules.limits import wrong_fields, wrong_months_of_discount
from quotes.rules.validity import end_of_day, today

VALID_DAYS = 30


class VersionChanges(TypedDict, total=False):
    title: str
    start: date
    months: int
    discount_percent: Decimal
    valid_until: date
    payment_days: int
    discount_from: int | None
    discount_to: int | None
    """The months of the term, from 1, in which the quote discount holds; None for the first and last."""
    free_months: int
    """Months at the start without recurring charges of a fixed quantity."""
    escalator_percent: Decimal
    special_terms: str
    """What is agreed beyond the clauses, in the seller's words to the customer."""
    selling_entity_id: int | None
    """Who sells, where it is not the one of the price book."""
    """By how much prices rise each year of the term."""
    assumptions: dict[str, dict[str, str]]
    """Usage a month per series without history: {"tokens|direction=input": {"low": "1", "base": "2", "high": "4"}}."""
    scenario: dict[str, Any]
    """A copy of the scenario that the bands stand on: {"name": ..., "drivers": [...]}, or {} for the base forecast."""


@transaction.atomic
def create_quote(
    *,
    customer: Customer,
    by: User,
    at: datetime,
    title: str = "",
    contact: Contact | None = None,
    book: PriceBook | None = None,
    start: date | None = None,
    months: int = 12,
) -> QuoteVersion:
    """A new quote with its first draft, priced from the book that is published for the customer's currency."""
    if not may(by, Permission.EDIT_QUOTES):
        raise Forbidden(_("Starting a quote takes the role sales."))
    day = today(at, settings.SELLER["zone"])
    changes: VersionChanges = {
        "title": title.strip() or title_for(customer),
        "start": start or first_of_next_month(day),
        "months": months,
        "valid_until": day + timedelta(days=VALID_DAYS),
        "payment_days": customer.payment_days,
    }
    check(changes, day=day)
    prices = book_sold_from(book or published_book(customer.currency, day), customer.currency, day)
    if contact is not None and contact.customer_id != customer.pk:
        raise Invalid({"contact": _("Choose a contact of {name}.").format(name=customer.name)})
    quote = Quote.objects.create(
        number=f"Q-{day.year}-{next_number(f'quote-{day.year}'):04}",
        customer=customer,
        contact=contact or customer.contacts.order_by("pk").first(),
        owner=by,
        created_at=at,
        created_by=by,
    )
    version = first_draft(quote, changes, prices=prices, zone=seller_for(prices).zone)
    record(by, "create_quote", version, at=at, customer=customer.slug, book=str(prices))
    return version


def book_sold_from(prices: PriceBook | None, currency: str, day: date) -> PriceBook:
    """The price book, if quotes are made from it today."""
    if prices is None:
        raise Invalid(
            {
                "book": _("No price book in {currency} is published for {day}; pricing must publish one.").format(
                    currency=currency, day=day
                )
            }
        )
    if prices.status != PriceBook.Status.PUBLISHED:
        raise Invalid(
            {
                "book": _("{prices} is {status}; quotes are made from published price books.").format(
                    prices=prices, status=prices.status
                )
            }
        )
    if prices.environment != settings.PRICE_ENVIRONMENT:
        raise Invalid(
            {
                "book": _("{prices} is not sold from; quotes are made in {environment}.").format(
                    prices=prices, environment=settings.PRICE_ENVIRONMENT
                )
            }
        )
    return prices


def title_for(customer: Customer) -> str:
    """In the language of the customer, who reads it on the cover."""
    with override(customer.language):
        return _("Offer for {name}").format(name=customer.name)[:120]


def first_draft(quote: Quote, changes: VersionChanges, *, prices: PriceBook, zone: str) -> QuoteVersion:
    return QuoteVersion.objects.create(
        quote=quote,
        number=1,
        price_book=prices,
        currency=prices.currency,
        zone=zone,
        expires_at=end_of_day(changes["valid_until"], zone),
        editor_ids=[quote.created_by_id],
        created_at=quote.created_at,
        created_by=quote.created_by,
        edited_at=quote.created_at,
        **changes,
    )


def first_of_next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


@transaction.atomic
def edit_version(
    version: QuoteVersion, *, by: User, at: datetime, edit_number: int | None = None, **changes: Unpack[VersionChanges]
) -> QuoteVersion:
    """Change what holds for the whole draft; Invalid names every field that cannot be taken.

    `edit_number` is that of the draft the person looked at (default: that of the object). If the draft was edited
    since: Conflict, and nothing is overwritten.
    """
    check(changes, day=today(at, version.zone))
    fields = [f"facts/{name}" for name in changes]
    fresh = claim(version, by=by, at=at, edit_number=edit_number, fields=fields)
    before = {name: getattr(fresh, name) for name in changes}
    for name, value in changes.items():
        setattr(fresh, name, value)
    follow_end(fresh, changes)
    if wrong := wrong_months_of_discount(fresh.discount_from, fresh.discount_to):
        raise Invalid({"discount_from" if "discount_from" in changes else "discount_to": wrong})
    if changes.get("discount_percent", 0) > before.get("discount_percent", 0):
        check_limits(fresh)
    if changes:
        fresh.save(update_fields=[*changes, "zone", "expires_at"])
    moved = {name: [before[name], value] for name, value in changes.items() if before[name] != value}
    return settle(fresh, "edit_version", by=by, at=at, stored=fresh.lines_read, changes=moved)


def check(changes: VersionChanges, *, day: date) -> None:
    errors = wrong_fields(dict(changes), today=day)
    if errors:
        raise Invalid(errors)


def check_limits(version: QuoteVersion) -> None:
    """Invalid if a line would go beyond what anybody may give; every such line is named."""
    found = limit_problems(beyond_own(version, lines_of(version)), version.discount_percent, version.currency)
    if found:
        raise Invalid({"discount_percent": " ".join(problem.sentence for problem in found)})
