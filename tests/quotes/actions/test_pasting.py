"""Rows of a spreadsheet on a draft: matched, checked, and done in one step or not at all."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.errors import Conflict, Invalid, Refused
from core.spreadsheets import read_cells
from quotes.actions.lines import edit_line
from quotes.actions.pasting import apply_rows, known_names, plan_rows
from quotes.actions.undoing import undo
from quotes.models import QuoteVersion
from quotes.queries.steps import content_of
from quotes.rules.pasting import Table, table_of
from tests.factories import AT, make_draft_quote
from tests.quotes.configured import contents, line_of, make_ruled_quote
from tests.quotes.views.deals import a_draft

pytestmark = pytest.mark.django_db


def table(version: QuoteVersion, text: str) -> Table:
    return table_of(read_cells(text), set(known_names(version)))


def planned(version: QuoteVersion, text: str) -> list[tuple]:
    """Each row: what it does, to which line, and what is wrong."""
    rows = plan_rows(version, table(version, text))
    return [(row.kind, row.line.key if row.line else "", row.problems) for row in rows]


def paste(version: QuoteVersion, text: str, by, **rest) -> list[str]:
    return [row.kind for row in apply_rows(version, table=table(version, text), by=by, at=AT, **rest)]


def fresh(version: QuoteVersion) -> QuoteVersion:
    return QuoteVersion.objects.get(pk=version.pk)


def test_rows_change_lines_and_add_them_in_one_step(ada):
    version = a_draft(ada, keys=("platform", "seats"))
    before = content_of(version)
    text = "Product\tQuantity\tDiscount\nSEATS\t1,200.50\t15 %\nonboarding\t2\t\nPlatform\t1\t\nTokens\t\t5"
    text = text.replace("Tokens", "Model tokens")
    assert paste(version, text, ada) == ["changed", "new", "same", "new"]
    assert list(version.lines.order_by("position").values_list("key", flat=True)) == [
        "platform",
        "seats",
        "onboarding",
        "tokens",
    ]
    seats, onboarding = line_of(version, "seats"), line_of(version, "onboarding")
    assert (seats.component["quantity"]["value"], seats.discount_percent) == ("1200.5", Decimal(15))
    assert (onboarding.component["quantity"]["value"], onboarding.list_component["quantity"]["value"]) == ("2", "1")
    assert line_of(version, "tokens").discount_percent == 5
    assert fresh(version).edit_number == version.edit_number + 1
    undo(fresh(version), by=ada, at=AT)
    assert content_of(fresh(version)) == before


def test_one_row_with_a_problem_keeps_all_of_them_out(ada):
    version = a_draft(ada, keys=("platform", "seats"))
    before = (content_of(version), version.edit_number)
    with pytest.raises(Invalid) as caught:
        paste(version, "Seats\t30\nSeatz\t5\nPlatform\tmany", ada)
    assert caught.value.errors == {"rows": "Nothing was changed: mend or take out what is wrong in row 2, 3."}
    with pytest.raises(Invalid):
        paste(version, "Product\tQuantity", ada)
    assert (content_of(fresh(version)), fresh(version).edit_number) == before


def test_every_row_says_what_is_wrong_with_it(ada):
    version = a_draft(ada, keys=("platform", "seats", "tokens", "prepaid"))
    text = "Line\tProduct\tQuantity\tDiscount\tUnit price"
    rows = {
        "gone\t\t1\t\t": {"line": "There is no line “gone” on this quote."},
        "\tSeatz\t1\t\t": {"what": "No price of this book is called that. Did you mean “Seats”?"},
        "\tCar wash\t1\t\t": {"what": "No price of this book is called that."},
        "\t\t1\t\t": {"what": "Say which price or product this row is."},
        "\tPlatform\tmany\t\t": {"quantity": "“many” is not a number."},
        "\tSeats\t-1\t\t": {"quantity": "The quantity is between 0 and 1,000,000,000,000."},
        "seats\t\t\t95\t": {"discount_percent": "The discount is 90 % at most; this makes 95 %."},
        "\tPrepaid credits\t\t5\t": {
            "discount_percent": "Credits and commitments take no discount; change what is paid for them instead."
        },
        "\tModel tokens\t\t\t5": {"price": "This line has several prices or none; change them on the quote."},
    }
    for row, problems in rows.items():
        assert planned(version, f"{text}\n{row}")[0][2] == problems
    both = planned(version, f"{text}\nseats\t\t3\t\t\nseats\t\t4\t\t")
    assert [one[2] for one in both] == [{}, {"line": "Row 2 is this line already."}]


def test_a_credit_comes_with_what_it_applies_to_in_whichever_row(ada):
    version = a_draft(ada, keys=("seats",))
    alone = {"what": "It applies to Model tokens, which is not part of this quote; add that first."}
    assert planned(version, "Prepaid credits\t10500") == [("problem", "prepaid", alone)]
    with pytest.raises(Invalid) as caught:
        paste(version, "Seats\t30\nPrepaid credits\t10500", ada)
    assert caught.value.errors == {"rows": "Nothing was changed: mend or take out what is wrong in row 2."}
    assert contents(version) == {"seats": "25"}
    assert paste(version, "Prepaid credits\t10500\nModel tokens\t", ada) == ["new", "new"]


def test_money_has_no_part_of_a_cent(ada):
    version = a_draft(ada, keys=("tokens", "prepaid"))
    assert planned(version, "Prepaid credits\t100.005")[0][2] == {
        "quantity": "USD has no smaller part than 0.01; take 100.01."
    }
    with pytest.raises(Invalid) as caught:
        edit_line(line_of(version, "prepaid"), by=ada, at=AT, quantity=Decimal("100.005"))
    assert caught.value.errors == {"quantity": "USD has no smaller part than 0.01; take 100.01."}


def test_rows_of_one_price_are_its_lines_in_order_and_more_add_lines(ada):
    version = a_draft(ada, keys=("seats", "seats"))
    assert planned(version, "Seats\t1\nSeats\t2\nSeats\t3") == [
        ("changed", "seats", {}),
        ("changed", "seats-2", {}),
        ("new", "seats-3", {}),
    ]
    assert planned(version, "Seats\t1")[0][2] == {
        "what": "There are 2 lines of Seats; say which in a column Line: seats, seats-2."
    }
    assert planned(version, "Line\tProduct\tQuantity\nseats-2\tSeats\t7\n\tSeats\t8") == [
        ("changed", "seats-2", {}),
        ("changed", "seats", {}),
    ]
    paste(version, "Seats\t1\nSeats\t2\nSeats\t3", ada)
    assert contents(version) == {"seats": "1", "seats-2": "2", "seats-3": "3"}


def test_a_line_is_found_by_the_name_it_was_given_and_takes_a_price_and_a_name(ada):
    version = a_draft(ada, keys=("seats",))
    version = edit_line(line_of(version, "seats"), by=ada, at=AT, name="Editors")
    text = "Product\tName\tUnit price\tQuantity\neditors\tWriters\t27,5\t30"
    assert paste(version, text, ada) == ["changed"]
    component = line_of(version, "seats").component
    assert (component["name"], component["price"]["unit"], component["quantity"]["value"]) == ("Writers", "27.5", "30")


def test_packages_and_rules_are_asked_beside_the_rows_before(ada):
    version = make_ruled_quote()
    assert [one[2] for one in planned(version, "premium\t1\nAI add-on\t10\nOnboarding\t1\nSeats\t7")] == [
        {"what": "The package Team takes one of a group: remove Basic support first."},
        {},
        {"what": "Basic support is self-service."},
        {"quantity": "The quantity goes in steps of 5 from 5; take 5 or 10."},
    ]
    paste(version, "Seats\t60\nAI add-on\t20", ada)
    assert contents(version) == {"seats": "60", "basic": "1", "ai": "20", "audit": "60"}
    assert line_of(version, "ai").part.package.code == "team"
    assert [one[0] for one in planned(fresh(version), "Line\tQuantity\naudit\t60\nseats\t60")] == ["same", "same"]
    assert planned(fresh(version), "Line\tQuantity\naudit\t61")[0][2] == {
        "quantity": "A rule sets this quantity: Teams over 50 seats are audited."
    }


def test_edits_elsewhere_go_through_beside_and_of_the_same_field_do_not(ada):
    version = a_draft(ada, keys=("platform", "seats"))
    old = version.edit_number
    edit_line(line_of(version, "seats"), by=ada, at=AT, edit_number=old, quantity=Decimal(9))
    assert paste(fresh(version), "Product\tDiscount\nSeats\t5", ada, edit_number=old) == ["changed"]
    before = content_of(fresh(version))
    with pytest.raises(Conflict):
        paste(fresh(version), "Product\tQuantity\nSeats\t5", ada, edit_number=old)
    assert content_of(fresh(version)) == before


@pytest.mark.parametrize("person", ["ben", "eve"])
def test_nobody_else_pastes(person, request, ada):
    version = a_draft(ada)
    with pytest.raises(Refused):
        paste(version, "Seats\t5", request.getfixturevalue(person))
    assert contents(version)["seats"] == "25"


def test_more_rows_take_no_more_queries(ada):
    counts = []
    for copies in (2, 8):
        version = a_draft(ada, keys=("seats", "platform"))
        text = "Seats\t7\nPlatform\t2\n" + "Onboarding\t3\n" * copies
        with CaptureQueriesContext(connection) as queries:
            paste(version, text, ada)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_metered_lines_with_history_are_forecast_after_a_paste(ada):
    version = make_draft_quote()
    paste(version, "Product\tIncluded\nModel tokens\t100.000.000", ada)
    assert line_of(version, "tokens").component["allowance"] == {"quantity": "100000000", "reset": "month"}
