"""Each storage in its turn: what is said here holds for every one of them."""

from collections.abc import Callable

import pytest

from metering.storage import LiveStorage, Storage
from metering.storage.duckdb import HistoryStorage

# A new storage adds its name and how an empty one is made (`folder` is its own, for files).
STORAGES: dict[str, Callable[..., Storage]] = {
    "live": lambda folder: LiveStorage(),
    "history": lambda folder: HistoryStorage(folder / "parts"),
}


@pytest.fixture(params=STORAGES)
def storage(request, tmp_path, db) -> Storage:
    return STORAGES[request.param](tmp_path)
