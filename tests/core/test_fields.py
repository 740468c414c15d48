from decimal import Decimal, InvalidOperation

import pytest
from django.forms import ValidationError

from core.fields import NumberField, WholeField, lenient


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("25", "25"),
        ("1,234.56", "1234.56"),
        ("1.234,56", "1234.56"),
        ("1,000", "1000"),
        ("1,000,000", "1000000"),
        ("1.000.000", "1000000"),
        ("12,5", "12.5"),
        ("0,125", "0.125"),
        ("0.000003", "0.000003"),
        (".5", "0.5"),
        ("25 %", "25"),
        ("USD 10,000", "10000"),
        ("1'234.50", "1234.50"),
        ("1 234", "1234"),
        ("-3", "-3"),
    ],
)
def test_numbers_are_read_as_people_type_them(text, number):
    assert lenient(text) == Decimal(number)


@pytest.mark.parametrize("text", ["", "many", "1e999", "NaN", "Infinity", "1.2.3,4,5", "--1", "0x10", "٣"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(InvalidOperation):
        lenient(text)


@pytest.mark.parametrize(
    ("field", "text", "message"),
    [
        (NumberField(label="Discount", most=100, unit=" %"), "120", "Discount must be from 0 to 100 %."),
        (NumberField(label="Discount", most=100, digits=4), "1.23456", "Discount must have at most 4 decimal places."),
        (WholeField(label="Term", least=1, most=120), "1.5", "Term must be a whole number."),
        (WholeField(label="Term", least=1, most=120), "x", "Term must be a number, such as 25."),
    ],
)
def test_a_message_names_the_field_the_limit_and_the_fix(field, text, message):
    with pytest.raises(ValidationError, match=message):
        field.clean(text)
