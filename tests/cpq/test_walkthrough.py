"""The main job, headless: twice in a row two quotes with the same numbers."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import call_command
from pypdf import PdfReader

from quotes.models import Contract

KEYS = [
    "quote",
    "version",
    "hash",
    "currency",
    "committed_total",
    "bands",
    "margin",
    "forecast",
    "approvals",
    "pdf",
    "contract",
    "delivery",
]
OWN = {"quote", "hash", "pdf", "contract"}


@pytest.fixture
def company(db, settings, tmp_path) -> None:
    settings.BASE_DIR = tmp_path
    call_command("demo", stdout=io.StringIO())


def run() -> dict:
    out = io.StringIO()
    call_command("walkthrough", "--json", stdout=out)
    return json.loads(out.getvalue())


@pytest.mark.apart
def test_twice_in_a_row_gives_two_quotes_with_the_same_numbers(company):
    first, second = walked = [run() for _ in range(2)]
    assert list(first) == KEYS
    assert {key for key in KEYS if first[key] != second[key]} == OWN
    for done in walked:
        assert [row["decided_by"] for row in done["approvals"] if row["rule"] == "discount"] == ["ben"]
        assert done["delivery"] == {"target": "ledger", "state": "created"}
        assert len(done["bands"]["months"]) == 12
        assert {type(value) for value in [done["committed_total"], *done["bands"]["term"].values()]} == {str}
        contract = Contract.objects.get(number=done["contract"])
        assert (contract.sha256, contract.version.status) == (done["hash"], "contracted")
        text = PdfReader(Path(done["pdf"])).pages[0].extract_text()
        assert done["quote"] in text
        assert done["hash"][:12] in text


def test_the_story_names_everybody(company):
    out = io.StringIO()
    call_command("walkthrough", stdout=out)
    story = out.getvalue()
    assert [
        name
        for name in ("Ada drafted Q-", "Ben approved", "Cleo opened", "is created in the ledger")
        if name not in story
    ] == []
