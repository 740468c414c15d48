"""The queues of the embedded broker, so that web requests can leave hints before the first worker has started."""

from django.conf import settings
from django.db import migrations

from cpq.broker import install_pgmq


def install(apps, schema_editor):
    if settings.CELERY_BROKER_URL.startswith("pgmq"):
        install_pgmq()


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
