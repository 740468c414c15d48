"""What workers do, when, and through which broker."""

import os

from celery.schedules import crontab

from cpq.broker import pgmq_options
from cpq.settings.data import DATABASES
from cpq.settings.place import VAR

CELERY_BROKER_URL = os.environ.get("CELERY_BROKER_URL") or "pgmq://localhost"
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 300
if CELERY_BROKER_URL.startswith("pgmq"):
    CELERY_BROKER_TRANSPORT = "cpq.listening:Transport"
    CELERY_BROKER_TRANSPORT_OPTIONS = pgmq_options(DATABASES["default"], time_limit=CELERY_TASK_TIME_LIMIT)
else:
    # Whoever decides does not wait for a broker that is away; a worker has its own way to wait for it.
    CELERY_BROKER_TRANSPORT_OPTIONS = {"max_retries": 0}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_TIMEOUT = 2
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR / "beat-schedule")
NIGHTLY = crontab(hour=2, minute=10)  # UTC
EACH_MORNING = crontab(hour=6, minute=0)
CELERY_BEAT_SCHEDULE = {
    "outbox": {"task": "core.tasks.sweep", "schedule": 5.0, "options": {"expires": 5}},
    "webhooks": {"task": "core.tasks.send_webhooks", "schedule": 5.0, "options": {"expires": 5}},
    "limits": {"task": "core.tasks.forget_spending", "schedule": 3600.0, "options": {"expires": 600}},
    "imports": {"task": "metering.tasks.work_on_imports", "schedule": 5.0, "options": {"expires": 5}},
    "sources": {"task": "metering.tasks.read_sources", "schedule": 60.0, "options": {"expires": 60}},
    "months": {"task": "metering.tasks.make_months", "schedule": 6 * 3600.0, "options": {"expires": 3600}},
    "digests": {"task": "core.tasks.send_digests", "schedule": EACH_MORNING, "options": {"expires": 6 * 3600}},
    "reminders": {"task": "quotes.tasks.remind", "schedule": 60.0, "options": {"expires": 60}},
    "portfolio": {"task": "forecasting.tasks.forecast_all", "schedule": NIGHTLY, "options": {"expires": 3600}},
    "crm-messages": {"task": "crm.tasks.forget_received", "schedule": NIGHTLY},
    "api-answers": {"task": "core.tasks.forget_answers", "schedule": 3600.0, "options": {"expires": 3600}},
    "drift": {"task": "billing.tasks.look_for_drift", "schedule": NIGHTLY, "options": {"expires": 3600}},
    "deliveries": {"task": "billing.tasks.wake", "schedule": 3600.0, "options": {"expires": 3600}},
    "ends": {"task": "quotes.tasks.warn", "schedule": 3600.0, "options": {"expires": 3600}},
    "expiry": {"task": "quotes.tasks.expire", "schedule": 60.0, "options": {"expires": 60}},
}
