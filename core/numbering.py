"""Gapless numbers: a number is used up only if the transaction that took it commits."""

from django.db import transaction

from core.models import Counter


def next_number(series: str) -> int:
    """The next number of the series, from 1. Call it inside the transaction that uses the number.

    The row stays locked until that transaction ends: the next caller waits, and a rollback gives the number back.
    """
    with transaction.atomic():
        Counter.objects.bulk_create([Counter(series=series)], ignore_conflicts=True)
        counter = Counter.objects.select_for_update().get(series=series)
        counter.last += 1
        counter.save(update_fields=["last"])
        return counter.last
