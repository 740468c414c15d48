from celery import shared_task
from django.utils.timezone import now

from quotes.actions.expiry import expire_due


@shared_task(name="quotes.tasks.expire")
def expire(**_: object) -> None:
    expire_due(at=now())
