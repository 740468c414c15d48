"""A CRM that signs its messages as Standard Webhooks says."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from django.test import Client

from core.signatures import signed

URL = "/api/crm/salesforce/messages/"
OPPORTUNITY = {
    "Id": "006A1",
    "Name": "Acme, agents 2027",
    "StageName": "Qualification",
    "Amount": 125000.5,
    "CloseDate": "2026-12-31",
    "AccountId": "001X",
    "Account": {"Name": "Acme", "Website": "https://www.acme.example/"},
    "Owner": {"Email": "ada@northlight.example"},
}


def message(kind: str = "opportunity.changed", **changes: Any) -> dict[str, Any]:
    return {"type": kind, "timestamp": "2026-11-24T18:00:00Z", "data": {**OPPORTUNITY, **changes}}


def send(secret: str, body: Any, *, name: str = "m1", late: timedelta = timedelta(0), url: str = URL, **headers: str):
    """The answer to a message that was signed so long ago."""
    text = body if isinstance(body, str) else json.dumps(body)
    head = signed([secret], name, text, at=datetime.now(UTC) - late) | headers
    return Client().post(url, text, content_type="application/json", headers=head)
