"""Every deed that is recorded has its words, in each language."""

import ast
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation
from django.utils.timezone import now

from core import audit
from core.verbs import VERBS, verb_in_words
from quotes.rules.transitions import Verb

BASE = Path(settings.BASE_DIR)
ROOMS = ("core", "catalog", "customers", "metering", "forecasting", "quotes", "billing", "crm")
PREFIXED = {"forecasting/actions/scenarios.py": "forecast.", "forecasting/actions/portfolio.py": "portfolio."}
PAPER = "quotes/actions/paper.py"
WRITERS = ("record", "settle", "note", "change")


def recorded() -> set[str]:
    """The verbs that code hands to whoever writes the entry."""
    found = {str(verb) for verb in Verb}
    for path in (path for room in ROOMS for path in (BASE / room).rglob("*.py")):
        place = path.relative_to(BASE).as_posix()
        for verb in verbs_in(ast.parse(path.read_text(encoding="utf-8"))):
            if place == PAPER:
                found |= {f"{verb}_clause", f"{verb}_layout"}
            else:
                found.add(PREFIXED.get(place, "") + verb)
    return found


def verbs_in(tree: ast.Module):
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call) and len(node.args) > 1):
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if name in WRITERS and any(word.arg == "at" for word in call.keywords):
            verb = call.args[1]
            choices = (verb.body, verb.orelse) if isinstance(verb, ast.IfExp) else (verb,)
            yield from (one.value for one in choices if isinstance(one, ast.Constant) and isinstance(one.value, str))


def test_every_recorded_verb_has_words():
    found = recorded()
    assert {"edit_line", "published", "add_guided", "forecast.add_driver", "portfolio.start", "edit_clause"} <= found
    assert found - VERBS.keys() == set()


def test_a_german_reader_gets_german():
    with translation.override("de"):
        assert verb_in_words("edit_line") == "Position bearbeitet"
        assert [verb for verb, said in VERBS.items() if not str(said)] == []
    assert verb_in_words("edit_line") == "edited a line"
    assert verb_in_words("never_heard.of") == "never heard of"


@pytest.mark.parametrize(("language", "words"), [("en", "invited"), ("de", "eingeladen")])
def test_the_audit_page_speaks_the_readers_language(ben, client_of, language, words):
    audit.record(ben, "invited", "person:eve", at=now())
    page = client_of(ben).get("/audit/", HTTP_ACCEPT_LANGUAGE=language).content.decode()
    assert f'<option value="invited">{words}</option>' in page
