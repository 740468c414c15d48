"""The audit log: every write leaves an entry in its own transaction, chained by hash per subject."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from contextvars import ContextVar
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.db.models import BigIntegerField, Func, Max, Q, QuerySet, Subquery, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce, Concat

from core.announcing import announce
from core.models import AuditEntry, User
from core.turns import take_turn

SYSTEM = "system"
BY_KEY: ContextVar[str] = ContextVar("by_key", default="")
"""The key by which a program acts for somebody just now; entries name it beside them."""


class End(NamedTuple):
    """The last link of a chain; (0, "") of an empty one."""

    position: int
    sha256: str


def record(
    by: User | str | None,
    verb: str,
    subject: str,
    *,
    at: datetime,
    data: Mapping[str, Any] | None = None,
    end: End | None = None,
) -> AuditEntry:
    """Append an entry to the chain of `subject` ("quote:Q-2026-0001"). Must run inside the write's transaction.

    `by` is a user, a description of someone without an account ("Cleo Hartmann <cleo@...>"), or None for the system.
    `end` is for a writer that holds the chain and has read its end since (`held`, then `ends`).
    """
    key = {"by_key": BY_KEY.get()} if BY_KEY.get() else {}
    values = json.loads(json.dumps({**(data or {}), **key}, cls=DjangoJSONEncoder))
    with transaction.atomic(savepoint=False):
        last = locked_end(subject) if end is None else end
        entry = AuditEntry(
            subject=subject,
            position=last.position + 1,
            at=at.astimezone(UTC),
            by=name_of(by),
            verb=verb,
            data=values,
            previous=last.sha256,
        )
        entry.sha256 = digest(entry)
        entry.save(force_insert=True)
        announce(entry)
    return entry


def locked_end(subject: str) -> End:
    lock_chain(subject)
    last = AuditEntry.objects.filter(subject=subject).order_by("-position").first()
    return End(last.position, last.sha256) if last else End(0, "")


def held(subject: Combinable) -> Func:
    """Locks the chains of the rows that a query reads, to be annotated; a later statement sees where they end."""
    key = Func(
        Concat(Value("audit:"), subject, output_field=TextField()),
        Value(0),
        function="hashtextextended",
        output_field=BigIntegerField(),
    )
    return Func(key, function="pg_advisory_xact_lock", output_field=TextField())


def ends(subject: Combinable) -> Coalesce:
    """Where the chain of a row's subject ends, "position sha256", to be annotated; see `end_of`."""
    newest = AuditEntry.objects.filter(subject=subject).order_by("-position")
    link = newest.values_list(Concat(Cast("position", TextField()), Value(" "), "sha256", output_field=TextField()))[:1]
    return Coalesce(Subquery(link, output_field=TextField()), Value("0 "), output_field=TextField())


def end_of(annotated: str) -> End:
    position, _, sha256 = annotated.partition(" ")
    return End(int(position), sha256)


def lock_chain(subject: str) -> None:
    """Two writers to one chain wait for each other until the first one's transaction ends."""
    take_turn(f"audit:{subject}")


def name_of(by: User | str | None) -> str:
    if by is None:
        return SYSTEM
    return by if isinstance(by, str) else by.username


def digest(entry: AuditEntry) -> str:
    """SHA-256 over everything the entry says and the hash of the one before."""
    content = [
        entry.subject,
        entry.position,
        entry.at.astimezone(UTC).isoformat(),
        entry.by,
        entry.verb,
        entry.data,
        entry.previous,
    ]
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def history(subject: str) -> QuerySet[AuditEntry]:
    """The entries of one subject, oldest first."""
    return AuditEntry.objects.filter(subject=subject).order_by("position")


def newest(*, subject: str = "", by: str = "", verb: str = "") -> QuerySet[AuditEntry]:
    """All entries, newest first; a filter left empty does not narrow, `subject` matches
    "quote:Q-2026-0001", "quote" or "Q-2026-0001" from its start."""
    entries = AuditEntry.objects.order_by("-at", "-pk")
    if subject:
        entries = entries.filter(Q(subject__istartswith=subject) | Q(subject__icontains=f":{subject}"))
    if by:
        entries = entries.filter(by__istartswith=by)
    return entries.filter(verb=verb) if verb else entries


def verbs() -> list[str]:
    """What was ever done, for the filter."""
    return list(AuditEntry.objects.order_by("verb").values_list("verb", flat=True).distinct())


def broken_links() -> Iterator[str]:
    """A sentence for each place where a chain does not hold: an entry changed, missing or moved."""
    subject, position, previous = "", 0, ""
    for entry in AuditEntry.objects.order_by("subject", "position").iterator():
        if entry.subject != subject:
            subject, position, previous = entry.subject, 0, ""
        if entry.position != position + 1:
            yield f"{subject}: entry {position + 1} is missing before entry {entry.position}."
        elif entry.previous != previous:
            yield f"{subject}: entry {entry.position} does not follow from entry {position}."
        elif digest(entry) != entry.sha256:
            yield f"{subject}: entry {entry.position} was changed after it was written."
        position, previous = entry.position, entry.sha256


class Head(NamedTuple):
    """What the whole log came to on a day, as one line to keep in another place: only that shows a log cut at its end.

    `last` is the newest entry's number; the hash is over the last link of every chain up to it.
    """

    day: date
    last: int
    chains: int
    sha256: str

    def __str__(self) -> str:
        return f"{self.day} {self.last} {self.chains} {self.sha256}"


@transaction.atomic
def head(at: datetime) -> Head:
    """The log's head now."""
    with connection.cursor() as cursor:
        # An entry that is being written has its number already and may commit after a newer one: wait for it.
        cursor.execute(f"LOCK TABLE {AuditEntry._meta.db_table} IN SHARE MODE")
    last = AuditEntry.objects.aggregate(last=Max("pk"))["last"] or 0
    return head_until(last, at.astimezone(UTC).date())


def head_until(last: int, day: date) -> Head:
    ends = AuditEntry.objects.filter(pk__lte=last).order_by("subject", "-position").distinct("subject")
    links = [list(link) for link in ends.values_list("subject", "position", "sha256")]
    content = json.dumps(sorted(links), separators=(",", ":"))
    return Head(day, last, len(links), hashlib.sha256(content.encode()).hexdigest())


def parse_head(line: str) -> Head:
    """A head as its line says it; ValueError when it is none."""
    day, last, chains, sha256 = line.split()
    return Head(date.fromisoformat(day), int(last), int(chains), sha256)


def broken_heads(lines: Iterable[str]) -> Iterator[str]:
    """A sentence for each kept head that the log no longer comes to: what was written until then changed or is gone."""
    for line in filter(None, map(str.strip, lines)):
        kept = parse_head(line)
        if head_until(kept.last, kept.day) != kept:
            yield f"Entries written until {kept.day} were changed or removed since (up to number {kept.last})."
