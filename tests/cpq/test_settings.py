import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

from cpq.broker import address_of
from cpq.settings import data, place


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql://ada:p%40ss@db.example:5433/quotes", ("quotes", "ada", "p@ss", "db.example", 5433)),
        ("postgresql://ada@/quotes?host=/run/postgres", ("quotes", "ada", "", "/run/postgres", "")),
    ],
)
def test_an_address_becomes_django_settings(url, expected):
    found = data.database(url)
    assert found["ENGINE"] == "django.db.backends.postgresql"
    assert tuple(found[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")) == expected


def test_without_an_address_the_embedded_server_is_used():
    assert data.database("")["ENGINE"] == "cpq.embedded"


def test_a_password_cannot_break_out_of_the_broker_address():
    database = data.database("postgresql://ada:a%27%20host%3Devil@db.example/quotes")
    assert address_of(database) == r"host='db.example' user='ada' password='a\' host=evil' dbname='quotes'"


def test_the_secret_key_is_made_once_and_private(tmp_path, monkeypatch):
    monkeypatch.setattr(place, "VAR", tmp_path)
    monkeypatch.delenv("SECRET_KEY", raising=False)
    key = place.secret_key()
    assert len(key) > 50
    assert place.secret_key() == key
    assert (tmp_path / "secret-key").stat().st_mode & 0o777 == 0o600


def test_a_public_site_does_not_start_without_a_secret_key(monkeypatch):
    monkeypatch.setattr(place, "PUBLIC", True)
    monkeypatch.delenv("SECRET_KEY", raising=False)
    with pytest.raises(ImproperlyConfigured, match="needs a SECRET_KEY"):
        place.secret_key()


def test_a_public_site_gets_no_people_whose_passwords_everyone_knows(settings):
    settings.PUBLIC = True
    with pytest.raises(CommandError, match=r"127\.0\.0\.1 only"):
        call_command("demo")
