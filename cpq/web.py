"""How gunicorn serves the pages and the API: `python -m gunicorn -c python:cpq.web --bind ADDRESS`.

A process takes a connection only while one of its threads is free, and a connection carries one request. Whoever came
first is therefore served first, by whichever process can: kept connections would stay with the process that happened to
take them, and of two processes one would have a queue while the other has none.
"""

import socket
from typing import Any

wsgi_app = "cpq.wsgi"
preload_app = True
worker_class = "gthread"
workers = 2
threads = 4
worker_connections = threads
keepalive = 0
limit_request_line = 8190
loglevel = "warning"

SECONDS_WITHOUT_REQUEST = 5


def when_ready(server: Any) -> None:
    """Browsers connect before they ask: the kernel keeps such connections, not a thread (Linux only)."""
    if hasattr(socket, "TCP_DEFER_ACCEPT"):
        for listener in server.LISTENERS:
            if listener.sock.family in (socket.AF_INET, socket.AF_INET6):
                listener.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, SECONDS_WITHOUT_REQUEST)
