"""Sign-in through a provider, against a small one on this machine that signs real tokens."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice
from joserfc import jwt
from joserfc.jwk import RSAKey

from core import audit, oidc
from core.models import ProviderIdentity, User

pytestmark = pytest.mark.django_db

KEY, STRANGERS_KEY = RSAKey.generate_key(2048), RSAKey.generate_key(2048)
START, RETURN = "/login/provider/", "/login/provider/return/"


class Provider(BaseHTTPRequestHandler):
    """Discovery, keys, and one token for each code; what it says of the person is the test's to choose."""

    server: "Server"

    def do_GET(self) -> None:
        issuer = self.server.issuer
        answers = {
            "/.well-known/openid-configuration": {
                "issuer": issuer,
                "authorization_endpoint": f"{issuer}/authorize",
                "token_endpoint": f"{issuer}/token",
                "jwks_uri": f"{issuer}/keys",
                "id_token_signing_alg_values_supported": ["RS256"],
            },
            "/keys": {"keys": [KEY.as_dict(private=False, kid="k1", use="sig", alg="RS256")]},
        }
        self.say(answers[self.path])

    def do_POST(self) -> None:
        body = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.server.asked.append(body)
        claims = {
            "iss": self.server.issuer,
            "aud": "quantile",
            "sub": "7",
            "iat": int(time.time()),
            "exp": int(time.time()) + 300,
            "nonce": self.server.nonce,
            "email": "Ada@northlight.example",
            "email_verified": True,
            **self.server.claims,
        }
        token = jwt.encode({"alg": "RS256", "kid": "k1"}, claims, self.server.key)
        self.say({"access_token": "a", "token_type": "Bearer", "expires_in": 300, "id_token": token})

    def say(self, answer: dict[str, Any]) -> None:
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    nonce, key = "", KEY

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Provider)
        self.issuer = f"http://127.0.0.1:{self.server_port}"
        self.claims: dict[str, Any] = {}
        self.asked: list[dict[str, list[str]]] = []


@pytest.fixture
def provider(settings) -> Iterator[Server]:
    server = Server()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = server.issuer, "quantile", "s3cret"
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def come_back(provider: Server, client: Client, **claims: Any):
    """Off to the provider and back, as a browser would."""
    going = client.get(START, {"next": "/account/"})
    asked = parse_qs(urlsplit(going["Location"]).query)
    provider.nonce = asked["nonce"][0]
    provider.claims = claims
    return client.get(RETURN, {"code": "c0de", "state": asked["state"][0]})


def is_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def test_off_without_an_issuer(db):
    assert (Client().get(START).status_code, Client().get(RETURN).status_code) == (404, 404)
    assert "provider" not in Client().get("/login/").content.decode()


def test_a_person_signs_in_and_is_bound(provider, ada):
    assert 'href="/login/provider/' in Client().get("/login/").content.decode()
    client = Client()
    answer = come_back(provider, client)
    assert (answer.status_code, answer["Location"]) == (302, "/account/")
    assert is_in(client)
    [asked] = provider.asked
    assert asked["code_verifier"][0]  # PKCE
    bound = ProviderIdentity.objects.get()
    assert (bound.person, bound.subject, bound.issuer) == (ada, "7", provider.issuer)
    assert [entry.verb for entry in audit.history("person:ada")] == ["bound_identity"]


def test_the_provider_asks_for_what_is_needed(provider, ada):
    asked = parse_qs(urlsplit(Client().get(START)["Location"]).query)
    assert (asked["response_type"], asked["scope"], asked["code_challenge_method"]) == (
        ["code"],
        ["openid email"],
        ["S256"],
    )


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "another-app"},
        {"iss": "https://evil.example"},
        {"exp": 1},
        {"nonce": "another"},
    ],
    ids=["audience", "issuer", "over", "nonce"],
)
def test_a_token_meant_for_another_opens_nothing(provider, ada, claims):
    client = Client()
    answer = come_back(provider, client, **claims)
    assert (answer.status_code, is_in(client)) == (403, False)
    assert "could not be verified" in answer.content.decode()
    assert ProviderIdentity.objects.count() == 0


def test_a_forged_signature_opens_nothing(provider, ada):
    provider.key = STRANGERS_KEY
    client = Client()
    assert (come_back(provider, client).status_code, is_in(client)) == (403, False)


def test_an_answer_to_no_question_opens_nothing(provider, ada):
    client = Client()
    assert client.get(RETURN, {"code": "c0de", "state": "made-up"}).status_code == 403
    assert (provider.asked, is_in(client)) == ([], False)


@pytest.mark.parametrize(
    ("claims", "sentence"),
    [
        ({"email_verified": False}, "did not say a verified"),
        ({"email_verified": "true"}, "did not say a verified"),
        ({"email": None}, "did not say a verified"),
        ({"email": "new@northlight.example"}, "Nobody here has the address"),
    ],
)
def test_no_account_is_made_or_guessed(provider, ada, claims, sentence):
    before = User.objects.count()
    client = Client()
    answer = come_back(provider, client, **claims)
    assert (answer.status_code, is_in(client), User.objects.count()) == (403, False, before)
    assert sentence in answer.content.decode()


def test_an_address_that_wandered_to_somebody_else_opens_nothing(provider, ada):
    come_back(provider, Client())
    client = Client()
    answer = come_back(provider, client, sub="8")
    assert (answer.status_code, is_in(client)) == (403, False)
    assert "belongs to another identity" in answer.content.decode()
    moved = Client()
    come_back(provider, moved, email="ada.new@northlight.example")
    assert is_in(moved)


def test_a_closed_account_stays_closed(provider, ada):
    User.objects.update(is_active=False)
    client = Client()
    assert (come_back(provider, client).status_code, is_in(client)) == (403, False)


def test_roles_are_not_the_providers_to_give(provider, ada):
    come_back(provider, Client(), roles=["admin"], groups=["finance"], is_superuser=True)
    ada.refresh_from_db()
    assert (ada.roles, ada.is_superuser, ada.is_staff) == (["sales"], False, False)


@pytest.mark.parametrize(
    ("amr", "goes_to"), [(None, "/login/code/"), (["pwd"], "/login/code/"), (["mfa"], "/account/")]
)
def test_who_has_an_app_is_asked_for_its_code_unless_the_provider_did(provider, ada, amr, goes_to):
    TOTPDevice.objects.create(user=ada, name="app", confirmed=True)
    client = Client()
    answer = come_back(provider, client, **({"amr": amr} if amr else {}))
    assert answer["Location"] == goes_to
    assert is_in(client) == (goes_to == "/account/")


def test_a_provider_that_is_away_is_said(settings):
    settings.OIDC_ISSUER = "http://127.0.0.1:9"
    answer = Client().get(START)
    assert answer.status_code == 403
    assert "does not answer" in answer.content.decode()


def test_the_way_back_stays_on_this_host(provider, ada):
    client = Client()
    going = client.get(START, {"next": "https://evil.example/"})
    asked = parse_qs(urlsplit(going["Location"]).query)
    provider.nonce = asked["nonce"][0]
    assert client.get(RETURN, {"code": "c", "state": asked["state"][0]})["Location"] == "/"


def test_strength_is_what_the_provider_says():
    assert oidc.was_strong({"amr": ["pwd", "otp"]})
    assert not oidc.was_strong({"amr": "mfa"})
