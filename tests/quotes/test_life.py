"""Random lives of a quote: whoever tries whatever, only what the table allows happens, and refused means unchanged."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from core.audit import broken_links
from core.errors import Problem
from core.models import User
from quotes.actions.acceptance import accept, committed_total, decline
from quotes.actions.approvals import decide
from quotes.actions.contracts import confirm
from quotes.actions.drafts import edit_version
from quotes.actions.expiry import expire
from quotes.actions.sending import create_room_link, revoke_room_link, send
from quotes.actions.versions import revise, submit, withdraw
from quotes.models import Acceptance, Approval, Contract, Quote, QuoteVersion, RoomLink
from quotes.rules.transitions import LIVE, pairs
from tests.conftest import CAST, make_person
from tests.factories import AT, make_draft_quote, prove

pytestmark = pytest.mark.django_db

STEPS = 60
DRAFTING = {("", "draft")}


def edit(version: QuoteVersion, by: User, at: datetime, luck: random.Random) -> object:
    return edit_version(version, by=by, at=at, discount_percent=Decimal(luck.choice([0, 15, 25])))


def share(version: QuoteVersion, by: User, at: datetime, luck: random.Random) -> object:
    right = luck.choice(["view", "sign"])
    return create_room_link(version, name="Al", email="al@acme.example", right=right, by=by, at=at)


def rule(version: QuoteVersion, by: User, at: datetime, luck: random.Random) -> object:
    decision = luck.choice(["approve", "approve", "approve", "reject", "request_changes"])
    return decide(version, decision=decision, sha256=version.sha256, by=by, at=at, comment="As discussed.")


def with_link(act: Callable[[RoomLink], object]) -> Callable[[QuoteVersion], object]:
    def run(version: QuoteVersion, luck: random.Random) -> object:
        links = list(RoomLink.objects.filter(version=version).select_related("version__quote").order_by("pk"))
        return act(luck.choice(links)) if links else None

    return run


def attempt(version: QuoteVersion, by: User, at: datetime, luck: random.Random) -> object:
    """One random verb, by anybody."""
    signature = {"name": "Cleo", "title": "VP", "sha256": version.sha256, "at": at}
    verbs: list[Callable[[], object]] = [
        lambda: edit(version, by, at, luck),
        lambda: submit(version, by=by, at=at),
        lambda: rule(version, by, at, luck),
        lambda: send(version, by=by, at=at),
        lambda: withdraw(version, by=by, at=at),
        lambda: revise(version, by=by, at=at),
        lambda: share(version, by, at, luck),
        lambda: expire(version, at=at),
        lambda: with_link(lambda link: revoke_room_link(link, by=by, at=at))(version, luck),
        lambda: with_link(lambda link: yes(link, shown_total=committed_total(version), **signature))(version, luck),
        lambda: with_link(lambda link: decline(link, reason="No.", at=at))(version, luck),
        lambda: [confirm(found, reference="L-1", at=at) for found in Contract.objects.filter(version=version)],
    ]
    weights = [3, 6, 8, 6, 1, 3, 2, 1, 1, 4, 1, 3]
    return luck.choices(verbs, weights)[0]()


def yes(link: RoomLink, *, at: datetime, **signature: Any) -> object:
    prove(link, at=at)
    return accept(link, at=at, **signature)


def picture() -> dict[int, tuple[str, str, int]]:
    return {v.pk: (v.status, v.sha256, v.edit_number) for v in QuoteVersion.objects.all()}


def facts() -> list[object]:
    """Everything that a refused action must leave alone."""
    approvals = list(Approval.objects.order_by("pk").values_list("pk", "decision", "decided_by"))
    links = list(RoomLink.objects.order_by("pk").values_list("pk", "revoked_at"))
    return [picture(), approvals, links, Acceptance.objects.count(), Contract.objects.count()]


@pytest.mark.parametrize("seed", [3, 4, 7])
def test_a_random_life(seed):
    luck, at = random.Random(seed), AT
    quote: Quote = make_draft_quote().quote
    people = [make_person(name) for name in CAST]
    for _ in range(STEPS):
        at += timedelta(hours=luck.choice([0, 0, 1, 30]))
        version = luck.choice(list(QuoteVersion.objects.filter(quote=quote).select_related("quote")))
        by = luck.choice([quote.owner, quote.owner, *people])
        before, statuses = facts(), picture()
        try:
            attempt(version, by, at, luck)
        except Problem:
            assert facts() == before
        check(quote, statuses)
    assert list(broken_links()) == []


def check(quote: Quote, before: dict[int, tuple[str, str, int]]) -> None:
    """What holds after every step."""
    versions = list(QuoteVersion.objects.filter(quote=quote))
    for version in versions:
        old = before.get(version.pk, ("", "", 0))
        steps = chain(old[0], version.status)
        assert steps, f"{old[0]} -> {version.status}"
        if old[1]:
            assert version.sha256 == old[1]
    assert sum(version.status == "draft" for version in versions) <= 1
    assert sum(version.status in LIVE for version in versions) <= 1
    won = [version.pk for version in versions if version.status in ("accepted", "contracted")]
    assert list(Contract.objects.values_list("version_id", flat=True)) == won
    for approval in Approval.objects.exclude(decision="").select_related("version"):
        assert approval.decided_by_id not in approval.version.maker_ids
        assert approval.sha256 == approval.version.sha256
        assert {"deal_desk", "finance"} & set(approval.decided_by.roles)


def chain(old: str, new: str) -> bool:
    """Whether one action may lead from one status to the other: a step of the table, or two where rules approve."""
    direct = pairs() | DRAFTING | {(old, old)}
    return (old, new) in direct or (old, new) == ("draft", "approved")
