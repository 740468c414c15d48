"""What the edits of one entry of the timeline changed: the steps that the draft keeps, else what the audit log says."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from core.audit import history
from core.data_words import told
from core.models import AuditEntry
from quotes.models import QuoteVersion, SellingEntity
from quotes.queries.limits import scale_of
from quotes.queries.versions import EDITS, full_names
from quotes.rules.edit_rows import Names, Row, net, rows
from quotes.rules.edit_words import FIELDS, LABELS, shown


@dataclass(frozen=True)
class Edited:
    by: str
    number: int
    """Of the version."""
    first: datetime
    last: datetime
    edits: int
    rows: list[Row]
    kept: bool
    """Whether every edit is still known field by field; a long-edited draft keeps its last ones."""


def edited(quote_number: str, first: int, last: int) -> Edited | None:
    """The edits of the quote between these places in its audit log; None where there are none of one person."""
    entries = list(history(f"quote:{quote_number}").filter(position__gte=first, position__lte=last, verb__in=EDITS))
    if not entries or len({(entry.by, entry.data.get("version")) for entry in entries}) != 1:
        return None
    number = entries[0].data.get("version")
    version = QuoteVersion.objects.filter(quote__number=quote_number, number=number).first()
    if version is None:
        return None
    times = (entries[0].at, entries[-1].at)
    found = version.steps.filter(at__range=times, by__username=entries[0].by).order_by("edit_number")
    changes = list(found.values_list("change", flat=True))
    kept = len(changes) >= len(entries)
    names = names_of(version)
    if kept:
        scales = {code: scale_of(meter) for code, meter in version.meters.items()}
        told_rows = rows(net(changes), names, scales, version.currency)
    else:
        told_rows = list(recorded(entries, names))
    by = full_names({entries[0].by}).get(entries[0].by, entries[0].by)
    return Edited(by, version.number, *times, edits=len(entries), rows=told_rows, kept=kept)


def names_of(version: QuoteVersion) -> Names:
    lines = version.lines.values_list("key", "component__name")
    sellers = {str(pk): name for pk, name in SellingEntity.objects.values_list("pk", "name")}
    return Names({key: told(name) for key, name in lines}, version.texts, sellers)


def recorded(entries: Iterable[AuditEntry], names: Names) -> Iterator[Row]:
    """What the entries themselves say, one after the other."""
    for entry in entries:
        changes = entry.data.get("changes")
        line = str(entry.data.get("line") or "")
        for name, pair in changes.items() if isinstance(changes, dict) else ():
            if isinstance(pair, list) and len(pair) == 2:
                label = str((FIELDS if line else LABELS).get(name, name))
                what = f"{names.lines.get(line, line)}: {label}" if line else label[:1].upper() + label[1:]
                yield Row(what, *(shown(name, value) if not isinstance(value, dict) else "…" for value in pair))
