"""How many events a second come in over HTTP, durable, while the server is killed and queries run beside.

    python -m bench.ingest [--seconds 60] [--kills 5] [--json FILE]

Server, database and clients share this machine's cores. Eight clients send batches of 500 events (five of them sent
before, so that 1 % are duplicates) and repeat a batch until it is answered; beside them somebody reads usage. At the
end every event must be there once and the daily totals must be theirs. The ratio is to bare inserts of such batches
into one table with a unique id, without HTTP, JSON, checks or totals.
"""

import argparse
import http.client
import json
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg

from bench.served import Processors, Server, database

GOAL = 8_000
BATCH, REPEATED, CLIENTS, CUSTOMERS = 500, 5, 8, 50
BARE_SECONDS = 5.0
MODELS, DIRECTIONS = ("sonnet", "flash"), ("input", "output")
PORT = int(os.environ.get("PORT", "8104"))


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seconds", type=float, default=60)
    arguments.add_argument("--kills", type=int, default=5)
    arguments.add_argument("--json", type=Path, help="write the figures to this file")
    options = arguments.parse_args()
    found = run(options.seconds, options.kills)
    for line in lines_of(found):
        sys.stdout.write(f"{line}\n")
    if options.json:
        options.json.write_text(json.dumps(found, indent=2) + "\n")
    return int(bool(found["wrong"]) or found["rate"] < GOAL)


def run(seconds: float, kills: int, *, port: int = PORT) -> dict[str, Any]:
    with database("quantile_bench_ingest") as address:
        key = prepare(address)
        bare = bare_rate(address)
        server = Server(port, address)
        server.start()
        try:
            load = Load(port, key)
            with Processors() as used:
                rate = load.run(seconds, lambda: kill_now_and_then(server, seconds, kills))
        finally:
            server.kill()
        restarts = sum(server.starts[1:])
        return {
            "seconds": seconds,
            "kills": kills,
            "events": load.sent,
            "rate": round(rate),
            "rate_of_two_cores": round(2 * load.sent / (used.seconds - restarts)),
            "rate_alone": round(2 * load.sent / (used.seconds - restarts) * (1 - restarts / seconds)),
            "start_s": round(statistics.mean(server.starts), 1),
            "bare_rate": round(bare),
            "ratio": round(rate / bare, 3),
            "tries_repeated": load.repeated,
            "query_ms": round(1000 * statistics.median(load.waits), 1) if load.waits else None,
            "query_worst_ms": round(1000 * max(load.waits, default=0), 1),
            "wrong": what_is_wrong(address, load),
        }


def lines_of(found: dict[str, Any]) -> list[str]:
    kept = "; ".join(found["wrong"]) or "nothing lost, nothing doubled"
    return [
        f"{found['rate']:,} events/s over {found['seconds']:g} s with {found['kills']} kills (goal {GOAL:,}): {kept}",
        f"{found['rate_of_two_cores']:,} events for two seconds of processor time (server, database and clients); "
        f"a start takes {found['start_s']} s of one; two cores of its own would make of that "
        f"{found['rate_alone']:,} events/s with these kills",
        f"{found['bare_rate']:,} events/s bare inserts into one table; ratio {found['ratio']:.2f}",
        f"{found['tries_repeated']} batches sent again; reading usage beside: median {found['query_ms']} ms, "
        f"worst {found['query_worst_ms']} ms",
    ]


def prepare(address: str) -> str:
    """Tables, a meter, customers and a key, made by the application itself."""
    script = f"""
from django.utils.timezone import now
from catalog.models import Meter
from core.api_keys import create_key
from core.models import User
from customers.models import Customer
dimensions = {{"model": list({MODELS!r}), "direction": list({DIRECTIONS!r})}}
Meter.objects.create(code="tokens", name="Tokens", unit="token", dimensions=dimensions)
fields = {{"legal_name": "x", "segment": "startup", "country": "US"}}
Customer.objects.bulk_create(Customer(slug=f"c{{n}}", name=f"c{{n}}", **fields) for n in range({CUSTOMERS}))
ivo = User.objects.create_user("ivo", roles=["integrator"])
scopes = ["events:write", "usage:read"]
print(create_key(owner=ivo, name="bench", scopes=scopes, expires_at=None, by=None, at=now()).text)
"""
    environment = {**os.environ, "DATABASE_URL": address}
    manage(environment, "migrate", "-v0")
    return manage(environment, "shell", "-v0", "-c", script).strip()


def manage(environment: dict[str, str], *words: str) -> str:
    command = [sys.executable, "manage.py", *words]
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout


def kill_now_and_then(server: Server, seconds: float, kills: int) -> None:
    for _ in range(kills):
        time.sleep(seconds / (kills + 1))
        server.kill()
        server.start()


