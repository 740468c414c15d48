"""A mapping between our names and a CRM's: its shape, what may be wrong with it, and two to start from. Pure."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from django.utils.translation import gettext as _

from crm.rules.words import EVENTS, FACTS, READS

CRM_FIELD = re.compile(r"[A-Za-z][A-Za-z0-9_.]{0,79}")
LONGEST = 100  # of a path, a constant or a stage's name
MOST_STAGES = 20
CONSTANT = "="


@dataclass(frozen=True)
class Terms:
    """Both directions. What has no field is not told; what has no path is not read."""

    object: str = ""
    """What the CRM calls an opportunity."""
    fields: dict[str, str] = field(default_factory=dict)
    """Fact -> field of the CRM."""
    stages: dict[str, str] = field(default_factory=dict)
    """Event -> stage of the CRM; an event without one leaves the stage as it is."""
    numbers: bool = False
    """Whether amounts go out as JSON numbers; else as text."""
    reads: dict[str, str] = field(default_factory=dict)
    """Our name -> path in what the CRM sends ("Account.Name"), or a constant ("=USD")."""
    won: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    wanted: list[str] = field(default_factory=list)
    """Stages of the CRM in which a deal is won, is lost, or wants a quote."""

    def stored(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Self:
        return cls(**stored)


STARTS = {
    "salesforce": Terms(
        object="Opportunity",
        fields={"stage": "StageName", "committed": "Amount", "close_date": "CloseDate"},
        stages={
            "quote.linked": "Proposal/Price Quote",
            "quote.sent": "Negotiation/Review",
            "quote.accepted": "Closed Won",
            "quote.declined": "Closed Lost",
        },
        numbers=True,
        reads={
            "id": "Id",
            "name": "Name",
            "stage": "StageName",
            "amount": "Amount",
            "currency": "CurrencyIsoCode",
            "close_date": "CloseDate",
            "owner": "Owner.Email",
            "account_id": "AccountId",
            "domain": "Account.Website",
            "account": "Account.Name",
            "country": "Account.BillingCountryCode",
        },
        won=["Closed Won"],
        lost=["Closed Lost"],
        wanted=["Proposal/Price Quote"],
    ),
    "hubspot": Terms(
        object="deals",
        fields={"stage": "dealstage", "committed": "amount", "close_date": "closedate"},
        stages={
            "quote.linked": "presentationscheduled",
            "quote.sent": "contractsent",
            "quote.accepted": "closedwon",
            "quote.declined": "closedlost",
        },
        reads={
            "id": "hs_object_id",
            "name": "dealname",
            "stage": "dealstage",
            "amount": "amount",
            "currency": "deal_currency_code",
            "close_date": "closedate",
            "owner": "owner.email",
            "account_id": "company.hs_object_id",
            "domain": "company.domain",
            "account": "company.name",
            "country": "company.country_code",
        },
        won=["closedwon"],
        lost=["closedlost"],
        wanted=["presentationscheduled"],
    ),
}
"""Standard fields and stages of Salesforce's Opportunity and of HubSpot's deals in a fresh account."""


def start_for(system: str) -> Terms:
    return STARTS.get(system, STARTS["salesforce"])


def wrong(terms: Terms) -> dict[str, str]:
    """Input -> what is wrong with it: "fields.committed", "stages.quote.sent", "reads.id", "won"."""
    return {**wrong_fields(terms), **wrong_stages(terms), **wrong_reads(terms), **wrong_lists(terms)}


def wrong_fields(terms: Terms) -> dict[str, str]:
    labels = {fact.key: str(fact.label) for fact in FACTS}
    found = {}
    first: dict[str, str] = {}
    for key, name in terms.fields.items():
        if not CRM_FIELD.fullmatch(name):
            found[f"fields.{key}"] = _("{name} is no field’s name: letters, digits and _, at most 80.").format(
                name=name[:80]
            )
        elif first.setdefault(name, key) != key:
            found[f"fields.{key}"] = _("{name} is taken by “{label}” already; a field holds one value.").format(
                name=name, label=labels[first[name]]
            )
    if not CRM_FIELD.fullmatch(terms.object):
        found["object"] = _("Say what the CRM calls an opportunity, such as Opportunity or deals.")
    return found


def wrong_stages(terms: Terms) -> dict[str, str]:
    found = {f"stages.{event}": too_long() for event, name in terms.stages.items() if len(name) > LONGEST}
    if terms.stages and "stage" not in terms.fields:
        found["fields.stage"] = _("Stages are named below: say which field of the CRM holds the stage.")
    if "stage" in terms.fields and not terms.stages:
        found["fields.stage"] = _("Name at least one stage below, or leave this field empty.")
    return found


def wrong_reads(terms: Terms) -> dict[str, str]:
    found = {}
    for key, path in terms.reads.items():
        if len(path) > LONGEST or path == CONSTANT or (not path.startswith(CONSTANT) and re.search(r"\s", path)):
            found[f"reads.{key}"] = _(
                "{path} is no path: names with dots between, such as Account.Name, or a constant such as =USD."
            ).format(path=path[:LONGEST])
    if not terms.reads.get("id") or terms.reads["id"].startswith(CONSTANT):
        found["reads.id"] = _("Say where the CRM’s message holds the id of the opportunity.")
    return found


def wrong_lists(terms: Terms) -> dict[str, str]:
    found = {}
    counts = Counter(stage for name in ("won", "lost", "wanted") for stage in set(getattr(terms, name)))
    for name in ("won", "lost", "wanted"):
        stages = getattr(terms, name)
        twice = [stage for stage in stages if counts[stage] > 1]
        if len(stages) > MOST_STAGES or any(len(stage) > LONGEST for stage in stages):
            found[name] = _("At most {most} stages of at most {longest} characters.").format(
                most=MOST_STAGES, longest=LONGEST
            )
        elif twice:
            found[name] = _("{stage} stands in two of the lists; a stage means one thing.").format(stage=twice[0])
    return found


def too_long() -> str:
    return _("At most {most} characters.").format(most=LONGEST)


KEYS = {"fields": [fact.key for fact in FACTS], "stages": list(EVENTS), "reads": [read.key for read in READS]}
"""What may stand in each part."""
