"""A package with what the answers to its guided questions make of it: lines, quantities and expected usage."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.models import Package
from catalog.queries import packages, proposals
from catalog.rules.guides import Expected, Proposal
from core.errors import Invalid, refuse
from core.models import User
from customers.models import Customer
from metering.queries import daily_history
from pricing.values import plain
from quotes.actions.drafts import create_quote
from quotes.actions.edits import claim, settle, sold_terms
from quotes.actions.placing import add_lines, places_of
from quotes.models import QuoteLine, QuoteVersion
from quotes.queries.configuration import configured
from quotes.queries.deals import deal_of
from quotes.rules.components import fixed_quantity, with_quantity
from quotes.rules.series import matching, metered, name_of, series_named


@transaction.atomic
def start_guided(
    *, customer: Customer, package: str, answers: Mapping[str, Any], by: User, at: datetime
) -> QuoteVersion:
    """A new quote for the customer, with the package as the answers make it."""
    version = create_quote(customer=customer, by=by, at=at)
    chosen = Package.objects.filter(book=version.price_book_id, code=package).first()
    if chosen is None:
        raise Invalid({"package": _("This package is not in the price book any more; answer the questions again.")})
    return add_guided(version, package=chosen, answers=answers, by=by, at=at)


@transaction.atomic
def add_guided(
    version: QuoteVersion,
    *,
    package: Package,
    answers: Mapping[str, Any],
    by: User,
    at: datetime,
    edit_number: int | None = None,
) -> QuoteVersion:
    """Put the package on the draft in one step, with the quantities and the usage that the answers say.

    What the customer's own history or the seller's own words speak for is left as it is.
    """
    fresh = claim(version, by=by, at=at, edit_number=edit_number)
    fitting = {one.package.pk: one.proposal for one in proposals(fresh.price_book, answers)}
    proposal = fitting.get(package.pk)
    if proposal is None:
        raise Invalid({"package": _("{package} does not fit these answers any more.").format(package=package.name)})
    whole = packages(fresh.price_book).get(pk=package.pk)
    refuse(configured(fresh).why_not_add_package(whole))
    before = set(places_of(fresh))
    parts = {part.price.key: part for part in whole.components.all()}
    add_lines(fresh, [(parts[line.price].price, parts[line.price]) for line in proposal.lines])
    set_quantities([line for line in fresh.lines.select_related("price") if line.key not in before], proposal)
    fresh.lines_read = None
    fresh.assumptions = {**expected(fresh, proposal.usage), **fresh.assumptions}
    fresh.save(update_fields=["assumptions"])
    said = {key: str(answer) for key, answer in answers.items()}
    return settle(fresh, "add_guided", by=by, at=at, package=package.code, answers=said)


def set_quantities(lines: list[QuoteLine], proposal: Proposal) -> None:
    wanted = {line.price: line.quantity for line in proposal.lines if line.quantity is not None}
    changed = [line for line in lines if line.price.key in wanted and fixed_quantity(line.component) is not None]
    for line in changed:
        line.component = with_quantity(line.component, wanted[line.price.key])
    QuoteLine.objects.bulk_update(changed, ["component"])


def expected(version: QuoteVersion, usage: tuple[Expected, ...]) -> dict[str, dict[str, str]]:
    """Assumptions for what the lines meter and no history of this customer speaks for."""
    known = set(daily_history(version.quote.customer).series)
    charges = metered(sold_terms(deal_of(version)))
    found = {}
    for one in usage:
        series = series_named(one.series)
        priced = [charge for charge in charges if matching(charge, [series])]
        if priced and not any(matching(charge, known) for charge in priced):
            found[name_of(series)] = {"low": plain(one.low), "base": plain(one.base), "high": plain(one.high)}
    return found
