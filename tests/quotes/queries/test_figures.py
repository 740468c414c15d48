"""What a figure says of the usage behind it."""

from decimal import Decimal

import pytest

from catalog.models import Meter
from quotes.queries.figures import unit_of


@pytest.mark.parametrize(
    ("unit", "shown", "amount", "said"),
    [
        ("resolution", "", "1", "resolution"),
        ("resolution", "", "2.5", "resolutions"),
        ("token", "M tokens", "3", "M tokens"),
        ("byte", "GB", "3", "GB"),
    ],
)
@pytest.mark.django_db
def test_several_of_a_unit_are_named_so(unit, shown, amount, said):
    assert unit_of(Meter(code="any", unit=unit, display_unit=shown), Decimal(amount)) == said


@pytest.mark.django_db
def test_of_a_meter_that_is_gone_only_the_amount_is_known():
    assert [unit_of(None, Decimal(n)) for n in (1, 2)] == ["unit", "units"]
