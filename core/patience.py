"""When PostgreSQL breaks a request off: a deadlock is tried again, what waited too long is said politely.

Locks are taken in one order (quotes.actions.moves.hold): a deadlock is a mistake that nobody at work should pay for.
"""

from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from core.errors import Busy, Problem

TRIES = 3
AGAIN = frozenset({"40P01", "40001"})
"""Deadlock and lost serialization: nothing was written, and the same request will do."""
LATE = frozenset({"55P03", "57014"})
"""A lock that was waited for, and a statement that ran, for too long."""
READ_ONLY = "25006"
"""A server that takes no writes, as while another one takes over."""
PASSING = AGAIN | LATE
"""Nothing was written, and after a moment the same request may do."""


def code_of(error: BaseException | None) -> str:
    """PostgreSQL's code of what went wrong; "" for what is not its doing."""
    return str(getattr(error.__cause__, "sqlstate", None) or "") if isinstance(error, DatabaseError) else ""


def is_outage(error: BaseException | None) -> bool:
    """Whether the database is away, or ended what it was asked: nobody's mistake, and over after a moment."""
    return isinstance(error, OperationalError | InterfaceError) or code_of(error) == READ_ONLY


def tried_again(request: HttpRequest, error: Exception) -> HttpResponse | Exception:
    """The answer of another try of the view, if one helps; else what to say.

    A view makes one domain call in one transaction: what was broken off has left nothing behind. Programs are told to
    ask again themselves, since the body of their request is read once.
    """
    match = request.resolver_match
    for _try in range(TRIES):
        if code_of(error) not in AGAIN or match is None or request.path.startswith("/api/"):
            break
        try:
            answer: HttpResponse = match.func(request, *match.args, **match.kwargs)
            return answer
        except (OperationalError, Problem) as other:
            error = other
    if code_of(error) in PASSING:
        return Busy(_("Others are working on the same thing just now. Nothing was changed; try again in a moment."))
    return error
