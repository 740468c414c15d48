"""Keeping a draft as the configuration rules of its price book want it."""

from decimal import Decimal

from catalog.models import Price
from catalog.queries import configuration
from catalog.rules.configuration import Added
from quotes.actions.placing import add_lines, close_ranks, part_for
from quotes.models import QuoteLine, QuoteVersion
from quotes.queries.configuration import selection
from quotes.queries.lines import read_lines
from quotes.rules.components import fixed_quantity, with_quantity
from quotes.rules.lines import why_not_remove


def follow_rules(version: QuoteVersion, lines: list[QuoteLine]) -> list[QuoteLine]:
    """Put on the draft what the rules add, take off what they no longer add, and keep the quantities they set.

    `lines` are all lines as they are stored; returns them as they are stored then.
    """
    rules = configuration(version.price_book)
    if not rules.adding:
        return lines
    firm = [line for line in lines if not line.optional]
    chosen = [line for line in firm if not line.rule]
    added = rules.settle(selection(version, chosen)).added
    there = {line.price.key for line in firm}
    missing = [key for key in added if key not in there]
    leaving = [line for line in firm if line.rule and line.price.key not in added]
    for line in firm:
        if line.rule and line.price.key in added:
            keep(line, added[line.price.key])
    if not (missing or leaving):
        return lines
    for line in leaving:
        give_up(line, [other for other in lines if other is not line])
    for key in missing:
        put(version, key, added[key])
    close_ranks(version)
    return read_lines(version)


def give_up(line: QuoteLine, others: list[QuoteLine]) -> None:
    """The line goes; if credits or commitments apply to it, it stays as the seller's own."""
    if why_not_remove(line.key, [other.component for other in others]):
        line.rule = ""
        line.save(update_fields=["rule"])
    else:
        line.delete()


def keep(line: QuoteLine, added: Added) -> None:
    fits = not added.held or fixed_quantity(line.component) in (None, added.quantity)
    if fits and line.rule == added.rule:
        return
    line.rule = added.rule
    if not fits:
        line.component = with_quantity(line.component, added.quantity)
    line.save(update_fields=["rule", "component"])


def put(version: QuoteVersion, key: str, added: Added) -> None:
    price = Price.objects.select_related("book").get(book=version.price_book_id, key=key)
    add_lines(version, [(price, part_for(version, price))], rule=added.rule)
    line = version.lines.order_by("-position")[0]
    if added.held and fixed_quantity(line.component) not in (None, Decimal(added.quantity)):
        line.component = line.list_component = with_quantity(line.component, added.quantity)
        line.save(update_fields=["component", "list_component"])
