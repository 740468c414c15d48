"""Where CRMs send their messages: signed, small, each taken once. Every refusal is problem details."""

import io
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.timezone import now
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from rest_framework.exceptions import ParseError
from standardwebhooks import Webhook, WebhookVerificationError

from core.api.parsers import JSONBody
from core.api.problems import PROBLEM_JSON, problem_of, told
from core.api.refusals import TooLarge
from core.errors import Problem
from core.limits import MINUTE, caller, spend
from core.turning_secrets import valid_secrets
from crm.actions.receiving import take
from crm.models import Connection

MOST = 64 * 1024
A_MINUTE = 600
LONGEST_ID = 200
HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature")


class NotSigned(Problem):
    """A message of a CRM without a signature of ours that is younger than five minutes."""

    status = 401
    kind = "not-signed"
    title = "The signature does not hold"


@csrf_exempt
@require_POST
def messages(request: HttpRequest, system: str) -> HttpResponse:
    """Take one message. The same id again is answered the same; a refused one may come again, mended."""
    try:
        answer, known = taken(request, system, now())
    except (Problem, ParseError) as error:
        problem = problem_of(error)
        assert problem is not None
        wait = {"Retry-After": str(wait)} if (wait := getattr(problem, "wait", 0)) else {}
        return JsonResponse(told(problem, request.path), status=problem.status, content_type=PROBLEM_JSON, headers=wait)
    return JsonResponse(answer, headers={"Webhook-Replayed": "true"} if known else {})


def taken(request: HttpRequest, system: str, at: datetime) -> tuple[dict[str, Any], bool]:
    spend("crm", caller(request), most=A_MINUTE, per=MINUTE, at=at)
    text = read(request)
    connection = Connection.objects.select_related("seller").filter(system=system).first()
    headers = {name: request.headers.get(name, "") for name in HEADERS}
    # Whoever has no secret learns neither what is wrong with the message nor whether there is such a connection.
    if connection is None or not is_signed(connection, text, headers, at):
        raise NotSigned("The signature does not hold: sign webhook-id, webhook-timestamp and body with the secret.")
    name = headers["webhook-id"]
    if len(name) > LONGEST_ID or not name.isascii() or not name.isprintable():
        raise Problem(f"webhook-id: 1 to {LONGEST_ID} printable ASCII characters.")
    body = JSONBody().parse(io.BytesIO(text))
    return take(connection, name=name, text=text.decode(), body=body, at=at)


def read(request: HttpRequest) -> bytes:
    text = request.read(MOST + 1)
    if len(text) > MOST:
        raise TooLarge(f"body: at most {MOST // 1024} kB; send one opportunity at a time.")
    return text


def is_signed(connection: Connection, text: bytes, headers: dict[str, str], at: datetime) -> bool:
    for secret in valid_secrets(connection, at):
        try:
            Webhook(secret).verify(text, headers, json_parse=False)
        except (WebhookVerificationError, ValueError):
            continue
        return True
    return False
