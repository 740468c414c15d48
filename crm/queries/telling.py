"""What a CRM is told of a quote: made when it happens, in the transaction in which it happens."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse

from core.models import WebhookEndpoint
from crm.models import Connection
from crm.rules.mappings import Terms
from crm.rules.telling import told
from pricing.money import rounded
from quotes.models import Contract, QuoteVersion

YEAR = 12


def message(endpoint: WebhookEndpoint, plain: Mapping[str, Any]) -> dict[str, Any] | None:
    """The event in the CRM's words; None for a quote that belongs to no opportunity of this CRM."""
    connection = Connection.objects.filter(endpoint=endpoint, disabled_at=None).first()
    data = plain["data"]
    if connection is None or "quote" not in data:
        return None
    versions = QuoteVersion.objects.select_related("quote__opportunity").filter(quote__number=data["quote"])
    if "version" in data:
        versions = versions.filter(number=data["version"])
    version = versions.order_by("-number").first()
    if version is None:
        return None
    return shaped(connection, version, plain)


def shaped(connection: Connection, version: QuoteVersion, plain: Mapping[str, Any]) -> dict[str, Any] | None:
    opportunity = version.quote.opportunity
    if opportunity is None or opportunity.system != connection.system:
        return None
    terms = Terms.of(connection.mapping)
    return {
        **plain,
        "data": {
            "system": connection.system,
            "object": terms.object,
            "id": opportunity.external_id,
            "fields": told(terms, plain["type"], facts_of(version)),
            "quote": version.quote.number,
            "version": version.number,
            "sha256": version.sha256 or None,
        },
    }


def facts_of(version: QuoteVersion) -> dict[str, Any]:
    """What may be told of a version: amounts that the customer is billed, and nothing of cost or margin."""
    contract = Contract.objects.filter(version=version).values_list("number", flat=True).first()
    committed = rounded(version.committed_total, version.currency)
    expected = None if version.expected_total is None else rounded(version.expected_total, version.currency)
    accepted = version.accepted_at.astimezone(ZoneInfo(version.zone)).date() if version.accepted_at else None
    page = reverse("quotes:version", args=[version.quote.number, version.number])
    return {
        "committed": committed,
        "expected": expected,
        "annual": rounded(committed * YEAR / version.months, version.currency),
        "close_date": accepted or version.valid_until,
        "quote": version.quote.number,
        "version": version.number,
        "status": version.status,
        "url": f"{settings.SITE_URL}{page}",
        "title": version.title,
        "currency": version.currency,
        "start": version.start,
        "months": version.months,
        "valid_until": version.valid_until,
        "discount_percent": f"{version.discount_percent.normalize():f}",
        "contract": contract,
    }