@dataclass
class Load:
    """Clients that send until time is over, and what they were told."""

    port: int
    key: str
    sent: int = 0
    total: int = 0
    repeated: int = 0
    waits: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    ends: float = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def run(self, seconds: float, beside: Callable[[], None]) -> float:
        """Events a second, from the first request to the last answer."""
        began = time.monotonic()
        self.ends = began + seconds
        senders = [threading.Thread(target=self.send, args=(number,)) for number in range(CLIENTS)]
        reader = threading.Thread(target=self.read)
        for thread in (*senders, reader):
            thread.start()
        # Here and not in a thread: the server ends with the thread that started it.
        beside()
        for thread in senders:
            thread.join()
        took = time.monotonic() - began
        reader.join()
        return self.sent / took

    def send(self, client: int) -> None:
        line = Line(self.port, self.key)
        first = 0
        while time.monotonic() < self.ends:
            events, total = batch_of(client, first)
            answer, tries = line.ask("POST", "/api/v1/events/", json.dumps(events).encode())
            new = BATCH - REPEATED
            expected = new if first else BATCH
            with self.lock:
                self.sent += expected
                self.total += total
                self.repeated += tries > 1
                if answer["rejected"] or answer["accepted"] + answer["duplicate"] != BATCH:
                    self.faults.append(f"a batch was answered {answer['events'][:1]}")
                elif tries == 1 and answer["accepted"] != expected:
                    self.faults.append(f"{answer['accepted']} of {expected} new events were accepted at the first try")
            first += BATCH if not first else new
        line.close()

    def read(self) -> None:
        line = Line(self.port, self.key)
        number = 0
        while time.monotonic() < self.ends:
            number = (number + 7) % CUSTOMERS
            began = time.monotonic()
            _, tries = line.ask("GET", f"/api/v1/customers/c{number}/usage/")
            if tries == 1:
                self.waits.append(time.monotonic() - began)
            time.sleep(0.1)
        line.close()


class Line:
    """A connection that is made again as often as it takes."""

    def __init__(self, port: int, key: str) -> None:
        self.port = port
        self.headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/cloudevents-batch+json"}
        self.connection: http.client.HTTPConnection | None = None

    def ask(self, method: str, path: str, body: bytes | None = None) -> tuple[dict[str, Any], int]:
        """The answer, and after how many tries it came."""
        tries = 0
        while True:
            tries += 1
            try:
                self.connection = self.connection or http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
                self.connection.request(method, path, body, self.headers)
                answer = self.connection.getresponse()
                text = answer.read()
                if answer.status == 200:
                    return json.loads(text), tries
                if answer.status not in (500, 503):
                    raise RuntimeError(f"{answer.status}: {text[:200]!r}")
            except (OSError, http.client.HTTPException):
                self.close()
            time.sleep(0.05)

    def close(self) -> None:
        if self.connection:
            self.connection.close()
        self.connection = None


def batch_of(client: int, first: int) -> tuple[list[dict[str, Any]], int]:
    """The client's next events, some of its former ones before them; the sum of the new ones' values."""
    start = max(0, first - REPEATED)
    now = datetime.now(UTC)
    events = [event_of(client, number, now) for number in range(start, start + BATCH)]
    return events, sum(value_of(number) for number in range(first, start + BATCH))


def event_of(client: int, number: int, now: datetime) -> dict[str, Any]:
    """One in fifty is from the day before."""
    time = now - timedelta(days=1) if number % 50 == 0 else now
    data = {"value": str(value_of(number)), "model": MODELS[number % 2], "direction": DIRECTIONS[number // 2 % 2]}
    return {
        "specversion": "1.0",
        "id": f"{client}-{number}",
        "source": "bench",
        "type": "tokens",
        "subject": f"c{(number * 7 + client) % CUSTOMERS}",
        "time": time.isoformat(),
        "data": data,
    }


def value_of(number: int) -> int:
    return number * 37 % 1000


def bare_rate(address: str) -> float:
    """Events a second that PostgreSQL takes in such batches: one table, two connections, a commit for each batch."""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(
            "CREATE TABLE bare (source text, id text, subject text, time timestamptz, value numeric, data jsonb,"
            " PRIMARY KEY (source, id))"
        )
    counts = [0, 0]
    ends = time.monotonic() + BARE_SECONDS

    def write(client: int) -> None:
        with psycopg.connect(address, autocommit=True) as connection:
            while time.monotonic() < ends:
                events, _ = batch_of(client, counts[client])
                columns = [[event[name] for event in events] for name in ("source", "id", "subject", "time")]
                values = [event["data"]["value"] for event in events]
                data = [json.dumps(event["data"]) for event in events]
                connection.execute(
                    "INSERT INTO bare SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::timestamptz[],"
                    " %s::numeric[], %s::jsonb[]) ON CONFLICT DO NOTHING",
                    [*columns, values, data],
                )
                counts[client] += BATCH - REPEATED

    threads = [threading.Thread(target=write, args=(client,)) for client in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / BARE_SECONDS


def what_is_wrong(address: str, load: Load) -> list[str]:
    """Everything sent must be there once, in the events, in their keys and in the totals."""
    with psycopg.connect(address) as connection:
        found = {
            "events": connection.execute("SELECT count(*), sum(value) FROM metering_usageevent").fetchone(),
            "keys": connection.execute("SELECT count(DISTINCT key), NULL FROM metering_eventkey").fetchone(),
            "totals": connection.execute("SELECT sum(events), sum(value) FROM metering_dailyusage").fetchone(),
        }
    wrong = [f"{name}: {count} instead of {load.sent}" for name, (count, _) in found.items() if count != load.sent]
    wrong += [f"{name} add up to {value}, not {load.total}" for name, (_, value) in found.items()
              if value is not None and value != load.total]  # fmt: skip
    return wrong + load.faults[:3]


if __name__ == "__main__":
    sys.exit(main())
