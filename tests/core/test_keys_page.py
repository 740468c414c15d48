import re

import pytest
from django.core.management import CommandError, call_command

from core.api_keys import create_key, find_key
from core.models import ApiKey
from tests.core.test_api_keys import AT, make_key

URL = "/keys/"
GOOD = {"name": "Gateway", "scopes": ["events:write"], "days": "90"}


def shown_key(html: str) -> str:
    found = re.search(r'id="new-key">(qk_[^<]+)<', html)
    return found[1] if found else ""


def test_a_new_key_is_shown_once_in_a_plain_browser(ivo, client_of):
    browser = client_of(ivo)
    done = browser.post(URL, GOOD)
    assert (done.status_code, done["Location"]) == (303, URL)
    text = shown_key(browser.get(URL).content.decode())
    assert find_key(text, at=AT).owner == ivo
    assert shown_key(browser.get(URL).content.decode()) == ""
    made = ApiKey.objects.get()
    assert (made.name, made.scopes, (made.expires_at - made.created_at).days) == ("Gateway", ["events:write"], 90)


def test_htmx_gets_the_part_with_the_key(ivo, client_of):
    browser = client_of(ivo)
    part = browser.post(URL, GOOD, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert ApiKey.objects.get() == find_key(shown_key(part), at=AT)
    assert shown_key(browser.get(URL).content.decode()) == ""


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": ""}, "This field is required."),
        ({"scopes": []}, "This field is required."),
        ({"scopes": ["all"]}, "Select a valid choice."),
        ({"days": "7"}, "Select a valid choice."),
    ],
)
def test_wrong_input_makes_no_key(ivo, client_of, changes, said):
    answer = client_of(ivo).post(URL, {**GOOD, **changes})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not ApiKey.objects.exists()


def test_ada_may_not_send_events_by_a_key(ada, client_of):
    answer = client_of(ada).post(URL, GOOD)
    assert answer.status_code == 422
    assert not ApiKey.objects.exists()


def test_strangers_and_nobody(dan, client, client_of):
    assert client_of(dan).get(URL).status_code == 404
    assert client_of(dan).post(URL, GOOD).status_code == 404
    assert client.get(URL)["Location"] == "/login/?next=%2Fkeys%2F"


def test_revoking_in_plain_and_htmx(ivo, client_of):
    browser = client_of(ivo)
    first, second = make_key(ivo).key, make_key(ivo, name="Other").key
    assert browser.post(f"{URL}{first.prefix}/revocation/")["Location"] == URL
    part = browser.post(f"{URL}{second.prefix}/revocation/", headers={"HX-Request": "true"}).content.decode()
    assert part.count("Revoked") == 2
    assert not ApiKey.objects.filter(revoked_at=None).exists()


def test_revoking_is_a_post_of_its_owner(ivo, pia, dan, client_of):
    key = make_key(ivo).key
    address = f"{URL}{key.prefix}/revocation/"
    assert client_of(ivo).get(address).status_code == 405
    assert [client_of(person).post(address).status_code for person in (pia, dan)] == [404, 404]
    assert ApiKey.objects.get().revoked_at is None


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries(ivo, client_of, django_assert_num_queries, count):
    browser = client_of(ivo)
    for n in range(count):
        make_key(ivo, name=f"Key {n}")
    with django_assert_num_queries(3):
        page = browser.get(URL).content.decode()
    assert [f"Key {n}" in page for n in range(3)] == [n < count for n in range(3)]


def test_nobody_sees_the_keys_of_others(ivo, pia, client_of):
    make_key(ivo, name="Ivo's own")
    page = client_of(pia).get(URL).content.decode()
    assert "No key yet" in page
    assert "Ivo&#x27;s own" not in page
    assert ApiKey.objects.count() == 1


def test_the_command_makes_lists_and_revokes(ivo, capsys):
    call_command("api_key", "create", "--owner", "ivo", "--name", "Gateway", "--scope", "events:write", "--days", "0")
    text = capsys.readouterr().out.strip()
    key = find_key(text, at=AT)
    assert (key.owner, key.expires_at) == (ivo, None)
    call_command("api_key", "list")
    assert capsys.readouterr().out.split()[:4] == [key.prefix, "active", "ivo", "events:write"]
    call_command("api_key", "revoke", key.prefix)
    assert capsys.readouterr().out == f"Gateway ({key.prefix}) is revoked.\n"
    key.refresh_from_db()
    assert key.revoked_at


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["create", "--owner", "nobody", "--name", "x", "--scope", "events:write"], 'There is no user "nobody".'),
        (["create", "--owner", "dan", "--name", "x", "--scope", "events:write"], "scopes: dan cannot give"),
        (["revoke", "abc"], 'There is no key "abc".'),
    ],
)
def test_the_command_refuses(dan, arguments, said):
    with pytest.raises(CommandError, match=said):
        call_command("api_key", *arguments)
    assert not ApiKey.objects.exists()


def test_someone_whose_right_was_taken_keeps_no_more_by_a_key(ivo, client):
    text = create_key(owner=ivo, name="x", scopes=["events:write"], expires_at=None, by=ivo, at=AT).text
    ivo.roles = []
    ivo.save()
    answer = client.post("/api/v1/events/", "[]", "application/json", headers={"Authorization": f"Bearer {text}"})
    assert answer.status_code == 404
