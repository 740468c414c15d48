"""Collecting what goes into a snapshot."""

from dataclasses import replace

from django.utils.translation import override

from core.data_words import read_once, told
from core.models import User
from pricing import Terms
from quotes.models import QuoteLine, QuoteVersion
from quotes.queries.deals import deal_of
from quotes.queries.explanations import median_usage
from quotes.queries.limits import scale_on
from quotes.queries.paper import facts_of, filled_clauses, layout_for
from quotes.queries.rows import own_of, year_rows
from quotes.queries.selling import seller_of
from quotes.queries.worked import examples, in_whole_units, payments
from quotes.rules.components import at_quantity_of
from quotes.rules.price_text import Scale, price_text
from quotes.rules.pricing import LineRow, Pricing, TextRow
from quotes.rules.selling import Seller
from quotes.rules.terms import sold
from quotes.snapshots import Heading, Offer, snapshot


def snapshot_of(version: QuoteVersion, pricing: Pricing, *, prepared_by: User) -> tuple[Terms, str]:
    """The terms and the canonical snapshot of a draft that has just been priced, in the customer's language."""
    with override(version.quote.customer.language), read_once():
        return frozen(version, pricing, prepared_by=prepared_by)


def frozen(version: QuoteVersion, pricing: Pricing, *, prepared_by: User) -> tuple[Terms, str]:
    lines = list(version.lines.order_by("position"))
    terms = sold(deal_of(version, lines))
    scales = [scale_on(version, line) for line in lines]
    rows = [
        (worded(row, line, version.currency, version.months, scale), line.component, scale)
        for row, line, scale in zip(pricing.lines, lines, scales, strict=True)
    ]
    sold_rows = tuple(entry for entry in rows if not entry[0].optional)
    options = tuple(entry for entry in rows if entry[0].optional)
    metered = any(row.metered for row, *_ in sold_rows)
    seller = seller_of(version)
    offer = Offer(
        terms=terms,
        lines=sold_rows,
        options=options,
        totals=pricing.totals,
        term=pricing.term,
        months=pricing.months,
        usage=pricing.usage,
        forecast=pricing.forecast,
        clauses=filled_clauses(version, terms, seller, facts_of(terms, metered=metered, options=bool(options))),
        payments=payments(terms),
        examples=examples(
            terms, in_whole_units(median_usage(version, terms)), keys=tuple(row.key for row, *_ in sold_rows)
        ),
        special_terms=version.special_terms.strip(),
        layout=layout_for(seller, version.quote.customer.language),
        outline=tuple(row for row in pricing.outline if not is_option(row)) if pricing.texts else (),
    )
    return terms, snapshot(heading_of(version, seller, prepared_by), offer)


def worded(row: LineRow, line: QuoteLine, currency: str, months: int, scale: Scale) -> LineRow:
    """The row with its prices in the words of the language being written."""
    return replace(
        row,
        name=told(line.component["name"]),
        product=told(row.product),
        description=told(row.description),
        package=told(row.package),
        list_price=price_text(at_quantity_of(line.component, line.list_component), currency, scale),
        price=price_text(line.component, currency, scale),
        years=year_rows(own_of(line), months, currency, scale) if row.years else (),
    )


def is_option(row: LineRow | TextRow) -> bool:
    return isinstance(row, LineRow) and row.optional


def heading_of(version: QuoteVersion, seller: Seller, prepared_by: User) -> Heading:
    customer, contact = version.quote.customer, version.quote.contact
    return Heading(
        quote=version.quote.number,
        version=version.number,
        title=version.title,
        currency=version.currency,
        discount_percent=version.discount_percent,
        seller=seller.frozen(),
        customer={
            "name": customer.name,
            "legal_name": customer.legal_name,
            "address": customer.address,
            "country": customer.country,
        },
        contact={"name": contact.name, "email": contact.email, "title": contact.title} if contact else None,
        prepared_by={"name": prepared_by.get_full_name() or prepared_by.username, "email": prepared_by.email},
        valid_until=version.valid_until,
        zone=version.zone,
        payment_days=version.payment_days,
        discount_months=(version.discount_from, version.discount_to) if version.discount_percent else (None, None),
        language=customer.language,
    )
