"""The worker. Its broker only carries hints: what must not be lost is a row in the outbox."""

import os

from celery import Celery, signals

from cpq import broker

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cpq.settings")

app = Celery("cpq")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@signals.worker_init.connect
def prepare(**_: object) -> None:
    """Before a worker asks its broker for work."""
    if app.conf.broker_url.startswith("pgmq"):
        broker.install_pgmq()
