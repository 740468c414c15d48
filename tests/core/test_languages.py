"""Who reads in which language, and that every marked string has its words."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.conf import settings
from django.template import Context, Template
from django.test import Client
from django.utils import translation

from core import catalogs, formats
from core.fields import NumberField, lenient
from core.models import User
from core.script_words import WORDS

GERMAN = {"HTTP_ACCEPT_LANGUAGE": "de-AT,de;q=0.9,en;q=0.5"}
MEND = "Run `make messages`, then write the words of the entries named here into locale/{}/LC_MESSAGES/django.po."


def lang_of(response) -> str:
    return re.search(r'<html lang="(\w+)"', response.content.decode())[1]


def test_the_browser_asks_for_a_language_the_person_chooses_one(ada, client_of):
    client = client_of(ada)
    assert lang_of(client.get("/")) == "en"
    assert lang_of(client.get("/", **GERMAN)) == "de"
    response = client.post("/language/", {"language": "de", "next": "/?a=1"})
    assert (response.status_code, response["Location"]) == (303, "/?a=1")
    assert User.objects.get(pk=ada.pk).language == "de"
    assert lang_of(client_of(ada).get("/")) == "de"
    client.post("/language/", {"language": "en"})
    assert lang_of(client.get("/", **GERMAN)) == "en"


def test_without_an_account_the_browser_keeps_the_choice(db):
    client = Client()
    assert lang_of(client.get("/login/", **GERMAN)) == "de"
    client.post("/language/", {"language": "en", "next": "/login/"}, **GERMAN)
    assert lang_of(client.get("/login/", **GERMAN)) == "en"


def test_an_unknown_language_changes_nothing_and_leads_nowhere_else(ada, client_of):
    client = client_of(ada)
    response = client.post("/language/", {"language": "xx", "next": "https://evil.example/"})
    assert (response.status_code, response["Location"]) == (303, "/")
    assert User.objects.get(pk=ada.pk).language == ""
    assert client.get("/language/").status_code == 405


def test_programs_are_answered_in_the_language_of_the_house(ada, client_of):
    ada.language = "de"
    ada.save()
    assert client_of(ada).get("/api/v1/catalog/prices/", **GERMAN)["Content-Language"] == "en"


@pytest.mark.parametrize(
    ("written", "english", "german"),
    [
        (lambda: formats.money("12345.6", "EUR"), "EUR 12,345.60", "12.345,60 EUR"),
        (lambda: formats.money("-3.5", "USD"), "−USD 3.50", "−3,50 USD"),
        (lambda: formats.bare_money("1234.5", "JPY"), "1,235", "1.235"),
        (lambda: formats.unit_price("0.000003", "USD"), "USD 0.000003", "0,000003 USD"),
        (lambda: formats.quantity("1250000.50"), "1,250,000.5", "1.250.000,5"),
        (lambda: formats.percent("12.50"), "12.5 %", "12,5 %"),
        (lambda: formats.day("2026-03-05"), "5 March 2026", "5. März 2026"),
        (lambda: formats.short_day(date(2026, 12, 31)), "31 Dec 2026", "31.12.2026"),
        (lambda: formats.month("2027-05"), "May 2027", "Mai 2027"),
        (lambda: formats.moment(datetime(2026, 3, 5, 4, 7, tzinfo=UTC)), "5 Mar 2026, 04:07", "05.03.2026, 04:07"),
    ],
)
def test_numbers_and_days_as_each_language_writes_them(written, english, german):
    assert written() == english
    with translation.override("de"):
        assert written() == german


def test_for_a_glance():
    template = Template('{{ 1240000|short_money:"EUR" }} {{ 982400|short_number }} {{ "0.0042"|short_number }}')
    assert template.render(Context()).replace("\u00a0", " ") == "EUR 1.24M 982k 0.0042"
    with translation.override("de"):
        assert template.render(Context()).replace("\u00a0", " ") == "1,24 Mio. EUR 982 Tsd. 0,0042"


@pytest.mark.parametrize("typed", ["1,200.50", "1.200,50", "1 200,5", "1'200.5"])
@pytest.mark.parametrize("language", ["en", "de"])
def test_what_can_be_read_one_way_is_read_so_in_both_languages(typed, language):
    with translation.override(language):
        assert lenient(typed) == Decimal("1200.5")


@pytest.mark.parametrize(
    ("typed", "english", "german"),
    [
        ("1,200", "1200", "1.2"),
        ("1.200", "1.2", "1200"),
        ("-9,999", "-9999", "-9.999"),
        ("0.125", "0.125", "0.125"),
        ("0,125", "0.125", "0.125"),
        ("15,5 %", "15.5", "15.5"),
        ("1.200.000", "1200000", "1200000"),
        ("1234,567", "1234.567", "1234.567"),
    ],
)
def test_what_can_be_read_two_ways_is_read_as_the_person_writes(typed, english, german):
    assert lenient(typed) == Decimal(english)
    with translation.override("de"):
        assert lenient(typed) == Decimal(german)


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("stored", ["1.125", "1200", "1250000.000001", "0.000003", "999.999"])
def test_what_is_shown_in_an_input_is_read_back_exactly(stored, language):
    field = NumberField(label="Price", digits=12)
    with translation.override(language):
        assert field.clean(formats.quantity(stored)) == Decimal(stored)


@pytest.mark.parametrize("language", catalogs.languages())
def test_every_marked_string_has_words_in_every_language(language):
    catalog = catalogs.read(catalogs.source_of(language))
    kept = {(entry.id, entry.context) for entry in catalog if entry.id}
    marked = {(entry.id, entry.context) for entry in catalogs.marked()}
    assert marked - kept == set(), MEND.format(language)
    assert kept - marked == set(), MEND.format(language)
    assert [entry.id for entry in catalogs.waiting(catalog)] == [], MEND.format(language)


def test_what_the_scripts_say_by_themselves_has_words():
    scripts = "".join(path.read_text() for path in (settings.BASE_DIR / "static").glob("*.js"))
    calls = re.findall(r"\bsaid\(([^)]*)\)", scripts)
    assert {text for call in calls for text in re.findall(r'"([^"]+)"', call)} == set(WORDS)
    assert re.findall(r'\btext: "([^"]+)"', scripts) == []


@pytest.mark.parametrize("language", catalogs.languages())
def test_words_fill_in_what_the_original_fills_in(language):
    wrong = [entry.id for entry in catalogs.read(catalogs.source_of(language)) if entry.id and not same_blanks(entry)]
    assert wrong == []


def same_blanks(entry) -> bool:
    wanted = set().union(*(blanks(text) for text in (entry.id if isinstance(entry.id, tuple) else (entry.id,))))
    return all(blanks(text) <= wanted for text in catalogs.words_of(entry)) and (
        blanks(catalogs.words_of(entry)[-1]) == wanted
    )


@pytest.mark.parametrize("language", catalogs.languages())
def test_words_that_are_put_behind_a_number_keep_their_distance(language):
    entries = [entry for entry in catalogs.read(catalogs.source_of(language)) if isinstance(entry.id, str) and entry.id]
    wrong = [entry.id for entry in entries if ends(entry.id) != ends(catalogs.words_of(entry)[0])]
    assert wrong == []


def ends(text: str) -> tuple[bool, bool]:
    return text.startswith(" "), text.endswith(" ")


def blanks(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)s|%[sd%]|\{\w*\}", text))


def test_a_page_and_code_are_both_searched(tmp_path):
    page, code = tmp_path / "page.html", tmp_path / "code.py"
    page.write_text(
        '<p>\n  {% translate "One" %} {{ x|default:_("Two") }}{% include "a.html" with title=_("Three") %}</p>\n'
        "{% blocktranslate trimmed count n=n %}\n {{ n }} line\n{% plural %}\n {{ n }} lines\n{% endblocktranslate %}"
    )
    code.write_text('from django.utils.translation import gettext as _\n_("Four")\n_(\n    "Fi"\n    "ve"\n)\n')
    found = [entry.id for path in (page, code) for entry in catalogs.strings_in(path)]
    assert found == ["One", "Two", "Three", ("%(n)s line", "%(n)s lines"), "Four", "Five"]
