"""A billing system that misbehaves: slow, down, answering after the timeout, losing answers, answering twice.

It is the other end of the signed webhook target, and keeps every contract under the key of its message, once.
"""

import hashlib
import json
import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

FAULTS = {"busy": 0.06, "broken_before": 0.06, "broken_after": 0.06, "silent_after": 0.06, "slow": 0.04, "twice": 0.1}
"""How often each happens, of all messages."""


@dataclass
class Books:
    """What it holds, in the order it came, and how often it misbehaved."""

    seed: int = 1
    faulty: bool = True
    down: bool = False
    contracts: dict[str, dict[str, str]] = field(default_factory=dict)  # by key of the message
    order: list[tuple[str, str]] = field(default_factory=list)  # customer and contract
    happened: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)

    def fault(self) -> str:
        with self.lock:
            at = self.chance.random()
            for name, share in FAULTS.items():
                if self.faulty and at < share:
                    self.happened[name] += 1
                    return name
                at -= share
        return ""

    def take(self, key: str, data: dict[str, str]) -> dict[str, str]:
        """Hold it once per key."""
        with self.lock:
            if key in self.contracts:
                self.happened["asked again"] += 1
            else:
                self.contracts[key] = {
                    "reference": f"B-{len(self.contracts) + 1}",
                    "sha256": data["sha256"],
                    "terms_sha256": hashlib.sha256(data["terms"].encode()).hexdigest(),
                }
                self.order.append((data["customer"], data["contract"]))
            return self.contracts[key]

    def read(self, reference: str) -> dict[str, str] | None:
        return next((held for held in list(self.contracts.values()) if held["reference"] == reference), None)


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, books: Books) -> None:
        self.books = books
        super().__init__(("127.0.0.1", 0), Answer)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/contracts"

    def handle_error(self, *_: object) -> None:
        """Whoever was killed while it waited for an answer is no error of ours."""


class Answer(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        books = self.server.books
        message = json.loads(self.rfile.read(int(self.headers["content-length"])))
        if books.down:
            books.happened["down"] += 1
            self.close_connection = True
            return
        fault = books.fault()
        if fault == "busy":
            self.reply(429, {"error": "busy"}, {"retry-after": "1"})
        elif fault == "broken_before":
            self.reply(500, {"error": "broken"})
        else:
            self.work(message, fault)

    def work(self, message: dict[str, dict[str, str]], fault: str) -> None:
        books, data = self.server.books, message["data"]
        if fault == "slow":
            time.sleep(0.5)
        if message["type"] == "contract.read":  # type: ignore[comparison-overlap]
            held = books.read(data["reference"])
            self.reply(200, held) if held else self.reply(404, {"error": "unknown"})
            return
        held = books.take(self.headers["webhook-id"], data)
        if fault == "twice":
            held = books.take(self.headers["webhook-id"], data)
        if fault == "silent_after":
            time.sleep(2)  # beyond the patience of the caller
        if fault == "broken_after":
            self.reply(502, {"error": "done, but nobody knows"})
        else:
            self.reply(200, held)

    def reply(self, status: int, body: dict[str, str], headers: dict[str, str] | None = None) -> None:
        text = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {**(headers or {}), "content-length": str(len(text))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: object) -> None:
        pass
