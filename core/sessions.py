"""Sessions in the database: a person's end when idle, after a working day, and when somebody ends them.

A customer's visit and a browser that nobody signed in with have no person and keep Django's own limit.
"""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import transaction
from django.utils.timezone import now

from core import audit
from core.models import BrowserSession, User
from core.prepared import Gap, Prepared

SEEN_EVERY = timedelta(minutes=1)
"""How often a request is written down as one; in between, reading stays reading."""
KEPT = Prepared(BrowserSession.objects.filter(session_key=Gap("key"), expire_date__gt=Gap("at")))
SIGNED_IN, BROWSER = "signed_in", "browser"


class SessionStore(DatabaseStore):
    @classmethod
    def get_model_class(cls) -> type[BrowserSession]:
        return BrowserSession

    def _get_session_from_db(self) -> BrowserSession | None:
        at = now()
        row = KEPT.first(key=self.session_key, at=at)
        if row and row.over(at):
            row.delete()
            row = None
        if row is None:
            self._session_key = None
        elif row.person_id is not None and row.seen_at < at - SEEN_EVERY:
            BrowserSession.objects.filter(pk=row.pk).update(seen_at=at)
        return row

    def create_model_instance(self, data: dict[str, Any]) -> BrowserSession:
        """The row to save; who signed in, and when, stands in the data, so that no save forgets it."""
        at, person = now(), data.get(SESSION_KEY)
        if person and data.get(SIGNED_IN, [""])[0] != person:
            data[SIGNED_IN] = [person, at.isoformat()]
        row = super().create_model_instance(data)
        assert isinstance(row, BrowserSession)
        row.person_id = int(person) if person else None
        row.browser = data.get(BROWSER, "")[:200]
        row.signed_in_at = datetime.fromisoformat(data[SIGNED_IN][1]) if person else None
        row.seen_at = at
        return row


def sessions_of(person: User, at: datetime) -> list[BrowserSession]:
    """Where this person is signed in now, the last used first."""
    found = BrowserSession.objects.filter(person=person, expire_date__gt=at).order_by("-seen_at", "session_key")
    return [row for row in found if not row.over(at)]


def handle(session_key: str) -> str:
    """How a page names a session: its key would open it."""
    return hashlib.sha256(session_key.encode()).hexdigest()[:16]


@transaction.atomic
def end_session(person: User, name: str, *, at: datetime) -> bool:
    """End the person's own session that a page calls by this handle; False when there is none (any more)."""
    for row in sessions_of(person, at):
        if handle(row.session_key) == name:
            row.delete()
            audit.record(person, "end_session", f"person:{person.username}", at=at, data={"browser": row.browser})
            return True
    return False


@transaction.atomic
def end_all_sessions(person: User, *, at: datetime) -> int:
    """Sign the person out everywhere, here too. Returns how many sessions that ended."""
    ended = len(sessions_of(person, at))
    BrowserSession.objects.filter(person=person).delete()
    audit.record(person, "end_all_sessions", f"person:{person.username}", at=at, data={"sessions": ended})
    return ended
