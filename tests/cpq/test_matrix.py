"""Every address x every person: who gets through the one door. A new address fails here until it has its row.

Each row of matrix.txt has an address, what it names, and a letter for each person who gets through: Ada (whose
everything is), Eve (another seller), Ben, Fay, Pia, Ivo, Mia (accounts), Dan (an account without a role) and 0
(signed out). "staff" are all whose work is deals, "all" have an account, "open" is the whole world. Getting through
is not being allowed: what a person may see but not do is refused with a sentence, and not with 404.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.cpq.world import LETTERS, arguments, session_of, world  # noqa: F401 - the fixture

pytestmark = pytest.mark.django_db

WORDS = {"-": "", "staff": "AEBFPI", "all": "AEBFPIMD", "open": "AEBFPIMD0"}
ROWS = [row.split() for row in Path(__file__).with_name("matrix.txt").read_text().splitlines()]


def addresses(patterns: list, names: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, f"{names}{pattern.namespace}:" if pattern.namespace else names)
        else:
            yield f"{names}{pattern.name}", pattern


ALL = dict(addresses(get_resolver().url_patterns))


def test_every_address_has_its_row():
    assert sorted(name for name, *_ in ROWS) == sorted(ALL)


# The API looks at the kind of a body first; in its own kind, a stranger hears of nothing.
JSON = {"content_type": "application/json"}


def through(session: str, path: str, only_written: set[str]) -> bool:
    """Whether the door opens, by the method that the address takes; whatever the request did is undone.

    `only_written` are the addresses that are known not to be read; nobody need try that again.
    """
    client = Client()
    if session:
        client.cookies["sessionid"] = session
    with transaction.atomic():
        if path not in only_written and (answer := client.get(path)).status_code == 405:
            only_written.add(path)
        if path in only_written:
            answer = client.post(path, {}, **(JSON if path.startswith("/api/") else {}))
        transaction.set_rollback(True)
    location = answer.headers.get("Location", "")
    return answer.status_code not in (404, 401) and not location.startswith("/login/")


@pytest.mark.long
def test_who_gets_through(world):  # noqa: F811
    sessions = {letter: session_of(world["people"][username]) for letter, username in LETTERS.items()} | {"0": ""}
    got, only_written = {}, set()
    for name, thing, _ in ROWS:
        path = reverse(name, kwargs=arguments(thing, world))
        got[name] = "".join(letter for letter, session in sessions.items() if through(session, path, only_written))
    assert got == {name: WORDS.get(who, who) for name, _, who in ROWS}
