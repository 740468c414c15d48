"""Notices to a chat channel: one JSON message to the address in the settings, signed as Standard Webhooks says.

The body is {"text": ...}, which Slack, Mattermost, Google Chat and others show as it is. It is promised with the
decision and sent by the outbox at least once; a receiver knows a repetition by its `webhook-id`.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import httpx
from django.conf import settings
from django.utils.timezone import now

from core import outbox
from core.signatures import signed

TOPIC = "chat.said"
SECONDS = 10


def say(text: str, *, key: str, at: datetime) -> None:
    """Promise this notice, once for a key; nothing without an address in the settings."""
    if settings.CHAT_WEBHOOK_URL and not outbox.promised(TOPIC, key=key):
        outbox.emit(TOPIC, key=key, payload={"text": text}, at=at)


def send(*, key: str, payload: Mapping[str, Any], at: datetime) -> None:
    """The outbox's handler; what is not taken is tried again for three days."""
    if not settings.CHAT_WEBHOOK_URL:
        return
    body = json.dumps({"text": payload["text"]})
    headers = {"content-type": "application/json", **signature(key, body, at=now())}
    answer = httpx.post(settings.CHAT_WEBHOOK_URL, content=body, headers=headers, timeout=SECONDS)
    if not answer.is_success:
        raise ConnectionError(f"The chat answered {answer.status_code}.")


def signature(key: str, body: str, *, at: datetime) -> dict[str, str]:
    """Id, time and signature of a message; unsigned without a secret in the settings."""
    return signed([secret for secret in [settings.CHAT_WEBHOOK_SECRET] if secret], key, body, at=at)
