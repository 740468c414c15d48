"""Notices to a chat channel: promised with the decision, signed, tried again."""

import json

import httpx
import pytest
from standardwebhooks import Webhook

from core import chat, outbox
from core.models import OutboxMessage
from tests.factories import AT

pytestmark = pytest.mark.django_db
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@pytest.fixture
def sent(settings, monkeypatch) -> list[httpx.Request]:
    """What the channel was sent; it answers 200 to every second message."""
    settings.CHAT_WEBHOOK_URL, settings.CHAT_WEBHOOK_SECRET = "https://chat.example/hook", SECRET
    requests: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(200 if len(requests) % 2 == 0 else 503)

    client = httpx.Client(transport=httpx.MockTransport(answer))
    monkeypatch.setattr(httpx, "post", lambda url, timeout, **content: client.post(url, **content))
    return requests


def test_a_notice_is_sent_until_it_is_taken_and_signed(sent):
    chat.say("Please decide", key="approval-1-asked", at=AT)
    chat.say("Please decide", key="approval-1-asked", at=AT)
    message = OutboxMessage.objects.get(topic="chat.said")
    assert not outbox.deliver(message.pk, at=AT)
    message.refresh_from_db()
    assert "The chat answered 503." in message.last_error
    assert outbox.deliver(message.pk, at=AT.replace(hour=23))
    first, second = sent
    assert json.loads(second.content) == {"text": "Please decide"}
    Webhook(SECRET).verify(second.content, dict(second.headers))
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == "approval-1-asked"


def test_without_an_address_nothing_is_promised():
    chat.say("Please decide", key="approval-1-asked", at=AT)
    assert not OutboxMessage.objects.exists()
