"""The address of the list of quotes."""

from decimal import Decimal

from quotes.rules.listing import EVERYTHING, SHOWN, QuoteFilter, heads, known_columns, known_sort


def test_only_what_is_chosen_stands_in_the_address():
    assert QuoteFilter().query() == EVERYTHING
    chosen = QuoteFilter(status="draft", mine=True, least=Decimal("1000.00"), columns=("customer", "annual"))
    assert chosen.query() == "?status=draft&mine=1&least=1000&columns=customer&columns=annual"
    assert chosen.query(status="", mine=False, columns=SHOWN) == "?least=1000"


def test_order_and_columns_leave_nothing_out():
    assert not QuoteFilter(sort="customer", columns=("annual",)).narrowed
    assert QuoteFilter(expires="7").narrowed


def test_a_second_click_turns_the_order_round():
    def click(chosen: QuoteFilter, key: str) -> tuple[str, str]:
        [head] = [head for head in heads(chosen) if head.key == key]
        return head.sorting, head.url

    assert click(QuoteFilter(), "customer") == ("", "?sort=customer")
    assert click(QuoteFilter(sort="customer"), "customer") == ("ascending", "?sort=-customer")
    assert click(QuoteFilter(), "committed") == ("", "?sort=-committed")
    assert click(QuoteFilter(sort="-committed"), "committed") == ("descending", "?sort=committed")


def test_unknown_words_of_order_and_columns_are_the_usual_ones():
    assert known_sort("-; DROP") == "-edited"
    assert known_columns(["nothing"]) == SHOWN
    assert known_columns(["expected", "customer"]) == ("customer", "expected")
