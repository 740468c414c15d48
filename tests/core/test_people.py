"""Who may come in: invited, given roles, helped back in by an administrator; each step stands in the audit log."""

from urllib.parse import urlsplit

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice

from core import audit, second_factor
from core.models import Mail, ProviderIdentity, RecoveryCode, User
from core.roles import ROLES
from tests.conftest import make_person
from tests.factories import AT

pytestmark = pytest.mark.django_db

URL = "/people/"
NEW = {"username": "noa", "email": "noa@northlight.example", "first_name": "Noa", "roles": ["sales"]}
SAVED = {"first_name": "Ada", "last_name": "Lindqvist", "email": "ada@northlight.example", "is_active": "on"}


@pytest.fixture
def admin(mia, client_of) -> Client:
    return client_of(mia)


def picture() -> list[object]:
    fields = ("username", "email", "password", "roles", "is_active", "is_superuser", "title")
    return [list(User.objects.order_by("pk").values_list(*fields)), Mail.objects.count(), audit.newest().count()]


def test_somebody_is_invited_and_gets_a_link(admin):
    answer = admin.post(URL, NEW)
    assert (answer.status_code, answer["Location"]) == (303, "/people/noa/")
    noa = User.objects.get(username="noa")
    assert (noa.roles, noa.has_usable_password(), noa.is_superuser, noa.is_staff) == (["sales"], False, False, False)
    letter = Mail.objects.get()
    assert (letter.to, letter.subject, letter.secret) == (NEW["email"], "Welcome to Quantile", f"password:{noa.pk}")
    assert [(entry.verb, entry.by) for entry in audit.history("person:noa")] == [
        ("invited", "mia"),
        ("send_password_link", "mia"),
    ]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"username": "ADA"}, "This user name is taken"),
        ({"username": "no spaces"}, "valid username"),
        ({"username": "n" * 65}, "at most 64 characters"),
        ({"email": "ADA@northlight.example"}, "Somebody with this address is here already"),
        ({"email": "nothing"}, "valid email"),
        ({"roles": ["owner"]}, "owner"),
    ],
)
def test_an_invitation_that_does_not_fit_changes_nothing(admin, ada, given, message):
    before = picture()
    answer = admin.post(URL, {**NEW, **given})
    assert (answer.status_code, picture()) == (422, before)
    assert message in answer.content.decode()


def test_more_in_the_form_than_it_asks_for_is_not_taken(admin):
    admin.post(URL, {**NEW, "is_superuser": "on", "is_staff": "on", "password": "x", "language": "de"})
    noa = User.objects.get(username="noa")
    assert (noa.is_superuser, noa.is_staff, noa.language, noa.has_usable_password()) == (False, False, "", False)


@pytest.mark.parametrize(
    ("given", "ends"),
    [
        ({"roles": ["sales", "finance"]}, True),
        ({"roles": ["sales"], "is_active": ""}, True),
        ({"roles": ["sales"], "email": "a@northlight.example"}, True),
        ({"roles": ["sales"], "title": "Director"}, False),
    ],
    ids=["roles", "closed", "address", "title"],
)
def test_rights_that_change_end_every_session(admin, ada, client_of, given, ends):
    browser = client_of(ada)
    assert admin.post("/people/ada/", {**SAVED, **given}).status_code == 303
    assert (browser.get("/account/").status_code == 302) == ends
    entry = audit.history("person:ada").get()
    assert (entry.verb, set(entry.data["to"])) == ("changed", set(given) - {"roles"} or {"roles"})


def test_saving_the_same_writes_nothing(admin, ada):
    before = picture()
    assert admin.post("/people/ada/", {**SAVED, "roles": ["sales"]}).status_code == 303
    assert picture()[1:] == before[1:]


def test_nobody_changes_their_own_rights(admin, mia):
    before = picture()
    own = {"first_name": "Mia", "last_name": "Sato", "email": "mia@northlight.example", "is_active": "on"}
    assert admin.post("/people/mia/", {**own, "roles": list(ROLES)}).status_code == 409
    assert admin.post("/people/mia/second-factor/ending/").status_code == 409
    assert admin.post("/people/mia/identity/ending/").status_code == 409
    assert picture() == before


def test_an_administrator_resets_a_second_factor(admin, ada, client_of):
    TOTPDevice.objects.create(user=ada, name="app", confirmed=True)
    second_factor.write_codes(ada)
    browser = client_of(ada)
    path = "/people/ada/second-factor/ending/"
    assert admin.get(path).status_code == 405
    assert admin.post(path)["Location"] == "/people/ada/"
    assert (second_factor.device_of(ada), RecoveryCode.objects.count()) == (None, 0)
    assert browser.get("/account/").status_code == 302
    assert [(e.verb, e.by) for e in audit.history("person:ada")] == [("turn_off_second_factor", "mia")]


def test_an_administrator_unbinds_an_identity_and_sends_links(admin, ada):
    ProviderIdentity.objects.create(person=ada, issuer="https://id.example", subject="7", bound_at=AT)
    assert "https://id.example" in admin.get("/people/ada/").content.decode()
    assert admin.post("/people/ada/identity/ending/").status_code == 303
    assert ProviderIdentity.objects.count() == 0
    assert admin.post("/people/ada/password-link/").status_code == 303
    assert Mail.objects.get().to == ada.email
    assert [e.verb for e in audit.history("person:ada")] == ["forgot_identity", "send_password_link"]


@pytest.mark.parametrize(
    "path", ["", "ada/", "ada/password-link/", "ada/second-factor/ending/", "ada/identity/ending/"]
)
def test_people_are_the_administrators_business(ada, ben, client_of, path):
    before, clients = picture(), (client_of(ben), client_of(ada))
    for client in clients:
        assert client.post(URL + path, {**SAVED, "roles": ["finance"]}).status_code == 404
    assert Client().post(URL + path).status_code == 302
    assert picture() == before


def test_where_no_mail_server_is_the_link_is_handed_on(admin, ada, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    assert "/account/password/" not in admin.get("/people/ada/").content.decode()
    admin.post("/people/ada/password-link/")
    assert "/account/password/" in admin.get("/people/ada/").content.decode()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    assert "/account/password/" not in admin.get("/people/ada/").content.decode()


def test_one_person_and_three_take_as_many_queries(admin, django_assert_num_queries):
    for names in (["ada"], ["ben", "fay"]):
        for name in names:
            make_person(name)
        with django_assert_num_queries(4):
            admin.get(URL)


def test_the_first_administrator_is_invited_by_command(db, capsys):
    call_command("invite", "noa", "noa@northlight.example", "--role", "admin")
    link = capsys.readouterr().out.strip()
    assert User.objects.get(username="noa").roles == ["admin"]
    assert Client().get(urlsplit(link).path)["Location"].endswith("/set-password/")
    with pytest.raises(CommandError, match="This user name is taken"):
        call_command("invite", "noa", "other@northlight.example")


def test_an_administrator_sees_nothing_of_deals():
    assert {permission.value for permission in ROLES["admin"]} == {
        "manage_people",
        "manage_webhooks",
        "manage_connections",
    }
