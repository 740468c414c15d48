"""Acceptances in a storm: processes are killed, the broker forgets, billing misbehaves; then all is counted."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import redis as redis_client
from django.conf import settings
from django.db.models import Count
from django.test import override_settings
from django.utils.timezone import now

from billing.actions.connecting import choose_routes, save_connection
from billing.actions.helping import retry
from billing.models import Delivery, DeliveryAttempt
from billing.rules import State
from core.models import OutboxMessage
from quotes.models import Contract
from tests.chaos.billing import Books, Server
from tests.chaos.deals import make_deals
from tests.conftest import make_person

WEB_POINTS = ("in_acceptance", "before_hint")
WORKER_POINTS = (
    "after_claim",
    "before_mark_sending",
    "before_call",
    "after_call",
    "after_mark_done",
    "before_finish",
    "after_finish",
)
MACHINES = (0, 1)
SECRET = "whsec_Y2hhb3MtY2hhb3MtY2hhb3MtY2hhb3M="
LOG = settings.VAR / "chaos.log"


@dataclass
class Result:
    """What was counted when the storm was over."""

    signed: int
    contracts: int
    held: int
    seconds: float
    happened: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    @property
    def table(self) -> str:
        rows = [f"{'fault':<34} {'times':>6}", "-" * 41]
        rows += [f"{name:<34} {times:>6}" for name, times in sorted(self.happened.items())]
        rows += ["-" * 41, f"{'quotes signed':<34} {self.signed:>6}", f"{'contracts':<34} {self.contracts:>6}"]
        rows += [f"{'contracts held by billing':<34} {self.held:>6}", f"{'seconds':<34} {self.seconds:>6.0f}"]
        return "\n".join([*rows, *(self.wrong or ["nothing lost, nothing doubled, order kept"])])


@dataclass
class Storm:
    """`count` acceptances under faults, on the present database and this broker."""

    count: int
    broker: str
    database: str
    seed: int = 1
    chance: float = 0.02  # of being killed at each point
    kill_every: float = 10.0  # seconds between two great faults
    down_for: float = 3.0  # seconds
    patience: float = 600.0
    happened: Counter[str] = field(default_factory=Counter)

    def run(self) -> Result:
        began, self.random = time.monotonic(), random.Random(self.seed)
        books = Books(self.seed)
        server = Server(books)
        make_deals(self.count)
        self.point_to(server.url)
        with serving(server), LOG.open("wb") as self.log:
            self.rage(books)
            self.calm(books)
        return self.counted(books, time.monotonic() - began)

    def point_to(self, url: str) -> None:
        fay, at = make_person("fay"), now()
        account = {"target": "webhook", "mode": "sandbox", "base_url": url, "values": {"secret": SECRET}}
        with override_settings(WEBHOOK_PRIVATE_HOSTS={"127.0.0.1"}):
            save_connection(**account, by=fay, at=at)
        choose_routes(default="webhook:sandbox", entities={}, by=fay, at=at)

    def rage(self, books: Books) -> None:
        """Until every quote is signed and handed over, or patience is at its end: kill, start again."""
        signers = [self.signer(part) for part in self.parts()]
        workers = [self.worker(name) for name in MACHINES]
        deadline, next_kill = time.monotonic() + self.patience, time.monotonic() + self.kill_every
        try:
            while not self.done() and time.monotonic() < deadline:
                time.sleep(0.2)
                signers = [self.again(one) for one in signers]
                if time.monotonic() >= next_kill:
                    next_kill += self.kill_every
                    self.strike(workers, books)
                books.down = books.down and time.monotonic() < next_kill - self.kill_every + self.down_for
                self.help()
        finally:
            books.faulty = books.down = False
            for process in (*signers, *workers):
                end(process)

    def calm(self, books: Books) -> None:
        """The storm is over: healthy processes bring home what is left."""
        if self.done():
            return
        self.chance = 0.0
        processes = [*map(self.signer, self.parts()), *map(self.worker, MACHINES)]
        try:
            wait_for(self.done, seconds=180, meanwhile=self.help)
        finally:
            for process in processes:
                end(process)

    def strike(self, workers: list[subprocess.Popen[bytes]], books: Books) -> None:
        """One of the great faults, drawn by lot."""
        fault = self.random.choice(["worker machine gone", "broker forgets", "billing down"])
        self.happened[fault] += 1
        if fault == "broker forgets" and self.broker.startswith("redis"):
            redis_client.from_url(self.broker).flushall()
        books.down = fault == "billing down"
        hit = self.random.choice(MACHINES) if fault == "worker machine gone" else None
        for n, worker in enumerate(workers):
            if n == hit or worker.poll() is not None:
                kill(worker)
                workers[n] = self.worker(n)

    def help(self) -> None:
        """What a person would do: send again what was stopped after too many tries."""
        for delivery in Delivery.objects.filter(state=State.NEEDS_PERSON).select_related("contract"):
            self.happened["sent again by a person"] += 1
            retry(delivery.contract, by=make_person("fay"), at=now())

    def done(self) -> bool:
        return Delivery.objects.filter(state=State.CREATED).count() == self.count

    def parts(self) -> list[tuple[int, int]]:
        middle = self.count // 2
        return [(0, middle), (middle, self.count)]

    def signer(self, part: tuple[int, int]) -> "Signer":
        command = [sys.executable, "-m", "tests.chaos.signer", *map(str, part)]
        return Signer(command, self.environment(WEB_POINTS), **self.start())

    def again(self, process: "Signer") -> "Signer":
        """Who was killed is started anew; who is through stays so."""
        code = process.poll()
        if code is None or code == 0:
            return process
        self.happened["web process killed" if code == -signal.SIGKILL else "web process failed"] += 1
        return Signer(process.args, process.env, **self.start())

    def worker(self, machine: int) -> subprocess.Popen[bytes]:
        """Two processes under one master; the first machine has the clock."""
        command = [sys.executable, "-m", "celery", "-A", "cpq", "worker", "--hostname", f"chaos-{machine}@%h"]
        command += ["--concurrency", "2", "--loglevel", "WARNING"]
        if machine == 0:
            command += ["--beat", "--schedule", str(Path(settings.VAR) / "chaos-beat")]
        return subprocess.Popen(command, env=self.environment(WORKER_POINTS), **self.start())

    def start(self) -> dict[str, object]:
        return {"cwd": settings.BASE_DIR, "stdout": self.log, "stderr": self.log, "start_new_session": True}

    def environment(self, points: tuple[str, ...]) -> dict[str, str]:
        own = {
            "DJANGO_SETTINGS_MODULE": "cpq.settings",
            "DATABASE_URL": self.database,
            "CELERY_BROKER_URL": self.broker,
            "OUTBOX_PACE": "0.05",
            "OUTBOX_LONGEST": "2",
            "BILLING_TIMEOUT": "1",
            "WEBHOOK_PRIVATE_HOSTS": "127.0.0.1",
            "CRASH_POINTS": " ".join(f"{point}={self.chance}" for point in points),
        }
        return {**os.environ, **own}

    def counted(self, books: Books, seconds: float) -> Result:
        tried = DeliveryAttempt.objects.values_list("outcome").annotate(n=Count("pk"))
        self.happened.update({f"call {outcome}": n for outcome, n in tried})
        self.happened.update({f"billing {name}": n for name, n in books.happened.items()})
        signed = Contract.objects.filter(version__accepted_at__isnull=False).count()
        return Result(signed, Contract.objects.count(), len(books.contracts), seconds, self.happened, self.wrong(books))

    def wrong(self, books: Books) -> list[str]:
        """What must not be, in words."""
        found = []
        contracts = dict(Contract.objects.values_list("number", "sha256"))
        held = Counter(contract for _, contract in books.order)
        found += [f"LOST: {number}" for number in contracts if number not in held]
        found += [f"DOUBLED: {number}, {times} times" for number, times in held.items() if times > 1]
        found += [f"NOT SIGNED: {self.count - len(contracts)} quotes"] if len(contracts) != self.count else []
        sums = {one["sha256"] for one in books.contracts.values()}
        found += [f"OTHER CONTENT: {number}" for number, sha256 in contracts.items() if sha256 not in sums]
        for customer in {customer for customer, _ in books.order}:
            mine = [contract for one, contract in books.order if one == customer]
            if mine != sorted(mine):
                found.append(f"OUT OF ORDER: {customer} {mine}")
        states = Counter(Delivery.objects.values_list("state", flat=True))
        found += [f"NOT CREATED: {state} {n}" for state, n in states.items() if state != State.CREATED]
        open_ = OutboxMessage.objects.filter(topic="contract.created").exclude(state="done").count()
        return found + ([f"STILL PROMISED: {open_}"] if open_ else [])


class Signer(subprocess.Popen):  # type: ignore[type-arg]
    """A process that remembers how it was started."""

    def __init__(self, command: list[str], env: dict[str, str], **options: object) -> None:
        self.env = env
        super().__init__(command, env=env, **options)  # type: ignore[call-overload]


def end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """With its children, who outlive a master that was killed alone."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def wait_for(condition: Callable[[], bool], *, seconds: float, meanwhile: Callable[[], None]) -> None:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        meanwhile()
        time.sleep(0.2)


@contextmanager
def serving(server: Server) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
