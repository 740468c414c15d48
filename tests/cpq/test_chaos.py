"""The short storm: every fault at least by chance, and nothing lost or doubled. The long one is `make chaos`."""

import pytest

from tests.chaos.storm import Storm
from tests.running import address_of_test_database, redis_server

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]


def test_nothing_is_lost_and_nothing_is_doubled():
    with redis_server() as broker:
        storm = Storm(
            12,
            broker=broker or "pgmq://localhost",
            database=address_of_test_database(),
            chance=0.05,
            kill_every=10,
            patience=40,
        )
        result = storm.run()
    assert result.wrong == [], result.table
    assert (result.signed, result.contracts, result.held) == (12, 12, 12)
