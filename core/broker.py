"""Telling the worker that there is work. A hint only: when the broker is away, the sweeper finds the row."""

from celery import current_app


def hint(message_id: int) -> None:
    """Ask a worker to deliver the message soon; gives up at once when the broker does not answer."""
    current_app.send_task("core.tasks.relay", kwargs={"message_id": message_id}, retry=False, ignore_result=True)
