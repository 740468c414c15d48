from celery import shared_task
from django.utils.timezone import now

from core import limits, notices, outbox, webhooks
from core.api.once import forget


@shared_task(name="core.tasks.relay")
def relay(*, message_id: int, **_: object) -> None:
    outbox.deliver(message_id, at=now())


@shared_task(name="core.tasks.sweep")
def sweep(**_: object) -> None:
    outbox.sweep(at=now())


@shared_task(name="core.tasks.forget_answers")
def forget_answers(**_: object) -> None:
    forget(at=now())


@shared_task(name="core.tasks.forget_spending")
def forget_spending(**_: object) -> None:
    limits.sweep(at=now())


@shared_task(name="core.tasks.send_webhooks")
def send_webhooks(**_: object) -> None:
    webhooks.sweep(at=now())


@shared_task(name="core.tasks.send_digests")
def send_digests(**_: object) -> None:
    notices.send_digests(at=now())
    notices.forget(at=now())
