"""Telling the worker that there is work. A hint only: when the broker is away, the sweeper finds the row."""

import logging
import time

from celery import current_app

logger = logging.getLogger(__name__)


SILENCE = 5.0  # seconds, after which the sweeper has looked anyway
away = {"until": 0.0}


def hint(message_id: int) -> None:
    """Ask a worker to deliver the message soon. A broker that does not answer is left alone for a moment: nobody who
    decides waits for it twice."""
    if time.monotonic() < away["until"]:
        return
    try:
        current_app.send_task("core.tasks.relay", kwargs={"message_id": message_id}, retry=False, ignore_result=True)
    except Exception as problem:  # Every broker has errors of its own, and none may reach the person who decided.
        away["until"] = time.monotonic() + SILENCE
        logger.warning("The broker does not answer (%s); the sweeper delivers message %s.", problem, message_id)
