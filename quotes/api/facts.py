"""What the API says of a version."""

import json
from collections.abc import Collection, Iterable
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.timezone import now

from core.api.etags import tag_of
from core.models import User
from core.roles import Permission, may
from pricing.money import rounded
from quotes.models import Opportunity, QuoteLine, QuoteVersion
from quotes.queries.lists import QuoteRow
from quotes.queries.priced import dumped, priced
from quotes.queries.versions import ApprovalRow, approval_rows
from quotes.rules.facts import SECRET

PRICING, SNAPSHOT = EXPANSIONS = ("pricing", "snapshot")


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
        "opportunity": opportunity_facts(row.opportunity),
    }


def opportunity_facts(found: Opportunity | None) -> dict[str, Any] | None:
    if found is None:
        return None
    texts = {name: getattr(found, name) for name in ("system", "external_id", "name", "url", "stage", "state")}
    amount = None if found.amount is None else str(rounded(found.amount, found.currency))
    more = {"currency": found.currency or None, "close_date": found.close_date, "owner": found.owner}
    return {**texts, "amount": amount, **more}


def version_tag(version: QuoteVersion) -> str:
    """It changes with every edit and every move of the version."""
    return tag_of(f"v{version.number}", version.edit_number, version.status)


def version_facts(version: QuoteVersion, user: User, *, expand: Collection[str] = ()) -> dict[str, Any]:
    see_margin = may(user, Permission.SEE_MARGIN)
    number = version.quote.number
    found = {
        "quote": number,
        "version": version.number,
        "status": version.status,
        "title": version.title,
        "currency": version.currency,
        "start": version.start,
        "months": version.months,
        "discount_percent": percent(version.discount_percent),
        "free_months": version.free_months,
        "escalator_percent": percent(version.escalator_percent),
        "payment_days": version.payment_days,
        "valid_until": version.valid_until,
        "zone": version.zone,
        "expires_at": version.expires_at,
        "committed": str(rounded(Decimal(version.committed_total), version.currency)),
        "edit_number": version.edit_number,
        "sha256": version.sha256 or None,
        "url": settings.SITE_URL + reverse("quotes:version", args=[number, version.number]),
        "lines": line_facts(version.lines.select_related("price", "part__package").order_by("position")),
        "approvals": [approval_facts(row, see_margin) for row in approval_rows(version)],
    }
    if PRICING in expand:
        found["pricing"] = pricing_facts(version, see_margin=see_margin)
    if SNAPSHOT in expand:
        found["snapshot"] = json.loads(version.snapshot) if version.snapshot else None
    return found


def percent(value: Decimal) -> str:
    return f"{Decimal(value).normalize():f}"


def line_facts(lines: Iterable[QuoteLine]) -> list[dict[str, Any]]:
    """As `LineSerializer` describes them; written by hand, since a quote has hundreds."""
    return [
        {
            "key": line.key,
            "position": line.position,
            "price": line.price.key,
            "name": line.component["name"],
            "package": line.part.package.code if line.part else "",
            "discount_percent": percent(line.discount_percent),
            "discount_from": line.discount_from,
            "discount_to": line.discount_to,
            "optional": line.optional,
            "rule": line.rule,
            "component": line.component,
        }
        for line in lines
    ]


def pricing_facts(version: QuoteVersion, *, see_margin: bool) -> dict[str, Any]:
    pricing = dumped(priced(version, with_margin=see_margin, at=now()))
    if not see_margin:
        del pricing["margin"]
        pricing["facts"] = {name: value for name, value in pricing["facts"].items() if name not in SECRET}
    return pricing


def approval_facts(row: ApprovalRow, see_margin: bool) -> dict[str, Any]:
    return {
        "rule": row.rule,
        "reason": row.reason if see_margin or not row.secret else None,
        "role": row.role,
        "status": row.status,
        "decided_by": row.decided_by or None,
        "decided_at": row.decided_at,
    }
