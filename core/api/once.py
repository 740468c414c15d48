"""A POST with an Idempotency-Key counts once: its answer is stored in the transaction that does what it asks, and
given again to whoever repeats it."""

import hashlib
import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, cast

from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.http import HttpResponse
from django.utils.timezone import now
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.refusals import KeyReused, StillRunning
from core.api.renderers import JSONAnswer
from core.errors import Invalid
from core.models import ApiAnswer, User

HEADER = "Idempotency-Key"
GOOD = re.compile(r"[\x21-\x7e]{1,200}")
KEPT = timedelta(days=2)
"""How long an answer is given again."""
KEPT_HEADERS = ("Location", "ETag")

Post = Callable[..., Response | HttpResponse]


def once(post: Post) -> Post:
    """The method of an endpoint, done once for each Idempotency-Key; a refusal is not remembered, so that the
    mended request may come with the same key."""

    @wraps(post)
    def wrapper(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response | HttpResponse:
        key = request.headers.get(HEADER)
        if key is None:
            return post(view, request, *args, **kwargs)
        if not GOOD.fullmatch(key):
            raise Invalid({HEADER: f"{HEADER}: 1 to 200 visible ASCII characters without blanks, such as a UUID."})
        with transaction.atomic():
            hold(request, key)
            asked = fingerprint(request)
            if known := ApiAnswer.objects.filter(owner=request.user.pk, key=key).first():
                return again(known, asked)
            response = post(view, request, *args, **kwargs)
            keep(request, key, asked, response, view.shown_once)
            return response

    return wrapper


def hold(request: Request, key: str) -> None:
    """Of two requests at once the second is told to come back: waiting would hold a connection for it."""
    with connection.cursor() as cursor:
        name = f"api answer {request.user.pk} {key}"
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [name])
        [free] = cursor.fetchone()
    if not free:
        raise StillRunning(f"The first request with this {HEADER} is not answered yet. Send it again in a second.")


def fingerprint(request: Request) -> str:
    """Of what was asked: address and body, however the JSON was spaced."""
    body = json.dumps(request.data, sort_keys=True, default=written)
    return hashlib.sha256(f"{request.method} {request.path}\n{body}".encode("utf-8", "replace")).hexdigest()


def written(value: Any) -> str:
    """What JSON has no word for; of a file, its name says nothing of what is in it."""
    if not isinstance(value, UploadedFile):
        return str(value)
    digest = hashlib.sha256()
    for chunk in value.chunks():
        digest.update(chunk)
    return f"{value.name} {digest.hexdigest()}"


def again(known: ApiAnswer, asked: str) -> HttpResponse:
    if known.asked_sha256 != asked:
        raise KeyReused(f"This {HEADER} was used for another request. Use a new one for each thing to be done.")
    headers = {**known.headers, "Idempotency-Replayed": "true"}
    return HttpResponse(known.body, status=known.status, content_type="application/json", headers=headers)


def keep(request: Request, key: str, asked: str, response: Any, secrets: tuple[str, ...]) -> None:
    data = response.data
    if secrets and isinstance(data, dict):
        # What is shown once is not stored: its hash alone is known from here on.
        data = {name: None if name in secrets else value for name, value in data.items()}
    ApiAnswer.objects.create(
        owner=cast(User, request.user),
        key=key,
        asked_sha256=asked,
        status=response.status_code,
        headers={name: response.headers[name] for name in KEPT_HEADERS if name in response.headers},
        body=JSONAnswer().render(data).decode(),
        created_at=now(),
    )


def forget(*, at: datetime) -> int:
    """Answers that are not given again any more."""
    return ApiAnswer.objects.filter(created_at__lt=at - KEPT).delete()[0]
