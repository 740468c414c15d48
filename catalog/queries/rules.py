"""A book's configuration rules and their tests, as its page shows them."""

from catalog.models import PriceBook
from catalog.queries.configurations import configuration
from catalog.rules.configuration import RuleTest
from catalog.rules.sentences import RuleRow, TestRow, rule_row, test_row


def rule_rows(book: PriceBook) -> list[RuleRow]:
    found = configuration(book)
    return [rule_row(rule, found) for rule in found.rules]


def test_rows(book: PriceBook) -> list[TestRow]:
    """Every test with what fails in it; the same tests hold a publication back."""
    if not book.rule_tests:
        return []
    found = configuration(book)
    return [test_row(RuleTest.model_validate(test), found) for test in book.rule_tests]
