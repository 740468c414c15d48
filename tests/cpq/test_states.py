"""Every list with nothing in it says so and what to do next; who may not see it is told nothing; one that fails to load
says that (tests/e2e/test_states.py)."""

import re
from html import unescape

import pytest

from tests.conftest import make_person

pytestmark = pytest.mark.django_db

EMPTY = {
    "ada": {
        "/quotes/": "No quotes yet",
        "/quotes/?search=zzz": "No quote matches",
        "/quotes/views/": "No saved views yet",
        "/quotes/templates/": "No templates yet",
        "/quotes/home/": "You have no drafts.",
        "/search/": "Search everything",
        "/search/?q=zzz": "Nothing found",
        "/customers/": "No customers yet",
        "/customers/?q=zzz": "No customer fits",
        "/catalog/": "No price book yet",
        "/contracts/": "No contracts yet",
        "/contracts/?text=zzz": "Nothing matches",
        "/contracts/stuck/": "Every contract has reached billing",
        "/forecasts/won/": "No deal with a forecast is won yet.",
        "/usage/": "No usage yet",
        "/forecasts/": "Not measured yet",
    },
    "ben": {
        "/approvals/": "Nothing waits for you",
        "/approvals/stand-ins/": "Nobody: what waits for you waits for you.",
        "/mailbox/": "No mail yet",
        "/audit/": "No changes yet",
        "/audit/?subject=zzz": "Nothing matches",
    },
    "pia": {"/usage/sources/": "No sources yet", "/usage/imports/": "Nothing brought yet", "/keys/": "No key yet"},
}


def words(html: str) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html[html.index("<main") :])))


PAGES = [(who, path, said) for who, pages in EMPTY.items() for path, said in pages.items()]


@pytest.mark.parametrize(("who", "path", "said"), PAGES)
def test_an_empty_list_says_so(client_of, who, path, said):
    assert said in words(client_of(make_person(who)).get(path).content.decode())


@pytest.mark.parametrize("path", sorted({path for _, path, _ in PAGES}))
def test_whoever_has_no_role_is_told_nothing(dan, client_of, path):
    assert client_of(dan).get(path).status_code == 404


def test_who_has_no_role_reads_what_to_do(dan, client_of):
    assert "Your account has no role yet" in words(client_of(dan).get("/").content.decode())
