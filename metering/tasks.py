import logging

from celery import shared_task
from django.utils.timezone import now

from metering.actions.history import waiting_imports, work_on
from metering.actions.sources import read_due_sources
from metering.sources.config import Misconfigured
from metering.storage.partitions import prepare_months

# Short turns: other work of the same worker waits no longer, and a lost worker loses no more.
TURN_SECONDS = 20

logger = logging.getLogger(__name__)


@shared_task(name="metering.tasks.work_on_imports")
def work_on_imports(**_: object) -> None:
    for upload_id in waiting_imports():
        if work_on(upload_id, seconds=TURN_SECONDS):
            return


@shared_task(name="metering.tasks.make_months")
def make_months(**_: object) -> None:
    prepare_months(now().date())


@shared_task(name="metering.tasks.read_sources")
def read_sources(**_: object) -> None:
    try:
        read_due_sources(seconds=TURN_SECONDS)
    except Misconfigured as problem:
        logger.error("Usage is not read: %s", problem)
