"""How long the API takes with 16 clients at once: reading a quote of 200 lines, pricing 20 charges on 2,000 futures.

    python -m bench.api [--seconds 10] [--json FILE]

Server, database and clients share this machine's cores, and every client asks again as soon as it is answered. Beside
it one client alone, and an address that does not exist: what the server takes to answer anything at all. The processor
time of a call is that of all three together: unlike the clock, it tells the same on a machine that others use too.
"""

import argparse
import json
import os
import selectors
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, cast

from bench.served import Processors, Server, database

CLIENTS, LINES, CHARGES, MONTHS, PATHS = 16, 200, 20, 36, 2_000
GOALS = {"reading": 0.060, "pricing": 0.200}
PORT = int(os.environ.get("PORT", "8108"))
NO_LIMIT = "1000000000"
MADE = """
import django
django.setup()
from django.db import transaction
from django.utils.timezone import now
from core.api_keys import create_key
from quotes.actions.edits import claim, settle
from quotes.actions.placing import add_lines
from tests import factories
from tests.conftest import make_person
from django.core.management import call_command
call_command("migrate", verbosity=0)
ada, at = make_person("ada"), now()
version = factories.make_draft_quote(customer=factories.make_customer(), at=at)
with transaction.atomic():
    fresh = claim(version, by=ada, at=at, edit_number=None)
    price = fresh.price_book.prices.get(key="seats")
    for _ in range({lines} - fresh.lines.count()):
        add_lines(fresh, [(price, None)])
    settle(fresh, "fill", by=ada, at=at)
scopes = ["quotes:read", "prices:read"]
print(version.quote.number, create_key(owner=ada, name="b", scopes=scopes, expires_at=None, by=ada, at=at).text)
"""
Call = tuple[str, str, str]


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seconds", type=float, default=10)
    arguments.add_argument("--json", type=Path, help="write the figures to this file")
    options = arguments.parse_args()
    with database("quantile_bench_api") as address:
        number, key = made(address)
        server = Server(PORT, address)
        server.environment["API_REQUESTS_A_MINUTE"] = NO_LIMIT  # counted all the same
        server.start()
        try:
            found = measured(number, key, options.seconds)
        finally:
            server.kill()
    for line in lines_of(found):
        sys.stdout.write(f"{line}\n")
    if options.json:
        options.json.write_text(json.dumps(found, indent=2) + "\n")
    return int(any(found[name]["p95"] > goal for name, goal in GOALS.items()))


def made(address: str) -> list[str]:
    environment = {**os.environ, "DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "cpq.settings"}
    command = [sys.executable, "-W", "ignore", "-c", MADE.format(lines=LINES)]
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout.split()


def measured(number: str, key: str, seconds: float) -> dict[str, Any]:
    reading = ("GET", f"/api/v1/quotes/{number}/versions/1/", "")
    pricing = (
        "POST",
        "/api/v1/price/",
        json.dumps({"terms": terms(), "forecast": {"customer": "acme", "paths": PATHS}}),
    )
    found: dict[str, Any] = {}
    for name, call in (("nothing", ("GET", "/api/v1/nowhere/", "")), ("reading", reading), ("pricing", pricing)):
        ask(key, call, CLIENTS, 1)  # what each process draws, compiles or connects once
        found[f"{name} alone"] = figures(key, call, 1, seconds / 3)
        found[name] = figures(key, call, CLIENTS, seconds)
    return found


def terms() -> dict[str, Any]:
    """Twenty metered charges with tiers."""
    tiers = [{"up_to": "1000000", "unit": "0.000003"}, {"up_to": None, "unit": "0.000002"}]
    charges = [
        {
            "kind": "charge",
            "key": f"tokens-{n}",
            "name": f"Tokens {n}",
            "quantity": {"source": "meter", "meter": "tokens"},
            "price": {"model": "graduated", "tiers": tiers},
        }
        for n in range(CHARGES)
    ]
    return {"version": 1, "currency": "USD", "start": "2027-01-01", "months": MONTHS, "charges": charges}


def figures(key: str, call: Call, clients: int, seconds: float) -> dict[str, float]:
    used = Processors()
    used.look()
    taken = ask(key, call, clients, seconds)
    used.look()
    return {
        "p50": taken[len(taken) // 2],
        "p95": taken[int(len(taken) * 0.95)],
        "a_second": len(taken) / seconds,
        "processor": used.seconds / len(taken),
    }


def ask(key: str, call: Call, clients: int, seconds: float) -> list[float]:
    """Seconds of every answer, of so many clients that ask without a pause.

    One loop plays all of them: they share the machine with what is measured, and are to cost next to nothing.
    """
    request, taken, waiting = written(key, call), [], selectors.DefaultSelector()
    until = time.monotonic() + seconds

    def begin() -> None:
        begun = time.monotonic()
        connection = socket.create_connection(("127.0.0.1", PORT), timeout=60)
        connection.sendall(request)
        waiting.register(connection, selectors.EVENT_READ, (begun, bytearray()))

    def end(connection: socket.socket, begun: float, answer: bytearray) -> None:
        taken.append(time.monotonic() - begun)
        waiting.unregister(connection)
        connection.close()
        if not answer.startswith((b"HTTP/1.1 200", b"HTTP/1.1 404")):
            raise RuntimeError(answer[:300].decode())

    for _ in range(clients):
        begin()
    while waiting.get_map():
        for ready, _ in waiting.select(timeout=60):
            connection = cast(socket.socket, ready.fileobj)
            begun, answer = ready.data
            if piece := connection.recv(1 << 16):
                answer += piece
                continue
            end(connection, begun, answer)
            if time.monotonic() < until:
                begin()
    return sorted(taken)


def written(key: str, call: Call) -> bytes:
    """The request; the server closes the connection when it has answered."""
    method, path, body = call
    headers = {
        "Host": f"127.0.0.1:{PORT}",
        "Authorization": f"Bearer {key}",
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        "Connection": "close",
    }
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()), "", body]
    return "\r\n".join(lines).encode()


def lines_of(found: dict[str, Any]) -> list[str]:
    lines = []
    for name, one in found.items():
        goal = f" (goal {GOALS[name] * 1000:g} ms)" if name in GOALS else ""
        p50, p95, processor = (one[part] * 1000 for part in ("p50", "p95", "processor"))
        lines.append(
            f"{name}: p95 {p95:.0f} ms{goal}, p50 {p50:.0f} ms, {one['a_second']:.0f} a second,"
            f" {processor:.1f} ms of processors a call"
        )
    return lines


if __name__ == "__main__":
    sys.exit(main())
