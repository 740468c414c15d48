"""A worker that is killed in the midst of a file: the next one goes on, and nothing is lost or doubled."""

import os
import subprocess
import sys
import time

import pytest
from django.db import connection
from django.db.models import Sum

from cpq.embedded.holders import hold
from cpq.embedded.server import USER
from metering.actions.history import start_import, work_on
from metering.models import DailyUsage, UsageImport
from tests.metering.actions.test_history import bring
from tests.metering.events import AT, make_acme

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]

ROWS, DIFFERENT = 6_000, 5_900
WORKER = """
import django
django.setup()
from metering.actions import history
from metering.storage import bulk
history.SLICE, bulk.PART_BYTES, bulk.BLOCK = 50, 1, 3_000
history.work_on({pk}, seconds=1e9)
"""


@pytest.mark.parametrize("way", ["events", "bulk"])
def test_the_next_worker_goes_on_where_a_killed_one_was(way, settings, tmp_path, pia):
    settings.HISTORY_DIR = tmp_path / "history"
    acme = make_acme()
    rows = (f"r{n % DIFFERENT},2026-11-{1 + n % 20:02}T10:00:00Z,tokens,1,input" for n in range(ROWS))
    upload = bring(pia, "id,time,meter,value,direction\n" + "\n".join(rows) + "\n", customer=acme)
    start_import(upload, way=way, by=pia, at=AT)
    with worker(upload) as process:
        before = wait_for_a_step(upload, process)
        process.kill()
    assert 0 < before < upload.total
    done = work_again(upload)
    assert (done.state, done.accepted, done.duplicates) == ("recorded", DIFFERENT, ROWS - DIFFERENT)
    assert DailyUsage.objects.aggregate(Sum("events"), Sum("value")) == {
        "events__sum": DIFFERENT,
        "value__sum": DIFFERENT,
    }


def worker(upload):
    address = f"postgresql://{USER}@/{connection.settings_dict['NAME']}?host={hold().socket}"
    environment = {**os.environ, "DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "cpq.settings.testing"}
    environment |= {"HISTORY_DIR": str(upload.path).partition("/uploads/")[0]}
    return subprocess.Popen([sys.executable, "-c", WORKER.format(pk=upload.pk)], env=environment)


def wait_for_a_step(upload, process):
    """How far the file is once a few of its steps are recorded."""
    while process.poll() is None:
        upload.refresh_from_db(fields=["done"])
        if upload.done:
            return upload.done
        time.sleep(0.01)
    return 0


def work_again(upload):
    """The killed worker's lock ends with its connection, a moment after it."""
    while (done := work_on(upload.pk, seconds=1e9, clock=lambda: AT)) is None:
        time.sleep(0.05)
    return UsageImport.objects.get(pk=done.pk)
