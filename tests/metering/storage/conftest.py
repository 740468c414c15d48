"""Each storage in its turn: what is said here holds for every one of them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction

from metering.storage import LiveStorage, Storage
from metering.storage.clickhouse import ClickHouseStorage
from metering.storage.duckdb import HistoryStorage
from tests.metering.storage import chdb_server

# A new storage adds its name and how an empty one is made (`folder` is its own, for files).
STORAGES: dict[str, Callable[..., Storage]] = {
    "live": lambda folder: LiveStorage(),
    "history": lambda folder: HistoryStorage(folder / "parts"),
}


@pytest.fixture(params=[*STORAGES, pytest.param("clickhouse", marks=pytest.mark.clickhouse)])
def storage(request, tmp_path, db) -> Storage:
    if request.param != "clickhouse":
        return STORAGES[request.param](tmp_path)
    made = ClickHouseStorage(request.getfixturevalue("clickhouse"))
    made.prepare()
    made.ask("TRUNCATE TABLE usage_event")
    return made


@pytest.fixture(scope="session")
def clickhouse() -> Iterator[str]:
    with chdb_server.serving() as address:
        yield address


@contextmanager
def forgotten(storage: Storage) -> Iterator[None]:
    """What is recorded within is undone at its end."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    if isinstance(storage, ClickHouseStorage):
        storage.ask("TRUNCATE TABLE usage_event")
