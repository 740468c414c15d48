"""The guide's ten steps, as docs/API.md writes them, with the catalog that `make run` shows."""

import re
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest
from django.test import Client
from django.utils.timezone import now

from catalog.actions.books import publish_book
from catalog.actions.code import apply_catalog
from core.api_keys import create_key
from core.roles import scopes_of
from quotes.models import Contract
from tests.catalog.books import demo
from tests.conftest import make_person
from tests.factories import AT

pytestmark = pytest.mark.django_db
GUIDE = Path(__file__).parents[2] / "docs" / "API.md"


def full_key(username: str) -> str:
    owner = make_person(username)
    return create_key(owner=owner, name="k", scopes=scopes_of(owner), expires_at=None, by=owner, at=now()).text


def answered(request: httpx.Request) -> httpx.Response:
    """By the application itself, in the test's own transaction."""
    headers = {name: value for name, value in request.headers.items() if name not in ("content-type", "content-length")}
    kind = request.headers.get("content-type", "application/json")
    path = request.url.raw_path.decode()
    found = Client().generic(request.method, path, request.content, content_type=kind, headers=headers)
    return httpx.Response(found.status_code, headers=dict(found.headers), content=found.content, request=request)


def test_from_a_key_to_a_contract(monkeypatch, capsys):
    for book in apply_catalog(demo(), by=make_person("pia"), at=AT).books:
        publish_book(book, by=make_person("fay"), at=AT)
    monkeypatch.setenv("QUANTILE_URL", "http://testserver")
    monkeypatch.setenv("TODAY", str(now().date()))
    for name in ("ada", "ben"):
        monkeypatch.setenv(f"{name.upper()}_KEY", full_key(name))
    [calls] = re.findall(r"```python\n(.*?)```", GUIDE.read_text(), re.S)
    here = SimpleNamespace(Client=partial(httpx.Client, transport=httpx.MockTransport(answered)))
    exec(compile(calls.replace("import httpx\n", ""), "docs/API.md", "exec"), {"httpx": here})
    contract = Contract.objects.get()
    said = capsys.readouterr().out.split()
    assert said[0] == contract.number
    assert said[1] == str(contract.version.committed_total)[:-1]
    assert len(re.findall(r"^# \d+\. ", calls, re.M)) == 10
