"""The figures' own machinery, short: everything that was sent while the server was killed is there, once."""

import pytest

from bench.ingest import run
from tests.running import free_port

pytestmark = pytest.mark.worker


def test_a_server_killed_at_work_loses_and_doubles_nothing():
    found = run(6, 1, port=free_port())
    assert found["wrong"] == []
    assert found["events"] > 0
