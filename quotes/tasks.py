from celery import shared_task
from django.utils.timezone import now

from quotes.actions.expiry import expire_due, warn_of_end
from quotes.actions.reminding import sweep_due


@shared_task(name="quotes.tasks.remind")
def remind(**_: object) -> None:
    sweep_due(at=now())


@shared_task(name="quotes.tasks.expire")
def expire(**_: object) -> None:
    expire_due(at=now())


@shared_task(name="quotes.tasks.warn")
def warn(**_: object) -> None:
    warn_of_end(at=now())
