"""Signed posts to one public address. The id of a message is the key of its step: the receiver takes it once."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.timezone import now
from standardwebhooks import Webhook as Signer

from billing.targets.base import Account, Rejected, Unclear, refusal
from core import outbound

GONE = (404, 410)


def send(account: Account, body: Mapping[str, Any], *, key: str, at: datetime) -> Any:
    return answer_of(post(account, body, key=key, at=at))


def ask(account: Account, body: Mapping[str, Any]) -> Any:
    """What the receiver holds, or None where it knows nothing of it."""
    at = now()
    answer = post(account, body, key=f"read:{at.timestamp()}", at=at)
    return None if answer.status in GONE else answer_of(answer)


def post(account: Account, body: Mapping[str, Any], *, key: str, at: datetime) -> outbound.Answer:
    if sentence := outbound.why_not_address(account.base_url):
        raise Rejected(sentence)
    text = json.dumps(body, sort_keys=True, ensure_ascii=False)
    try:
        return outbound.post(account.base_url, text, signature(account["secret"], key, text, at=at))
    except outbound.NotSent as error:
        raise Unclear(f"{account.base_url} did not answer: {error}") from error


def signature(secret: str, key: str, text: str, *, at: datetime) -> dict[str, str]:
    try:
        signed = Signer(secret).sign(msg_id=key, timestamp=at, data=text)
    except ValueError as error:
        raise Rejected(f"The signing secret is no Standard Webhooks secret: {error}") from None
    return {"webhook-id": key, "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": signed}


def answer_of(answer: outbound.Answer) -> Any:
    if not answer.taken:
        sentence = f"The endpoint answered: {answer.text[:200].strip()}"
        raise refusal(answer.status, sentence, retry_after=answer.retry_after)
    try:
        return json.loads(answer.text)
    except ValueError:
        raise Rejected("The endpoint took the message but did not answer with JSON.") from None
