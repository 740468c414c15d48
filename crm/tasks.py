from celery import shared_task
from django.utils.timezone import now

from crm.actions.receiving import forget


@shared_task(name="crm.tasks.forget_received")
def forget_received(**_: object) -> None:
    forget(at=now())
