"""A Salesforce that told of three opportunities: one with a quote, one that waits for it, one of a stranger."""

import json
from datetime import datetime, timedelta
from typing import Any

from core.errors import Invalid
from core.models import User
from crm.actions.connections import create_connection
from crm.actions.receiving import take
from crm.models import Connection
from quotes.actions.opportunities import link_quote
from quotes.models import Quote

SYSTEM, HARTWELL = "salesforce", "006Dn00000A1b2CIAR"
OPPORTUNITIES = (
    {
        "Id": HARTWELL,
        "Name": "Hartwell Legal, agents 2027",
        "StageName": "Negotiation/Review",
        "Amount": "185000.00",
        "Account": {"Name": "Hartwell Legal"},
    },
    {
        "Id": "006Dn00000A1b3DIAR",
        "Name": "Brightside, support agent",
        "StageName": "Qualification",
        "Amount": "42000.00",
        "Account": {"Name": "Brightside Software"},
    },
    {"Id": "006Dn00000A1b4EIAR", "Name": "Kestrel pilot", "StageName": "Prospecting", "Account": {"Name": "Kestrel"}},
)


def load(at: datetime) -> str:
    """Connected by the integrator; Ada's quote belongs to the first one."""
    if Connection.objects.filter(system=SYSTEM).exists():
        return "a CRM"
    ada, ivo = (User.objects.get(username=username) for username in ("ada", "ivo"))
    connection = create_connection(system=SYSTEM, url="", seller=ada, by=ivo, at=at - timedelta(days=7)).connection
    for number, data in enumerate(OPPORTUNITIES, start=1):
        tell(connection, f"evt-{number}", {**data, "Owner": {"Email": ada.email}}, at=at - timedelta(days=5))
    quote = Quote.objects.select_related("customer", "opportunity").get(number=f"Q-{at.year}-0001")
    link_quote(quote, system=SYSTEM, external_id=HARTWELL, by=ada, at=at - timedelta(days=4))
    return "a CRM"


def tell(connection: Connection, name: str, data: dict[str, Any], *, at: datetime) -> None:
    """As it comes over the wire, after its signature was found good; what is refused stands on the page."""
    body = {"type": "opportunity.changed", "timestamp": at.isoformat(), "data": data}
    try:
        take(connection, name=name, text=json.dumps(body, indent=1), body=body, at=at)
    except Invalid:
        return
