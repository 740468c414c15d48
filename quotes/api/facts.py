"""What the API says of a version."""

import json
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
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
from quotes.rules.components import months_of
from quotes.rules.facts import SECRET
from quotes.rules.line_months import MONTHS

PRICING, SNAPSHOT = EXPANSIONS = ("pricing", "snapshot")
KEPT_VERSIONS = 64  # by a process: about 10 MB of quotes with 200 lines


def row_facts(row: QuoteRow) -> dict[str, Any]:
    return {
        "number": row.number,
        "version": row.version,
        "title": row.title,
        "customer": row.customer_slug,
        "owner": row.owner,
        "owner_username": row.owner_username,
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


def tag_of_facts(facts: Mapping[str, Any]) -> str:
    """The same of a version that was read."""
    return tag_of(f"v{facts['version']}", facts["edit_number"], facts["status"])


def version_facts(version: QuoteVersion, user: User, *, expand: Collection[str] = ()) -> dict[str, Any]:
    see_margin = may(user, Permission.SEE_MARGIN)
    found = {**content_facts(version), "approvals": approvals_of(version, see_margin=see_margin)}
    if PRICING in expand:
        found["pricing"] = pricing_facts(version, see_margin=see_margin)
    if SNAPSHOT in expand:
        found["snapshot"] = json.loads(version.snapshot) if version.snapshot else None
    return found


def kept_facts(user: User, pk: int, state: str) -> dict[str, Any]:
    """The same of the version whose row is in this state: its content as it was worked out for the last reader."""
    content = kept_content(pk, state)
    decided = content["sha256"] is not None  # nobody is asked about a draft
    see_margin = may(user, Permission.SEE_MARGIN)
    return {**content, "approvals": approvals_of(QuoteVersion(pk=pk), see_margin=see_margin) if decided else []}


@lru_cache(maxsize=KEPT_VERSIONS)
def kept_content(pk: int, state: str) -> dict[str, Any]:
    """Shared by all requests; nobody writes into it.

    The state of the version's row tells of its lines too: whoever changes one raises the edit number with it, and those
    of a submitted version are frozen by the database, as are the prices and packages of a published book.
    """
    return content_facts(get_object_or_404(QuoteVersion.objects.select_related("quote"), pk=pk))


def content_facts(version: QuoteVersion) -> dict[str, Any]:
    """What everybody reads who may read the version."""
    number = version.quote.number
    return {
        "quote": number,
        "version": version.number,
        "status": version.status,
        "title": version.title,
        "currency": version.currency,
        "start": version.start,
        "months": version.months,
        "discount_percent": percent(version.discount_percent),
        "discount_from": version.discount_from,
        "discount_to": version.discount_to,
        "free_months": version.free_months,
        "escalator_percent": percent(version.escalator_percent),
        "payment_days": version.payment_days,
        "special_terms": version.special_terms,
        "sold_by": version.selling_entity.code if version.selling_entity else None,
        "valid_until": version.valid_until,
        "zone": version.zone,
        "expires_at": version.expires_at,
        "committed": str(rounded(Decimal(version.committed_total), version.currency)),
        "edit_number": version.edit_number,
        "sha256": version.sha256 or None,
        "url": settings.SITE_URL + reverse("quotes:version", args=[number, version.number]),
        "lines": line_facts(line_rows(version)),
    }


def percent(value: Decimal) -> str:
    return f"{Decimal(value).normalize():f}"


LINE = (
    "key",
    "position",
    "discount_percent",
    "discount_from",
    "discount_to",
    "optional",
    "rule",
    "component",
    "price__key",
    "part__package__code",
)


def line_rows(version: QuoteVersion) -> QuerySet[QuoteLine, dict[str, Any]]:
    """What is told of each line, in their order."""
    return version.lines.order_by("position").values(*LINE)


def line_facts(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """As `LineSerializer` describes them; written by hand, since a quote has hundreds."""
    return [
        {
            "key": row["key"],
            "position": row["position"],
            "price": row["price__key"],
            "name": row["component"]["name"],
            "package": row["part__package__code"] or "",
            "discount_percent": percent(row["discount_percent"]),
            "discount_from": row["discount_from"],
            "discount_to": row["discount_to"],
            **dict(zip(MONTHS, months_of(row["component"]), strict=True)),
            "optional": row["optional"],
            "rule": row["rule"],
            "component": row["component"],
        }
        for row in rows
    ]


def pricing_facts(version: QuoteVersion, *, see_margin: bool) -> dict[str, Any]:
    pricing = dumped(priced(version, with_margin=see_margin, at=now()))
    if not see_margin:
        del pricing["margin"]
        pricing["facts"] = {name: value for name, value in pricing["facts"].items() if name not in SECRET}
    return pricing


def approvals_of(version: QuoteVersion, *, see_margin: bool) -> list[dict[str, Any]]:
    return [approval_facts(row, see_margin) for row in approval_rows(version)]


def approval_facts(row: ApprovalRow, see_margin: bool) -> dict[str, Any]:
    return {
        "rule": row.rule,
        "reason": row.reason if see_margin or not row.secret else None,
        "role": row.role,
        "stage": row.stage,
        "status": row.status,
        "due_at": row.due_at,
        "assignee": row.assignee or None,
        "asked_by": row.asked_by or None,
        "decided_by": row.decided_by or None,
        "decided_at": row.decided_at,
        "on_behalf_of": row.on_behalf_of or None,
        "comment": row.comment,
        "carried_from": row.carried_from,
    }
