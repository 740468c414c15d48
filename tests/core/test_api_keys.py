from datetime import UTC, datetime, timedelta

import pytest

from core import audit
from core.api_keys import KeyRefused, create_key, find_key, revoke_key, state_of
from core.errors import Invalid
from core.models import ApiKey, AuditEntry, User

AT = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


def make_key(owner, *, scopes=("events:write",), expires_at=None, name="Gateway", agent=False):
    return create_key(owner=owner, name=name, scopes=scopes, expires_at=expires_at, agent=agent, by=owner, at=AT)


def test_a_key_is_found_by_its_text_alone_and_only_its_hash_is_kept(ivo):
    key, text = make_key(ivo)
    assert text.startswith(f"qk_{key.prefix}_")
    assert find_key(text, at=AT) == key
    secret = text.split("_", 2)[2]
    assert [value for value in ApiKey.objects.values_list().get() if secret in str(value)] == []
    assert secret not in str(list(AuditEntry.objects.values()))


def test_two_keys_are_two(ivo):
    assert len({make_key(ivo).text for _ in range(3)}) == 3


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text[:-1],
        lambda text: text + "a",
        lambda text: text[3:],
        lambda text: "",
        lambda text: "qk__",
        lambda text: "\ud800",
    ],
)
def test_another_text_opens_nothing(ivo, spoil):
    _, text = make_key(ivo)
    with pytest.raises(KeyRefused):
        find_key(spoil(text), at=AT)
    assert ApiKey.objects.get().last_used_at is None


def test_a_key_ends(ivo):
    key, text = make_key(ivo, expires_at=AT + timedelta(days=1))
    assert find_key(text, at=AT + timedelta(hours=23)) == key
    assert state_of(key, AT + timedelta(days=1)) == "expired"
    with pytest.raises(KeyRefused):
        find_key(text, at=AT + timedelta(days=1))


def test_a_revoked_key_opens_nothing_and_is_revoked_once(ivo):
    key, text = make_key(ivo)
    revoke_key(key, by=ivo, at=AT)
    again = revoke_key(key, by=ivo, at=AT + timedelta(days=1))
    with pytest.raises(KeyRefused):
        find_key(text, at=AT)
    assert again.revoked_at == AT
    assert [entry.verb for entry in audit.history(f"api-key:{key.prefix}")] == ["created", "revoked"]


def test_a_key_ends_with_its_owners_account(ivo):
    _, text = make_key(ivo)
    ivo.is_active = False
    ivo.save()
    with pytest.raises(KeyRefused):
        find_key(text, at=AT)


def test_a_key_is_read_once_until_it_or_its_owner_changes(ivo, django_assert_num_queries):
    key, text = make_key(ivo)
    find_key(text, at=AT)
    first = find_key(text, at=AT)
    with django_assert_num_queries(1):
        assert find_key(text, at=AT).owner == ivo
    first.owner.roles.append("admin")
    first.scopes.append("quotes:read")
    found = find_key(text, at=AT)
    assert (found.scopes, found.owner.roles) == (["events:write"], ["integrator"])
    User.objects.filter(pk=ivo.pk).update(roles=["sales"])
    ApiKey.objects.filter(pk=key.pk).update(scopes=["quotes:read"])
    now = find_key(text, at=AT)
    assert (now.scopes, now.owner.roles) == (["quotes:read"], ["sales"])


def test_the_last_use_is_kept_to_the_minute(ivo, django_assert_num_queries):
    key, text = make_key(ivo)
    find_key(text, at=AT)
    with django_assert_num_queries(1):
        find_key(text, at=AT + timedelta(seconds=59))
    key.refresh_from_db()
    assert key.last_used_at == AT
    find_key(text, at=AT + timedelta(seconds=61))
    key.refresh_from_db()
    assert key.last_used_at == AT + timedelta(seconds=61)


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"name": " "}, {"name": "name: between 1 and 80 characters, such as what will use the key."}),
        ({"scopes": []}, {"scopes": "scopes: choose at least one."}),
        (
            {"scopes": ["all"]},
            {
                "scopes": 'scopes: ivo cannot give "all"; the scopes to give: events:write, usage:read, catalog:read, '
                "customers:read, forecasts:read, prices:read, notices:manage, contracts:read, webhooks:manage."
            },
        ),
        ({"expires_at": AT}, {"expires": "expires: choose a time to come."}),
    ],
)
def test_a_key_that_cannot_be(ivo, changes, errors):
    with pytest.raises(Invalid) as refusal:
        make_key(ivo, **changes)
    assert refusal.value.errors == errors
    assert not ApiKey.objects.exists()


def test_nobody_gives_what_they_do_not_have(ada):
    with pytest.raises(Invalid):
        make_key(ada, scopes=["events:write"])
    assert make_key(ada, scopes=["usage:read"]).key.owner == ada


def test_an_agents_key_has_nothing_of_what_a_person_decides(ada):
    with pytest.raises(Invalid) as refusal:
        make_key(ada, scopes=["quotes:write", "quotes:send"], agent=True)
    assert refusal.value.errors["scopes"].startswith('scopes: ada cannot give "quotes:send"')
    assert make_key(ada, scopes=["quotes:write", "quotes:submit"], agent=True).key.agent
