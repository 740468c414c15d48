"""Telling the worker that there is work. A hint only: when the broker is away, the sweeper finds the row."""

import logging

from celery import current_app

logger = logging.getLogger(__name__)


def hint(message_id: int) -> None:
    """Ask a worker to deliver the message soon; gives up at once when the broker does not answer."""
    try:
        current_app.send_task("core.tasks.relay", kwargs={"message_id": message_id}, retry=False, ignore_result=True)
    except Exception as problem:  # Every broker has errors of its own, and none may reach the person who decided.
        logger.warning("The broker does not answer (%s); the sweeper delivers message %s.", problem, message_id)
