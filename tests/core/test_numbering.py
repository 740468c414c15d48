from threading import Barrier, Thread

import pytest
from django.db import connection, transaction

from core.numbering import next_number


def test_each_series_counts_from_one(db):
    assert [next_number("quote:2026"), next_number("quote:2026"), next_number("quote:2027")] == [1, 2, 1]


def test_a_rollback_gives_the_number_back(transactional_db):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        next_number("quote:2026")
        raise ZeroDivisionError
    assert next_number("quote:2026") == 1


def test_concurrent_callers_leave_no_gap_and_no_double(transactional_db):
    taken: list[int] = []
    start = Barrier(8)

    def work() -> None:
        start.wait()
        taken.extend(next_number("quote:2026") for _ in range(5))
        connection.close()

    threads = [Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == list(range(1, 41))
