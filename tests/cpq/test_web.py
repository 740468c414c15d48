"""How gunicorn takes connections: none that has not asked for anything."""

import socket
from types import SimpleNamespace

import pytest

from cpq import web


@pytest.fixture
def listener():
    with socket.create_server(("127.0.0.1", 0)) as found:
        found.settimeout(0.2)
        yield found


@pytest.mark.skipif(not hasattr(socket, "TCP_DEFER_ACCEPT"), reason="Linux only")
def test_a_connection_is_taken_when_it_asks(listener):
    web.when_ready(SimpleNamespace(LISTENERS=[SimpleNamespace(sock=listener)]))
    with socket.create_connection(listener.getsockname()) as browser:
        with pytest.raises(TimeoutError):
            listener.accept()
        listener.settimeout(30)
        browser.sendall(b"GET / HTTP/1.1\r\n")
        taken, _ = listener.accept()
        with taken:
            assert taken.recv(100) == b"GET / HTTP/1.1\r\n"


def test_a_socket_of_this_machine_is_left_as_it_is(tmp_path):
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "web"))
        web.when_ready(SimpleNamespace(LISTENERS=[SimpleNamespace(sock=listener)]))
