"""Limits on what is costly or can be guessed, counted in the database: no lost cache opens them."""

from datetime import UTC, datetime, timedelta

from django.db import connection
from django.http import HttpRequest
from django.utils.translation import gettext as _

from core.errors import Problem
from core.languages import lazily as _lazy
from core.models import Spending

MINUTE = timedelta(minutes=1)


class TooOften(Problem):
    """Nothing was done; after a while it may be."""

    status = 429
    kind = "too-often"
    title = _lazy("Too often")

    def __init__(self, wait: int) -> None:
        super().__init__(_("That was asked too often. Try again in {seconds} seconds.").format(seconds=wait))
        self.wait = wait


def spend(what: str, who: str, *, most: int, per: timedelta, at: datetime) -> None:
    """Count one more; `TooOften` when this span already had the most."""
    used, ends_at = count(what, who, per=per, at=at)
    if used > most:
        raise TooOften(max(1, round((ends_at - at).total_seconds())))


def count(what: str, who: str, *, per: timedelta, at: datetime, more: int = 1) -> tuple[int, datetime]:
    """So many more of this span: how many it has with them, and when it ends. Spans begin on the clock."""
    span = int(at.timestamp() // per.total_seconds())
    ends_at = datetime.fromtimestamp((span + 1) * per.total_seconds(), UTC)
    # One statement, since of two requests at once both must count.
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {Spending._meta.db_table} AS s (name, count, ends_at) VALUES (%s, %s, %s)"
            " ON CONFLICT (name) DO UPDATE SET count = s.count + excluded.count RETURNING count",
            [f"{what}:{who}:{span}"[:200], more, ends_at],
        )
        [used] = cursor.fetchone()
    return used, ends_at


def caller(request: HttpRequest) -> str:
    """Who a limit counts: the person, else the address."""
    return f"person {request.user.pk}" if request.user.is_authenticated else f"address {request.META['REMOTE_ADDR']}"


def sweep(*, at: datetime) -> int:
    """Forget spans that are over."""
    return Spending.objects.filter(ends_at__lt=at).delete()[0]
