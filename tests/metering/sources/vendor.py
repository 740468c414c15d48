"""A vendor on loopback that takes only what its own published description allows, answers by it, and has bad days."""

import functools
import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import yaml
from openapi_core import Config, OpenAPI
from openapi_core.datatypes import RequestParameters
from openapi_core.exceptions import OpenAPIError
from werkzeug.datastructures import Headers, ImmutableMultiDict


def spec_path(name: str) -> Path:
    """A vendor's description beside this checkout; the test skips where there is none."""
    for up in Path(__file__).resolve().parents:
        if (found := up / "shared/data/specs" / name).exists():
            return found
    pytest.skip(f"{name} is not beside this checkout (../shared/data/specs)")


@functools.cache
def description(path: Path, route: str) -> OpenAPI:
    """One route of the vendor's OpenAPI description, with all it refers to."""
    text = path.read_text()
    spec = json.loads(text) if path.suffix == ".json" else yaml.load(text, Loader=yaml.CSafeLoader)
    # openapi-core stumbles over objects in query parameters even where none is sent, and none of ours is.
    parameters = spec["components"].get("parameters", {})
    for name in [name for name, one in parameters.items() if one.get("style") == "deepObject"]:
        for operation in spec["paths"][route].values():
            reference = {"$ref": f"#/components/parameters/{name}"}
            operation["parameters"] = [one for one in operation.get("parameters", []) if one != reference]
    spec = {**spec, "paths": {route: spec["paths"][route]}, "servers": [{"url": "http://127.0.0.1"}]}
    return OpenAPI.from_dict(spec, config=Config(spec_validator_cls=None))


@dataclass
class Asked:
    """A request, as openapi-core wants to see it."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    def __post_init__(self) -> None:
        query = ImmutableMultiDict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))
        self.parameters = RequestParameters(query=query, header=Headers(self.headers))

    host_url = "http://127.0.0.1"

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.target).query))

    @property
    def content_type(self) -> str:
        return self.headers.get("Content-Type", "application/json").partition(";")[0]


@dataclass
class Answer:
    status: int
    data: bytes
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


Fault = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Vendor:
    """`check` complains about a request; `answer` gives what the vendor says; `faults` come first, one a request."""

    check: Callable[[Asked], str]
    answer: Callable[[Asked], Any]
    faults: list[Fault | None] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    url: str = ""

    def handle(self, handler: BaseHTTPRequestHandler) -> None:
        length = int(handler.headers.get("Content-Length") or 0)
        request = Asked(handler.command.lower(), handler.path, dict(handler.headers), handler.rfile.read(length))
        self.asked.append(request)
        fault = self.faults.pop(0) if self.faults else None
        if fault:
            fault(handler)
        elif problem := self.check(request):
            self.refused.append(problem)
            send(handler, 400, json.dumps({"message": problem}).encode())
        else:
            said = self.answer(request)
            status, body = said if isinstance(said, tuple) else (200, said)
            send(handler, status, body if isinstance(body, bytes) else json.dumps(body).encode())


def by_openapi(path: Path, route: str) -> Callable[[Asked], str]:
    """What the published description says against a request; "" for nothing."""
    openapi = description(path, route)

    def check(request: Asked) -> str:
        try:
            openapi.validate_request(request)  # type: ignore[arg-type]
        except OpenAPIError as problem:
            return f"{type(problem).__name__}: {problem} {problem.__cause__ or ''}"
        return ""

    return check


@contextmanager
def serving(vendor: Vendor) -> Iterator[Vendor]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            vendor.handle(self)

        do_POST = do_GET  # noqa: N815
        do_PUT = do_GET  # noqa: N815
        do_DELETE = do_GET  # noqa: N815

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    vendor.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield vendor
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def send(handler: BaseHTTPRequestHandler, status: int, body: bytes, **headers: str) -> None:
    handler.send_response(status)
    for name, value in {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


def too_many(handler: BaseHTTPRequestHandler) -> None:
    send(handler, 429, b'{"message": "slow down", "error": {"message": "slow down"}}', Retry_After="7")


def server_fault(handler: BaseHTTPRequestHandler) -> None:
    send(handler, 500, b"<html>oops</html>", Content_Type="text/html")


def slow(handler: BaseHTTPRequestHandler) -> None:
    time.sleep(1.5)
    with suppress(ConnectionError):  # Who asked has hung up.
        cut(handler)


def cut(handler: BaseHTTPRequestHandler) -> None:
    """The connection is reset in the midst of the answer."""
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", "4096")
    handler.end_headers()
    handler.wfile.write(b'{"data": [{"val')
    handler.wfile.flush()
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.close_connection = True


FAULTS = {"429": too_many, "500": server_fault, "slow": slow, "cut": cut}
