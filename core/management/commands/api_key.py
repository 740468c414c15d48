from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import now

from core.api_keys import create_key, revoke_key, state_of
from core.errors import Invalid
from core.models import ApiKey, User
from core.roles import SCOPES


class Command(BaseCommand):
    help = "Create, list and revoke API keys. A new key is printed once and cannot be seen again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        create = verbs.add_parser("create", help="make a key that speaks for its owner")
        create.add_argument("--owner", required=True, help="user name")
        create.add_argument("--name", required=True, help="what will use the key")
        create.add_argument("--scope", action="append", required=True, choices=[scope.value for scope in SCOPES])
        create.add_argument("--days", type=int, default=365, help="how long it lives; 0 for no end (default: 365)")
        create.add_argument("--agent", action="store_true", help="may prepare and price, and decide nothing")
        verbs.add_parser("list", help="all keys, newest first")
        revoke = verbs.add_parser("revoke", help="let a key open nothing any more")
        revoke.add_argument("prefix", help="the eight characters after qk_")

    def handle(self, *args: object, verb: str, **options: Any) -> None:
        {"create": self.create, "list": self.list, "revoke": self.revoke}[verb](options)

    def create(self, options: dict[str, Any]) -> None:
        owner = User.objects.filter(username=options["owner"]).first()
        if owner is None:
            raise CommandError(f'There is no user "{options["owner"]}".')
        at = now()
        expires_at = at + timedelta(days=options["days"]) if options["days"] else None
        try:
            made = create_key(
                owner=owner,
                name=options["name"],
                scopes=options["scope"],
                agent=options["agent"],
                expires_at=expires_at,
                by=None,
                at=at,
            )
        except Invalid as problem:
            raise CommandError(str(problem)) from None
        self.stdout.write(made.text)

    def list(self, options: dict[str, Any]) -> None:
        at = now()
        for key in ApiKey.objects.select_related("owner").order_by("-created_at", "-pk"):
            used = f"last used {key.last_used_at:%Y-%m-%d}" if key.last_used_at else "not used yet"
            state = state_of(key, at)
            who = f"{key.prefix}  {state:8}{key.owner.username:12}"
            self.stdout.write(f"{who}{','.join(key.scopes)}  {used}  {key.name}")

    def revoke(self, options: dict[str, Any]) -> None:
        key = ApiKey.objects.filter(prefix=options["prefix"]).first()
        if key is None:
            raise CommandError(f'There is no key "{options["prefix"]}".')
        revoke_key(key, by=None, at=now())
        self.stdout.write(f"{key} is revoked.")
