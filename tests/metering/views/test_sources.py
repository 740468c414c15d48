from datetime import UTC, datetime

import pytest

from core import audit
from metering.actions.sources import is_due
from metering.models import UsageSource
from metering.sources.config import configured_sources

URL = "/usage/sources/"
HTMX = {"HX-Request": "true"}
FILE = """
sources:
  - {name: meters, kind: openmeter, secret_env: METERS_KEY, start: 2026-01-01, endpoint: "https://meters.example",
     meters: {tokens_total: {meter: tokens}}}
"""
AT = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)


@pytest.fixture
def file(db, settings, tmp_path, monkeypatch):
    path = tmp_path / "sources.yaml"
    path.write_text(FILE)
    settings.USAGE_SOURCES = str(path)
    monkeypatch.setenv("METERS_KEY", "sk-very-secret")
    return path


def known(**values):
    return UsageSource.objects.create(**{"name": "meters", "kind": "openmeter", "tried_at": AT, **values})


def page(client, **headers):
    return client.get(URL, headers=headers or None).content.decode()


def test_without_a_file_the_page_says_how_to_begin(pia, client_of):
    assert "No sources yet" in page(client_of(pia))


def test_a_source_tells_how_far_it_was_read_and_no_secret(file, pia, client_of):
    known(watermark=AT, read_at=AT, accepted=12345, revised=7, rejections=1, rejected=[["k1", "value: missing."]])
    html = page(client_of(pia))
    assert "12,345, 7 corrected, 1 rejected" in html
    assert "value: missing." in html
    assert "sk-very-secret" not in html


def test_what_went_wrong_is_said_in_words(file, pia, client_of):
    known(error="meters: the server answered 500 four times.")
    html = page(client_of(pia))
    assert ("The last reading failed" in html, "answered 500 four times" in html) == (True, True)


def test_a_file_that_cannot_be_used_is_said_and_hides_nothing_known(file, pia, client_of):
    known()
    file.write_text("sources: 7")
    html = page(client_of(pia))
    assert "The file of sources cannot be used" in html
    assert "No longer in the file" in html
    assert client_of(pia).post(f"{URL}meters/reading/").status_code == 409


@pytest.mark.parametrize("asked_by", ["pia", "ivo"])
def test_run_now_makes_a_source_due(request, file, client_of, asked_by):
    known()
    [source] = configured_sources()
    assert not is_due(source, AT)
    done = client_of(request.getfixturevalue(asked_by)).post(f"{URL}meters/reading/")
    assert (done.status_code, done["Location"]) == (303, URL)
    assert is_due(source, AT)
    [entry] = audit.history("source:meters")
    assert (entry.by, entry.verb) == (asked_by, "asked to read")


def test_run_now_under_htmx_draws_the_sources_again(file, pia, client_of):
    answer = client_of(pia).post(f"{URL}meters/reading/", headers=HTMX)
    html = answer.content.decode()
    assert answer.status_code == 200
    assert html.lstrip().startswith('<div class="stack stack--6" id="sources"')
    assert "Waiting for its turn" in html


@pytest.mark.parametrize("username", ["ada", "ben", "fay", "dan"])
def test_those_who_may_not_bring_usage_find_and_change_nothing(request, file, client_of, username):
    known()
    browser = client_of(request.getfixturevalue(username))
    assert (browser.get(URL).status_code, browser.post(f"{URL}meters/reading/").status_code) == (404, 404)
    assert UsageSource.objects.get().tried_at == AT


def test_reading_changes_nothing_and_unknown_names_are_not_found(file, pia, client_of):
    assert client_of(pia).get(f"{URL}meters/reading/").status_code == 405
    assert client_of(pia).post(f"{URL}other/reading/").status_code == 404
    assert not UsageSource.objects.exists()


@pytest.mark.parametrize("rows", [1, 3])
def test_sources_take_the_same_queries(pia, client_of, django_assert_num_queries, rows):
    for n in range(rows):
        known(name=f"s{n}")
    browser = client_of(pia)
    with django_assert_num_queries(3):
        html = page(browser)
    assert html.count('<section class="panel"') == rows
