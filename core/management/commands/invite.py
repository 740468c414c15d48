from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import now

from core.errors import Invalid
from core.passwords import link_for
from core.people import invite
from core.roles import ROLES


class Command(BaseCommand):
    help = "Invite a person, the first administrator above all, and print the link that sets their password."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("email")
        parser.add_argument("--role", action="append", default=[], choices=list(ROLES))

    def handle(self, *args: object, username: str, email: str, role: list[str], **_: Any) -> None:
        try:
            person = invite(username=username, email=email, roles=role, by=None, at=now())
        except Invalid as problem:
            raise CommandError(str(problem)) from None
        self.stdout.write(link_for(person))
