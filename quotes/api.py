"""Quotes for machines: the same queries as the pages, the same rights. Money is text."""

import json
from typing import Any

from django.utils.timezone import now
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from core.roles import Permission, may
from pricing.money import rounded
from quotes import access
from quotes.models import QuoteVersion
from quotes.queries.lists import QuoteRow, quote_list
from quotes.queries.priced import dumped, priced
from quotes.queries.versions import ApprovalRow, approval_rows, version_links
from quotes.rules.facts import SECRET
from quotes.rules.listing import QuoteFilter

PARAMETERS = ("q", "status", "customer", "page")


@api_view(["GET"])
def quotes(request: Request) -> Response:
    """Quotes that you may see by their newest version, the last edited first; `q`, `status`, `customer` narrow."""
    user = access.seer(request)
    given = {name: request.query_params.get(name, "").strip().replace("\x00", "")[:100] for name in PARAMETERS}
    chosen = QuoteFilter(status=given["status"], customer=given["customer"], search=given["q"])
    found = quote_list(user, chosen, at=now(), page=given["page"] or 1)
    return Response(
        {
            "count": found.page.paginator.count,
            "page": found.page.number,
            "pages": found.page.paginator.num_pages,
            "results": [row_facts(row) for row in found.rows],
        }
    )


@api_view(["GET"])
def quote(request: Request, number: str) -> Response:
    """One quote with its versions and the whole of the newest."""
    user, version = access.version(request, number)
    links = version_links(version)
    return Response(
        {
            "number": version.quote.number,
            "customer": version.quote.customer.slug,
            "owner": version.quote.owner.username,
            "versions": [{"version": link.number, "status": link.status} for link in links],
            "newest": version_facts(version, see_margin=may(user, Permission.SEE_MARGIN)),
        }
    )


@api_view(["GET"])
def quote_version(request: Request, number: str, version_number: int) -> Response:
    """One version: where it stands, what it comes to, who decided what and, once submitted, its frozen snapshot."""
    user, version = access.version(request, number, version_number)
    return Response(version_facts(version, see_margin=may(user, Permission.SEE_MARGIN)))


def row_facts(row: QuoteRow) -> dict[str, Any]:
    return {
        "number": row.number,
        "version": row.version,
        "title": row.title,
        "customer": row.customer_slug,
        "owner": row.owner,
        "status": row.status,
        "currency": row.currency,
        "committed": str(rounded(row.committed, row.currency)),
        "expected": None if row.expected is None else str(rounded(row.expected, row.currency)),
        "valid_until": row.valid_until,
        "edited_at": row.edited_at,
    }


def version_facts(version: QuoteVersion, *, see_margin: bool) -> dict[str, Any]:
    pricing = dumped(priced(version, with_margin=see_margin, at=now()))
    if not see_margin:
        del pricing["margin"]
        pricing["facts"] = {name: value for name, value in pricing["facts"].items() if name not in SECRET}
    return {
        "quote": version.quote.number,
        "version": version.number,
        "status": version.status,
        "title": version.title,
        "currency": version.currency,
        "start": version.start,
        "months": version.months,
        "discount_percent": str(version.discount_percent.normalize()),
        "valid_until": version.valid_until,
        "zone": version.zone,
        "expires_at": version.expires_at,
        "edit_number": version.edit_number,
        "sha256": version.sha256 or None,
        "approvals": [approval_facts(row, see_margin) for row in approval_rows(version)],
        "pricing": pricing,
        "snapshot": json.loads(version.snapshot) if version.snapshot else None,
    }


def approval_facts(row: ApprovalRow, see_margin: bool) -> dict[str, Any]:
    return {
        "rule": row.rule,
        "reason": row.reason if see_margin or not row.secret else None,
        "role": row.role,
        "status": row.status,
        "decided_by": row.decided_by or None,
        "decided_at": row.decided_at,
    }
