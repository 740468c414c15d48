"""Small quotes without metered lines: nothing to forecast, so a page test is quick. Real actions all the same."""

from datetime import timedelta
from decimal import Decimal

from django.test import Client

from catalog.models import Price
from core.models import User
from customers.models import Customer
from quotes.actions.approvals import decide
from quotes.actions.drafts import create_quote, edit_version
from quotes.actions.lines import add_price
from quotes.actions.sending import Sent, send
from quotes.actions.versions import submit
from quotes.models import QuoteVersion
from tests.factories import AT, make_customer, make_person

HTMX = {"HX-Request": "true"}


def a_customer(slug: str = "acme") -> Customer:
    return Customer.objects.filter(slug=slug).first() or make_customer(slug, history=False)


def a_draft(ada: User, *, keys: tuple[str, ...] = ("platform", "seats"), **changes) -> QuoteVersion:
    """Ada's draft of single prices."""
    version = create_quote(customer=a_customer(), by=ada, at=AT, title="Agent platform")
    for key in keys:
        version = add_price(version, price=Price.objects.get(book=version.price_book, key=key), by=ada, at=AT)
    return edit_version(version, by=ada, at=AT, **changes) if changes else version


def submitted(ada: User, *, discount: int = 25, **changes) -> QuoteVersion:
    """With 25 %, so that deal desk must decide."""
    draft = a_draft(ada, discount_percent=Decimal(discount), **changes)
    return submit(draft, by=ada, at=AT + timedelta(hours=1))


def approved(ada: User) -> QuoteVersion:
    version = submitted(ada)
    ben = make_person("ben")
    return decide(version, decision="approve", sha256=version.sha256, by=ben, at=AT + timedelta(hours=2))


def sent(ada: User) -> Sent:
    return send(approved(ada), by=ada, at=AT + timedelta(hours=3))


LINE = ("key", "discount_percent", "component", "optional", "discount_from", "discount_to", "years")


def post(client: Client, path: str, data: dict | None = None, *, htmx: bool = False):
    return client.post(path, data or {}, headers=HTMX if htmx else None)


def stored(version: QuoteVersion) -> tuple:
    """Everything of a quote that a refused request must leave as it is."""
    rows = QuoteVersion.objects.filter(quote=version.quote_id).order_by("number")
    return tuple(
        (
            row.number,
            row.status,
            row.edit_number,
            row.title,
            row.discount_percent,
            row.texts,
            tuple(
                row.lines.order_by("position").values_list(
                    "key", "discount_percent", "component", "optional", "discount_from", "years"
                )
            ),
            tuple(row.approvals.order_by("pk").values_list("decision", "comment")),
            tuple(row.links.order_by("pk").values_list("email", "revoked_at")),
        )
        for row in rows
    )
