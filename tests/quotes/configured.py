"""A price book with limits, floors, a group and rules, and a quote on it."""

from decimal import Decimal
from typing import Any

import yaml

from catalog import documents
from catalog.actions.books import publish_book
from catalog.actions.code import apply_catalog
from catalog.models import Package, Price, PriceBook
from quotes.actions.drafts import create_quote
from quotes.actions.lines import add_package, add_price, edit_line
from quotes.models import QuoteLine, QuoteVersion
from tests.conftest import make_person
from tests.factories import AT, make_customer

CATALOG = """
products:
  - {code: seats, name: Seats, kind: seat}
  - {code: support, name: Support, kind: service}
books:
  - code: ruled
    name: Prices with rules
    currency: USD
    effective_from: 2026-06-01
    prices:
      - component: {kind: charge, key: seats, product: seats, name: Seats, unit: seat, timing: advance,
                    price: {model: per_unit, unit: "30"}, quantity: {source: fixed, value: "10"}}
        max_discount: "40"
        limits: {sales: "10", deal_desk: "25"}
        floors: {unit: "20"}
      - component: {kind: charge, key: ai, product: seats, name: AI add-on, unit: seat, timing: advance,
                    price: {model: per_unit, unit: "20"}, quantity: {source: fixed, value: "10"}}
      - component: {kind: charge, key: basic, product: support, name: Basic support, timing: advance,
                    price: {model: flat, fee: "100"}, quantity: {source: fixed, value: "1"}}
      - component: {kind: charge, key: premium, product: support, name: Premium support, timing: advance,
                    price: {model: flat, fee: "900"}, quantity: {source: fixed, value: "1"}}
      - component: {kind: charge, key: audit, product: support, name: Audit log, unit: seat, timing: advance,
                    price: {model: per_unit, unit: "1"}, quantity: {source: fixed, value: "1"}}
      - component: {kind: charge, key: onboarding, product: support, name: Onboarding, interval: once, timing: advance,
                    price: {model: flat, fee: "5000"}, quantity: {source: fixed, value: "1"}}
    packages:
      - code: team
        name: Team
        components:
          - {price: seats, default: "10", min: "5", max: "500", step: "5"}
          - {price: basic, group: support}
          - {price: premium, group: support}
          - {price: ai, required: false}
    rules:
      - {key: ai-on-seats, when: '"ai" in selected', bounds: {price: ai, max: quantity.seats},
         message: There is one AI add-on per seat at most.}
      - {key: large-teams, when: quantity.seats > 100, must: 'choice.support == "premium"',
         message: With more than 100 seats support is premium. Choose premium support.}
      - {key: audited, when: quantity.seats > 50, adds: {price: audit, quantity: quantity.seats},
         message: Teams over 50 seats are audited.}
      - {key: self-service, when: '"basic" in selected', excludes: [onboarding],
         message: Basic support is self-service.}
    rule_tests:
      - {name: Large on basic, selection: {seats: "120", basic: "1"}, expect: [large-teams], adds: {audit: "120"}}
      - {name: Small, selection: {seats: "10", basic: "1"}}
"""


def ruled_catalog() -> dict[str, Any]:
    """The catalog as a mapping one may change before it is read."""
    return dict(yaml.safe_load(CATALOG))


def make_ruled_book() -> PriceBook:
    [book] = apply_catalog(documents.read([("ruled.yaml", CATALOG)]), by=make_person("pia"), at=AT).books
    return publish_book(book, by=make_person("fay"), at=AT)


def make_ruled_quote(**changes: Any) -> QuoteVersion:
    """Ada's draft of the package Team: seats and basic support."""
    customer, ada = make_customer(history=False), make_person("ada")
    book = make_ruled_book()
    version = create_quote(customer=customer, by=ada, at=AT, book=book, title="Team", **changes)
    return add_package(version, package=Package.objects.get(book=book, code="team"), by=ada, at=AT)


def add(version: QuoteVersion, key: str) -> QuoteVersion:
    return add_price(version, price=Price.objects.get(book=version.price_book, key=key), by=make_person("ada"), at=AT)


def line_of(version: QuoteVersion, key: str) -> QuoteLine:
    return QuoteLine.objects.select_related("version").get(version=version, key=key)


def set_seats(version: QuoteVersion, count: int) -> QuoteVersion:
    return edit_line(line_of(version, "seats"), by=make_person("ada"), at=AT, quantity=Decimal(count))


def contents(version: QuoteVersion) -> dict[str, str]:
    """What is on the version, with quantities."""
    lines = version.lines.order_by("position")
    return {line.key: line.component["quantity"]["value"] for line in lines}
