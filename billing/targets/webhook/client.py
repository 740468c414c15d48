"""Signed posts to one address. The id of a message is the key of its step: the receiver takes it once."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import httpx
from django.conf import settings
from django.utils.timezone import now
from standardwebhooks import Webhook as Signer

from billing.targets.base import Account, Later, Rejected, Unclear, refusal

GONE = (404, 410)


def send(account: Account, body: Mapping[str, Any], *, key: str, at: datetime) -> Any:
    return answer_of(post(account, body, key=key, at=at))


def ask(account: Account, body: Mapping[str, Any]) -> Any:
    """What the receiver holds, or None where it knows nothing of it."""
    at = now()
    answer = post(account, body, key=f"read:{at.timestamp()}", at=at)
    return None if answer.status_code in GONE else answer_of(answer)


def post(account: Account, body: Mapping[str, Any], *, key: str, at: datetime) -> httpx.Response:
    text = json.dumps(body, sort_keys=True, ensure_ascii=False)
    headers = {"content-type": "application/json", **signature(account["secret"], key, text, at=at)}
    try:
        return httpx.post(
            account.base_url, content=text, headers=headers, timeout=settings.BILLING_TIMEOUT, follow_redirects=False
        )
    except httpx.ConnectError as error:
        raise Later(f"{account.base_url} was not reached: {error}") from error
    except httpx.HTTPError as error:
        raise Unclear(f"{account.base_url} did not answer: {error}") from error


def signature(secret: str, key: str, text: str, *, at: datetime) -> dict[str, str]:
    try:
        signed = Signer(secret).sign(msg_id=key, timestamp=at, data=text)
    except ValueError as error:
        raise Rejected(f"The signing secret is no Standard Webhooks secret: {error}") from None
    return {"webhook-id": key, "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": signed}


def answer_of(answer: httpx.Response) -> Any:
    if not answer.is_success:
        sentence = f"The endpoint answered: {answer.text[:200].strip() or answer.reason_phrase}"
        raise refusal(answer.status_code, sentence, retry_after=answer.headers.get("retry-after"))
    try:
        return json.loads(answer.content)
    except ValueError:
        raise Rejected("The endpoint took the message but did not answer with JSON.") from None
