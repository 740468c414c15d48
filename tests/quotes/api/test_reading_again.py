"""What was read is kept for the next reader, and never told once it is no longer so."""

from decimal import Decimal

import pytest

from core.api_keys import create_key
from core.models import User
from core.roles import ROLES
from quotes.actions.approvals import decide
from quotes.actions.drafts import edit_version
from quotes.actions.lines import edit_line, remove_line
from quotes.models import QuoteLine, QuoteVersion
from tests.conftest import make_person
from tests.factories import AT, make_draft_quote, make_submitted_quote

pytestmark = pytest.mark.django_db

VERSION = "/api/v1/quotes/Q-2026-0001/versions/1/"
QUOTE = "/api/v1/quotes/Q-2026-0001/"
NOWHERE = "/api/v1/quotes/Q-2026-9999/versions/1/"


@pytest.fixture
def reader(client):
    """Reads with a key of this person."""

    def of(username):
        owner = User.objects.filter(username=username).first() or make_person(username)
        text = create_key(owner=owner, name="k", scopes=["quotes:read"], expires_at=None, by=owner, at=AT).text

        def read(url=VERSION):
            return client.get(url, headers={"Authorization": f"Bearer {text}"})

        # The first call writes when the key was used last, the second reads the key that was written.
        assert [read(NOWHERE).status_code for _ in range(2)] == [404, 404]
        return read

    return of


def with_lines(count: int) -> QuoteVersion:
    """A draft of so many lines of one price."""
    version = make_draft_quote()
    version.lines.exclude(key="seats").delete()
    line = version.lines.get()
    QuoteLine.objects.bulk_create(
        QuoteLine(
            version=version,
            position=line.position + n,
            key=f"seats-{n}",
            price=line.price,
            part=line.part,
            component=line.component,
            list_component=line.list_component,
        )
        for n in range(1, count)
    )
    return version


@pytest.mark.parametrize("count", [1, 3, 200])
def test_reading_costs_the_same_queries(count, reader, django_assert_num_queries):
    """The key; the state of the version; and once for each state the version and its lines."""
    with_lines(count)
    read = reader("ada")
    with django_assert_num_queries(4):
        assert len(read().json()["lines"]) == count
    with django_assert_num_queries(2):
        assert len(read().json()["lines"]) == count


def test_a_submitted_one_costs_its_approvals_too(reader, django_assert_num_queries):
    make_submitted_quote()
    read = reader("ada")
    read()
    with django_assert_num_queries(3):
        assert len(read().json()["approvals"]) == 1


def test_every_edit_is_read(reader, ada):
    version, read = make_draft_quote(), reader("ada")
    before = read()
    version = edit_version(version, by=ada, at=AT, title="Another")
    assert (read().json()["title"], read()["ETag"] == before["ETag"]) == ("Another", False)
    version = edit_line(version.lines.get(key="seats"), by=ada, at=AT, quantity=Decimal(77))
    [seats] = [line for line in read().json()["lines"] if line["key"] == "seats"]
    assert seats["component"]["quantity"]["value"] == "77"
    remove_line(version.lines.get(key="seats"), by=ada, at=AT)
    assert "seats" not in [line["key"] for line in read().json()["lines"]]


def test_every_decision_and_the_name_of_who_decided_is_read(reader, ben):
    version = make_submitted_quote()
    read = reader("ada")
    assert read().json()["approvals"][0]["decided_by"] is None
    decide(version, decision="approve", sha256=version.sha256, by=ben, at=AT)
    assert (read().json()["status"], read().json()["approvals"][0]["decided_by"]) == ("approved", ben.get_full_name())
    User.objects.filter(pk=ben.pk).update(first_name="Benedict")
    assert read().json()["approvals"][0]["decided_by"].startswith("Benedict")


def test_each_reader_sees_what_they_may(reader, monkeypatch):
    """What one reader's answer holds is not told to the next: others' quotes, and reasons that speak of margin."""
    version = make_submitted_quote()
    version.approvals.update(secret=True)
    assert [reader(name)().status_code for name in ("ada", "eve", "ben", "pia")] == [200, 404, 200, 200]
    monkeypatch.setitem(ROLES, "finance", ROLES["finance"] - {"see_margin"})
    assert [reader(name)().json()["approvals"][0]["reason"] is None for name in ("ada", "fay", "ben")] == [
        False,
        True,
        False,
    ]


def test_chosen_fields_leave_what_is_kept_whole(reader):
    make_draft_quote()
    read = reader("ada")
    whole = read().json()
    assert read(f"{VERSION}?fields=title,lines.key").json() == {
        "title": whole["title"],
        "lines": [{"key": line["key"]} for line in whole["lines"]],
    }
    assert read().json() == whole
    expanded = read(f"{VERSION}?expand=snapshot").json()
    assert expanded == {**whole, "snapshot": None}


@pytest.mark.parametrize(("url", "fields"), [(VERSION, "pricing"), (QUOTE, "newest.snapshot")])
def test_what_is_missing_comes_by_expanding(reader, url, fields):
    make_draft_quote()
    name = fields.rpartition(".")[2]
    answer = reader("ada")(f"{url}?fields={fields}")
    said = f"fields: {name} comes only with expand={name}; add that to the query."
    assert (answer.status_code, answer.json()["errors"]) == (422, {"fields": said})
    assert reader("ada")(f"{url}?fields={fields}&expand={name}").status_code == 200
