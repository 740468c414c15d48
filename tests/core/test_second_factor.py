"""Codes of an authenticator app: set up, asked for, used once, counted when wrong, taken off again."""

import re
import time
from datetime import timedelta

import pytest
from django.test import Client
from django.utils.timezone import now
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from core import audit, second_factor
from core.models import BrowserSession, RecoveryCode
from tests.conftest import make_person

pytestmark = pytest.mark.django_db

SETUP, CODE, ACCOUNT = "/account/second-factor/", "/login/code/", "/account/"


@pytest.fixture
def clock(monkeypatch) -> dict[str, float]:
    """The second that the app and the server read."""
    kept = {"now": time.time()}
    monkeypatch.setattr(time, "time", lambda: kept["now"])
    return kept


def code_of(device: TOTPDevice, clock: dict[str, float], *, steps: int = 0) -> str:
    app = TOTP(device.bin_key)
    app.time = clock["now"] + 30 * steps
    return f"{app.token():06}"


def with_app(username: str = "ada") -> TOTPDevice:
    return TOTPDevice.objects.create(user=make_person(username), name="app", confirmed=True)


def first_step(username: str = "ada", to: str = "/account/") -> Client:
    client = Client()
    answer = client.post("/login/", {"username": username, "password": "secret", "next": to})
    assert (answer.status_code, answer["Location"]) == (302, CODE)
    return client


def is_in(client: Client) -> bool:
    return client.get(ACCOUNT).status_code == 200


def test_an_app_is_set_up_with_its_first_code_and_the_password(ada, client_of, clock):
    client, other = client_of(ada), client_of(ada)
    page = client.get(SETUP).content.decode()
    device = TOTPDevice.objects.get(user=ada)
    assert (device.confirmed, second_factor.device_of(ada)) == (False, None)
    assert second_factor.secret_text(device) in page
    assert "<svg" in page
    assert not re.search(r'\sstyle="|<script(?! src=)', page)
    done = client.post(SETUP, {"code": code_of(device, clock), "password": "secret"})
    shown = re.findall(r"<li><code>([\w-]+)</code>", done.content.decode())
    assert (done.status_code, len(shown), RecoveryCode.objects.filter(person=ada).count()) == (200, 10, 10)
    assert not RecoveryCode.objects.filter(sha256__in=shown).exists()
    assert second_factor.device_of(ada) == device
    assert (is_in(client), is_in(other)) == (True, False)
    assert [entry.verb for entry in audit.history("person:ada")] == ["turn_on_second_factor"]
    assert client.get(SETUP)["Location"] == ACCOUNT


@pytest.mark.parametrize(
    ("code", "password", "message"),
    [("000000", "secret", "not the code your app shows"), ("right", "wrong", "not your password")],
)
def test_a_wrong_code_or_password_turns_nothing_on(ada, client_of, clock, code, password, message):
    client = client_of(ada)
    client.get(SETUP)
    device = TOTPDevice.objects.get(user=ada)
    given = code_of(device, clock) if code == "right" else code
    answer = client.post(SETUP, {"code": given, "password": password})
    assert answer.status_code == 422
    assert message in answer.content.decode()
    assert (second_factor.device_of(ada), RecoveryCode.objects.count()) == (None, 0)
    assert audit.newest().count() == 0


def test_signing_in_asks_for_the_code(clock):
    device = with_app()
    client = first_step(to="/quotes/")
    assert not is_in(client)
    answer = client.post(CODE, {"code": code_of(device, clock)})
    assert (answer.status_code, answer["Location"]) == (302, "/quotes/")
    assert is_in(client)
    assert BrowserSession.objects.get(pk=client.cookies["sessionid"].value).person == device.user


def test_a_code_is_taken_once(clock):
    """Who looked over a shoulder comes too late, within the same half minute as well."""
    device = with_app()
    code = code_of(device, clock)
    assert first_step().post(CODE, {"code": code}).status_code == 302
    second = first_step()
    answer = second.post(CODE, {"code": code})
    assert (answer.status_code, is_in(second)) == (422, False)
    assert "was used before" in answer.content.decode()


@pytest.mark.parametrize(("steps", "taken"), [(-1, True), (1, True), (-3, False), (3, False)])
def test_a_code_may_be_half_a_minute_off(clock, steps, taken):
    device = with_app()
    client = first_step()
    client.post(CODE, {"code": code_of(device, clock, steps=steps)})
    assert is_in(client) == taken


