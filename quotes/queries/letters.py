"""What became of the mails that carry a customer's link."""

from collections.abc import Iterable

from core.models import Mail
from quotes.models import RoomLink


def count_of(link: RoomLink) -> int:
    return Mail.objects.filter(secret=f"room-link:{link.pk}").count()


def newest_of(links: Iterable[RoomLink]) -> dict[int, Mail]:
    """By link, the last mail that was to bring it."""
    wanted = {f"room-link:{link.pk}": link.pk for link in links}
    rows = Mail.objects.filter(secret__in=wanted, enclosed__startswith="quote-pdf:").defer("attachment", "text")
    return {wanted[mail.secret]: mail for mail in rows.order_by("pk")}
