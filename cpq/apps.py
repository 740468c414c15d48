from django.apps import AppConfig

# Whoever sets Django up, sends tasks to our broker.
from cpq.celery import app as celery_app  # noqa: F401


class CpqConfig(AppConfig):
    name = "cpq"
