import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.timezone import now

from core import bounces, mail


class Command(BaseCommand):
    help = (
        "Take in a report that a mail came back, from standard input: what a mail server pipes to `|manage.py bounced`."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        returned = bounces.read(sys.stdin.buffer.read())
        letter = bounces.mail_of(returned.message_id) if returned else None
        if returned is None or letter is None:
            self.stdout.write("No mail of ours came back.")
        elif mail.bounce(letter, reason=returned.reason, at=now()):
            self.stdout.write(f"{letter.to}: {returned.reason}")
        else:
            self.stdout.write(f"{letter.to}: known already, or not sent.")
