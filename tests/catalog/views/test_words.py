"""The wordbook of a language as a page: what is missing, and words changed as a file of the catalog would."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from catalog.actions.code import apply_catalog
from catalog.models import Wordbook
from core.audit import history
from core.data_words import told
from tests.catalog.books import read_mapping, small
from tests.factories import AT

pytestmark = pytest.mark.django_db
PAGE = "/catalog/words/de/"


@pytest.fixture(autouse=True)
def catalog(pia):
    words = {"language": "de", "words": {"Seats": "Plätze", "seats": "Plätze"}}
    apply_catalog(read_mapping({**small(), "wordbooks": [words]}), by=pia, at=AT)


def known() -> dict[str, str]:
    return Wordbook.objects.get(language="de").words


def test_what_is_missing_is_shown_and_what_is_known_on_demand(pia, client_of):
    client = client_of(pia)
    missing = client.get(PAGE).content.decode()
    assert ('value="seat"' in missing, 'value="Plätze"' in missing) == (True, False)
    everything = client.get(f"{PAGE}?show=all").content.decode()
    assert ('value="seat"' in everything, 'value="Plätze"' in everything) == (True, True)
    found = client.get(f"{PAGE}?show=all&q=PLÄTZE").content.decode()
    assert ('value="Seats"' in found, 'value="seat"' in found) == (True, False)


@pytest.mark.parametrize("htmx", [False, True])
def test_pricing_operations_write_words_and_change_them(pia, client_of, htmx):
    before = history("catalog").count()
    typed = {"text": ["seat", "Seats", "never heard of"], "word": [" Platz ", "Sitze", "x"], "show": "all"}
    answer = client_of(pia).post(PAGE, typed, headers={"HX-Request": "true"} if htmx else None)
    assert answer.headers["HX-Redirect" if htmx else "Location"] == f"{PAGE}?show=all&q=&saved=1"
    assert known() == {"Seats": "Sitze", "seats": "Plätze", "seat": "Platz"}
    [entry] = history("catalog")[before:]
    assert (entry.by, entry.verb) == ("pia", "applied")
    assert entry.data["changes"] == ["~ wordbook de: words.Seats Plätze -> Sitze; words.seat none -> Platz"]
    with translation.override("de"):
        assert told("Seats") == "Sitze"


def test_what_is_as_it_was_is_no_change(pia, client_of):
    before = history("catalog").count()
    client_of(pia).post(PAGE, {"text": ["seat", "Seats"], "word": ["", "Plätze"]})
    assert history("catalog").count() == before


def test_a_word_is_not_taken_away_and_stays_typed(pia, client_of):
    answer = client_of(pia).post(PAGE, {"text": ["Seats", "seat"], "word": ["", "Platz"], "show": "all"})
    html = answer.content.decode()
    assert (answer.status_code, "“Seats” needs a word" in html, 'value="Platz"' in html) == (422, True, True)
    assert known() == {"Seats": "Plätze", "seats": "Plätze"}


def test_others_read_and_strangers_do_not(ada, ben, mia, dan, client, client_of):
    typed = {"text": ["seat"], "word": ["Platz"]}
    for who in (ada, ben):
        assert client_of(who).get(PAGE).status_code == 200
        assert client_of(who).post(PAGE, typed).status_code == 403
    assert [client_of(who).post(PAGE, typed).status_code for who in (mia, dan)] == [404, 404]
    assert client.post(PAGE, typed).headers["Location"].startswith("/login/")
    assert client_of(ada).get("/catalog/words/en/").status_code == 404
    assert client_of(ada).put(PAGE).status_code == 405
    assert known() == {"Seats": "Plätze", "seats": "Plätze"}


@pytest.mark.parametrize("queries", [12])
def test_2_and_3_words_take_the_same_queries(pia, client_of, queries):
    client = client_of(pia)
    for word in ("Platz", "Sitz"):
        with CaptureQueriesContext(connection) as taken:
            assert client.get(f"{PAGE}?show=all").status_code == 200
        assert len(taken) == queries
        client.post(PAGE, {"text": ["seat"], "word": [word]})
