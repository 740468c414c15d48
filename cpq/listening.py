"""The transport of Celery's queues in PostgreSQL, in which only who takes messages listens for them."""

from typing import Any

from kombu.transport import pgmq


class Transport(pgmq.Transport):
    """kombu's own has who sends listen too, and never read: after some hundred messages PostgreSQL waits for that
    connection, and whoever drops a database waits for PostgreSQL."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.unheard: set[str] = set()

    def _register_notify_queue(self, queue_name: str) -> None:
        self.unheard.add(queue_name)

    def drain_events(self, connection: Any, timeout: Any = None, **options: Any) -> Any:
        while self.unheard:
            super()._register_notify_queue(self.unheard.pop())
        return super().drain_events(connection, timeout, **options)
