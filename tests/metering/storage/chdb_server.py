"""ClickHouse's HTTP interface in front of its own engine in this process (chDB)."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

USER, KEY = "quantile", "s3cret"


@contextmanager
def serving() -> Iterator[str]:
    """The address of a server with an empty database; what it runs is run by ClickHouse."""
    from chdb.session import Session  # noqa: PLC0415 - an optional test extra

    session, turn = Session(), threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            if (self.headers["X-ClickHouse-User"], self.headers["X-ClickHouse-Key"]) != (USER, KEY):
                self.answer(403, b"Code: 516. DB::Exception: Authentication failed")
                return
            settings = dict(parse_qsl(urlsplit(self.path).query))
            query = settings.pop("query", "")
            for parameter in ("database", "wait_end_of_query"):  # of the interface, not of the engine
                settings.pop(parameter, None)
            try:
                with turn:
                    for name, value in settings.items():
                        session.query(f"SET {name} = '{value}'")
                    self.answer(200, session.query(f"{query}\n{body}" if query else body).bytes())
            except Exception as problem:
                self.answer(500, str(problem).encode())

        def answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://{USER}:{KEY}@127.0.0.1:{server.server_port}/default"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        session.close()
