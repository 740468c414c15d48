"""Signatures of outgoing messages, as Standard Webhooks says: a receiver verifies them with any of its libraries."""

import base64
import secrets as random
from collections.abc import Sequence
from datetime import UTC, datetime

from standardwebhooks import Webhook

PREFIX = "whsec_"
BYTES = 32


def new_secret() -> str:
    return PREFIX + base64.b64encode(random.token_bytes(BYTES)).decode()


def signed(secrets: Sequence[str], key: str, body: str, *, at: datetime) -> dict[str, str]:
    """The headers of a message with this id; one signature for each secret, so that a receiver may hold either."""
    if not secrets:
        return {}
    moment = at.astimezone(UTC)
    return {
        "webhook-id": key,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": " ".join(Webhook(secret).sign(key, moment, body) for secret in secrets),
    }
