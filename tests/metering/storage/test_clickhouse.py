"""What is ClickHouse's own: its address, its key, and asking again."""

import pytest

from metering.sources.base import SourceFailed
from metering.storage.clickhouse import ClickHouseStorage
from tests.metering.storage.meters import AT, fact, make_meters

pytestmark = [pytest.mark.clickhouse, pytest.mark.django_db]


@pytest.fixture
def storage(clickhouse) -> ClickHouseStorage:
    make_meters()
    made = ClickHouseStorage(clickhouse)
    made.prepare()
    made.ask("TRUNCATE TABLE usage_event")
    return made


def test_a_wrong_key_is_said_and_not_told(clickhouse):
    wrong = ClickHouseStorage(clickhouse.replace("s3cret", "guess"))
    with pytest.raises(SourceFailed, match="does not accept the key") as problem:
        wrong.prepare()
    assert "guess" not in str(problem.value)


def test_two_writers_who_did_not_see_each_other_count_an_id_once_and_the_earlier_stays(storage):
    earlier, later = fact("1", value=5), fact("1", value=9)
    other = ClickHouseStorage(f"http://quantile:s3cret@{storage.endpoint[7:-1]}/default")
    other.known = lambda events: set()  # type: ignore[method-assign]
    storage.record([later], at=AT.replace(hour=19))
    other.record([earlier], at=AT)
    assert [total.value for total in storage.daily_totals()] == [5]
    storage.rebuild()
    assert [(total.value, total.events) for total in storage.daily_totals()] == [(5, 1)]


@pytest.mark.parametrize("id", ["it's", 'a "quoted" one', "back\\slash", "tab\tline\n", "ünïcode ☃", "{brace}"])
def test_any_text_is_an_id(storage, id):
    assert storage.record([fact(id), fact(id)], at=AT) == ["accepted", "duplicate"]
    assert storage.record([fact(id)], at=AT) == ["duplicate"]
    assert [total.events for total in storage.daily_totals()] == [1]
