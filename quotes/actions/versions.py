"""From draft to frozen version, and on to the next: submit, withdraw, revise."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_noop as noop

from core.errors import Conflict, leave_to_people, refuse
from core.languages import in_house
from core.models import User
from quotes.actions.approvals import approve
from quotes.actions.asking import ask
from quotes.actions.drafts import VALID_DAYS
from quotes.actions.edits import settle
from quotes.actions.moves import changed_since, close, hold, live_version, move, record
from quotes.actions.reminding import tell
from quotes.models import Quote, QuoteLine, QuoteVersion, VersionMargin
from quotes.queries.billable import why_not_bill
from quotes.queries.priced import dumped, price
from quotes.queries.snapshots import snapshot_of
from quotes.rules.pricing import Pricing
from quotes.rules.transitions import Status, Verb
from quotes.rules.validity import end_of_day, today
from quotes.rules.verbs import why_not_end_as_agent, why_not_revise, why_not_submit, why_not_withdraw
from quotes.snapshots import sha256_of

NOTE = 2000
"""The longest note to the approvers, in characters."""


@transaction.atomic
def submit(
    version: QuoteVersion,
    *,
    by: User,
    at: datetime,
    edit_number: int | None = None,
    note: str = "",
    agent: bool = False,
) -> QuoteVersion:
    """Freeze the draft and ask for the approvals that the rules name; approved at once when there are none.

    Refused with all problems at once. The quote's live version (with the approvers or the customer) is superseded;
    one that is approved or sent not by an `agent`.
    """
    fresh = hold(version)
    seen = version.edit_number if edit_number is None else edit_number
    if fresh.status == Status.DRAFT and fresh.edit_number != seen:
        raise Conflict(changed_since(version))
    live = live_version(fresh)
    refuse(why_not_submit(fresh, by=by, live=live.status if live else None))
    leave_to_people(why_not_end_as_agent(live) if agent and live else "")
    with in_house():
        pricing = price(fresh, at=at)
    if pricing.problems:
        refuse(why_not_submit(fresh, by=by, problems=[problem.sentence for problem in price(fresh, at=at).problems]))
    # Where contracts go may have changed since the check that the pricing holds.
    refuse(why_not_bill(fresh))
    if live is not None:
        supersede(live, Verb.REPLACE, by=by, at=at, successor=fresh.number)
    freeze(fresh, pricing, by=by, at=at, note=note)
    ask_for_approval(fresh, pricing, at=at)
    return fresh


def freeze(version: QuoteVersion, pricing: Pricing, *, by: User, at: datetime, note: str) -> None:
    """What the draft says becomes text with its hash; its margin is kept apart."""
    terms, snapshot = snapshot_of(version, pricing, prepared_by=by)
    move(
        version,
        Verb.SUBMIT,
        submitted_at=at,
        submitted_by=by,
        note=note.strip()[:NOTE],
        terms=terms.canonical_json(),
        snapshot=snapshot,
        sha256=sha256_of(snapshot),
        committed_total=pricing.totals.committed,
        expected_total=pricing.term.p50,
    )
    VersionMargin.objects.create(version=version, sha256=version.sha256, priced=dumped(pricing))
    record(by, Verb.SUBMIT, version, at=at, approvals=[need.rule for need in pricing.needs], comment=version.note)


def ask_for_approval(version: QuoteVersion, pricing: Pricing, *, at: datetime) -> None:
    """Approved at once where nobody has to decide, or all who have did before."""
    asked = ask(version, pricing.needs, pricing.facts, at=at)
    if not pricing.needs:
        approve(version, by=None, at=at, reason=noop("No approval rule applies."))
    elif all(one.decision for one in asked):
        approve(version, by=None, at=at, reason=noop("Nothing that was approved before got worse."))
    else:
        tell(version, at=at)


def supersede(version: QuoteVersion, verb: Verb, *, by: User, at: datetime, successor: int) -> None:
    close(version, verb, by=by, at=at, note=noop("Version {successor} takes its place.").format(successor=successor))


@transaction.atomic
def withdraw(version: QuoteVersion, *, by: User, at: datetime, note: str = "", agent: bool = False) -> QuoteVersion:
    """Discard a draft, recall a submitted version, or withdraw one that is approved or with the customer; the last
    is no `agent`'s to do."""
    fresh = hold(version)
    refuse(why_not_withdraw(fresh, by=by))
    leave_to_people(why_not_end_as_agent(fresh) if agent else "")
    return close(fresh, Verb.WITHDRAW, by=by, at=at, note=note.strip())


@transaction.atomic
def revise(version: QuoteVersion, *, by: User, at: datetime) -> QuoteVersion:
    """A new draft with the same lines. A version that only approvers have seen gives way at once; one that the
    customer may hold stays good until the new one is submitted."""
    fresh = hold(version)
    family = QuoteVersion.objects.filter(quote=fresh.quote_id)
    live = live_version(fresh)
    refuse(
        why_not_revise(
            fresh,
            by=by,
            has_draft=family.filter(status=Status.DRAFT).exists(),
            live=live.status if live else None,
        )
    )
    number = family.order_by("-number").values_list("number", flat=True)[0] + 1
    if fresh.status in (Status.SUBMITTED, Status.CHANGES_REQUESTED):
        supersede(fresh, Verb.REVISE, by=by, at=at, successor=number)
    else:
        record(by, Verb.REVISE, fresh, at=at, successor=number)
    draft = copy_of(fresh, number=number, by=by, at=at)
    return settle(draft, "create_draft", by=by, at=at, of=fresh.number)


def copy_of(version: QuoteVersion, *, number: int, by: User, at: datetime, quote: Quote | None = None) -> QuoteVersion:
    """The same deal as an open draft, of the same quote or another, valid anew if its last day is near or over."""
    day = today(at, version.zone)
    valid_until = max(version.valid_until, day + timedelta(days=VALID_DAYS))
    draft = QuoteVersion.objects.create(
        quote=quote or version.quote,
        number=number,
        title=version.title,
        price_book=version.price_book,
        currency=version.currency,
        start=version.start,
        months=version.months,
        discount_percent=version.discount_percent,
        discount_from=version.discount_from,
        discount_to=version.discount_to,
        free_months=version.free_months,
        escalator_percent=version.escalator_percent,
        valid_until=valid_until,
        zone=version.zone,
        expires_at=end_of_day(valid_until, version.zone),
        payment_days=version.payment_days,
        selling_entity_id=version.selling_entity_id,
        special_terms=version.special_terms,
        assumptions=version.assumptions,
        scenario=version.scenario,
        texts=version.texts,
        editor_ids=[by.pk],
        created_at=at,
        created_by=by,
        edited_at=at,
    )
    QuoteLine.objects.bulk_create(
        QuoteLine(
            version=draft,
            position=line.position,
            key=line.key,
            price_id=line.price_id,
            part_id=line.part_id,
            component=line.component,
            list_component=line.list_component,
            discount_percent=line.discount_percent,
            rule=line.rule,
            optional=line.optional,
            discount_from=line.discount_from,
            discount_to=line.discount_to,
            years=line.years,
        )
        for line in version.lines.order_by("position")
    )
    return draft