def test_wrong_codes_make_the_next_one_wait_and_lock_the_name_like_wrong_passwords(settings, clock):
    settings.AXES_ENABLED = True
    device = with_app()
    client = first_step()
    client.post(CODE, {"code": "000000"})
    assert client.post(CODE, {"code": code_of(device, clock)}).status_code == 422
    for _ in range(settings.AXES_FAILURE_LIMIT - 2):
        locked = client.post(CODE, {"code": "000000"})
    assert locked.status_code == 429
    assert "Too many wrong tries" in locked.content.decode()
    # A right password in between opens nothing and forgets nothing.
    assert Client().post("/login/", {"username": "ada", "password": "secret"}).status_code == 429
    TOTPDevice.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)
    assert client.post(CODE, {"code": code_of(device, clock)}).status_code == 429
    assert not is_in(client)


def test_a_right_password_does_not_forget_wrong_codes(settings, clock):
    settings.AXES_ENABLED = True
    with_app()
    for _ in range(settings.AXES_FAILURE_LIMIT - 1):
        first_step().post(CODE, {"code": "000000"})
    assert first_step().post(CODE, {"code": "000000"}).status_code == 429


def test_a_recovery_code_stands_in_once(clock):
    device = with_app()
    codes = second_factor.write_codes(device.user)
    client = first_step()
    assert client.post(CODE, {"code": f" {codes[3].upper()} "}).status_code == 302
    assert is_in(client)
    again = first_step()
    assert again.post(CODE, {"code": codes[3]}).status_code == 422
    assert second_factor.codes_left(device.user) == 9
    assert "9 recovery codes are left" in client.get(ACCOUNT).content.decode()


def test_the_first_step_waits_ten_minutes_and_not_beyond_a_new_password(clock, monkeypatch):
    device = with_app()
    late = first_step()
    session = late.session
    session["waiting_for_code"] = {**session["waiting_for_code"], "at": (now() - timedelta(minutes=11)).isoformat()}
    session.save()
    changed = first_step()
    device.user.set_password("something else entirely")
    device.user.save()
    for client in (late, changed, Client()):
        answer = client.post(CODE, {"code": code_of(device, clock)})
        assert (answer.status_code, answer["Location"]) == (302, "/login/")
        assert not is_in(client)


def test_turning_off_wants_the_password(ada, client_of):
    with_app()
    client = client_of(ada)
    path = "/account/second-factor/ending/"
    assert client.get(path).status_code == 405
    assert client.post(path, {"password": "wrong"}).status_code == 422
    assert second_factor.device_of(ada)
    assert Client().post(path, {"password": "secret"}).status_code == 302
    assert second_factor.device_of(ada)
    assert client.post(path, {"password": "secret"})["Location"] == ACCOUNT
    assert (second_factor.device_of(ada), RecoveryCode.objects.count()) == (None, 0)
    assert [entry.verb for entry in audit.history("person:ada")] == ["turn_off_second_factor"]


def test_new_recovery_codes_end_the_old_ones(ada, client_of):
    with_app()
    old = second_factor.write_codes(ada)
    client = client_of(ada)
    path = "/account/second-factor/codes/"
    assert client.get(path).status_code == 405
    assert client.post(path, {"password": "wrong"}).status_code == 422
    assert second_factor.accepts(ada, old[0], at=now())
    shown = re.findall(r"<li><code>([\w-]+)</code>", client.post(path, {"password": "secret"}).content.decode())
    assert len(shown) == 10
    assert not second_factor.accepts(ada, old[1], at=now())
    assert second_factor.accepts(ada, shown[1], at=now())


def test_without_an_app_there_are_no_recovery_codes(ada, client_of):
    assert client_of(ada).post("/account/second-factor/codes/", {"password": "secret"}).status_code == 422
    assert RecoveryCode.objects.count() == 0


def test_a_role_can_require_it(ada, ben, settings, client_of, clock):
    settings.SECOND_FACTOR_ROLES = frozenset({"deal_desk"})
    assert client_of(ada).get("/quotes/").status_code == 200
    client = client_of(ben)
    assert client.get("/approvals/")["Location"] == SETUP
    part = client.get("/approvals/", headers={"HX-Request": "true"})
    assert (part.status_code, part["HX-Redirect"]) == (204, SETUP)
    assert client.get("/api/v1/quotes/").json()["type"] == "urn:quantile:problem:second-factor-needed"
    device = TOTPDevice.objects.create(user=ben, name="app", confirmed=False)
    assert client.post(SETUP, {"code": code_of(device, clock), "password": "secret"}).status_code == 200
    assert client.get("/approvals/").status_code == 200
    refused = client.post("/account/second-factor/ending/", {"password": "secret"})
    assert refused.status_code == 422
    assert second_factor.device_of(ben)


def test_two_sign_ins_at_once_with_one_code_let_one_in(transactional_db, clock):
    device = with_app()
    code = code_of(device, clock)
    assert [second_factor.accepts(device.user, code, at=now()) for _ in range(2)] == [True, False]
