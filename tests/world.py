"""A database for programs to try the API on: `python -m tests.world` fills it and prints a key to it."""

import sys
from datetime import datetime

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.utils.timezone import now  # noqa: E402

from core.api_keys import create_key  # noqa: E402
from core.roles import ROLES, scopes_of  # noqa: E402
from forecasting.actions.scenarios import create_scenario  # noqa: E402
from metering.actions.history import receive_file  # noqa: E402
from quotes.actions.paper import start  # noqa: E402
from quotes.models import Clause, Layout  # noqa: E402
from tests.conftest import make_person  # noqa: E402
from tests.factories import (  # noqa: E402
    make_account,
    make_customer,
    make_draft_quote,
    make_seller,
    make_sent_quote,
    make_submitted_quote,
    sign,
)

USAGE = b"id,time,meter,value,direction\nr1,2026-11-20T10:00:00Z,tokens,100,input\n"


def main() -> None:
    call_command("migrate", verbosity=0)
    sys.stdout.write(f"{make_world(at=now())}\n")


def make_world(*, at: datetime) -> str:
    """Customers, quotes at every station, a contract; the key of somebody who may do everything."""
    ada, acme = make_person("ada"), make_customer()
    make_draft_quote(customer=acme, at=at)
    make_submitted_quote(customer=make_customer("beta"), at=at)
    sign(make_sent_quote(customer=acme, at=at), at=at)
    create_scenario(customer=acme, name="Growth", by=ada, at=at)
    ivo = make_person("ivo")
    ivo.roles = sorted(ROLES)
    ivo.save()
    make_account(by=ivo, at=at)
    make_seller("tests")
    receive_file(name="usage.csv", format="csv", chunks=[USAGE], customer=acme, by=ivo, at=at)
    start(Layout, "tests", by=ivo, at=at, content={"title": "Tests", "sections": ["lines", "terms", "signatures"]})
    start(Clause, "tests", by=ivo, at=at, content={"title": "Tests", "text": "For {customer} alone."})
    return create_key(owner=ivo, name="Fuzz", scopes=scopes_of(ivo), expires_at=None, by=ivo, at=at).text


if __name__ == "__main__":
    main()
