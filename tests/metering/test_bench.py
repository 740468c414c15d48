"""The figures' own machinery, short: everything that was sent while the server was killed is there, once."""

import socket
from contextlib import closing

import pytest

from bench.ingest import run

pytestmark = pytest.mark.worker


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_a_server_killed_at_work_loses_and_doubles_nothing():
    found = run(6, 1, port=free_port())
    assert found["wrong"] == []
    assert found["events"] > 0
