"""A CRM's message, taken once: the opportunity it tells of is noted, and a draft started where it asks for one."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from catalog.models import Package
from core.announcing import told_by
from core.api.refusals import KeyReused
from core.errors import Invalid, Problem, Refused
from core.models import User
from core.roles import Permission, may
from core.turns import take_turn
from crm.actions.accounts import customer_for
from crm.models import Connection, Received
from crm.rules.mappings import Terms
from crm.rules.reading import Told, Wrong, read
from quotes.actions.drafts import create_quote
from quotes.actions.lines import add_package
from quotes.actions.moves import record
from quotes.actions.opportunities import carry, note_opportunity
from quotes.models import Opportunity, QuoteVersion

KEPT = timedelta(days=60)
"""How long a message is known by its id; a signature is taken for five minutes."""
State = Received.State


def take(connection: Connection, *, name: str, text: str, body: Any, at: datetime) -> tuple[dict[str, Any], bool]:
    """What is answered, and whether it was said before. What is refused changes nothing and may come again, mended."""
    try:
        with transaction.atomic():
            take_turn(turn(connection, name))
            known = Received.objects.filter(connection=connection, name=name).first()
            if known is not None and known.state == State.TAKEN:
                return again(known, body), True
            with told_by(connection.endpoint_id):
                answer = act(connection, body, at=at)
            keep(connection, name, text, body, State.TAKEN, answer, at=at)
            return answer, False
    except Problem as problem:
        refused(connection, name, text, body, problem, at=at)
        raise


def turn(connection: Connection, name: str) -> str:
    """The same message twice at once: the second waits and finds the first one's answer."""
    return f"crm message {connection.pk} {name}"


def again(known: Received, body: Any) -> dict[str, Any]:
    if known.sha256 != fingerprint(body):
        raise KeyReused(_("This webhook-id belongs to another message. Give each message an id of its own."))
    return dict(known.answer)


def fingerprint(body: Any) -> str:
    """Of what a message tells. When it was written, and in which order, differs where a retry writes it anew."""
    told = {name: body.get(name) for name in ("type", "data")} if isinstance(body, dict) else body
    return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()


def keep(
    connection: Connection, name: str, text: str, body: Any, state: str, answer: Mapping[str, Any], *, at: datetime
) -> None:
    kind = str(body.get("type", ""))[:60] if isinstance(body, dict) else ""
    Received.objects.update_or_create(
        connection=connection,
        name=name,
        defaults={
            "kind": kind,
            "body": text,
            "sha256": fingerprint(body),
            "state": state,
            "answer": json.loads(json.dumps(dict(answer), cls=DjangoJSONEncoder)),
            "at": at,
        },
    )


@transaction.atomic
def refused(connection: Connection, name: str, text: str, body: Any, problem: Problem, *, at: datetime) -> None:
    """For a person to read; a message that was taken stays as it was."""
    take_turn(turn(connection, name))
    if not Received.objects.filter(connection=connection, name=name, state=State.TAKEN).exists():
        errors = problem.errors if isinstance(problem, Invalid) else {}
        said = {"status": problem.status, "detail": problem.sentence, "errors": errors}
        keep(connection, name, text, body, State.REFUSED, said, at=at)


def act(connection: Connection, body: Any, *, at: datetime) -> dict[str, Any]:
    if connection.disabled_at is not None:
        raise Refused(_("This connection is switched off. Switch it on in Quantile, then send the message again."))
    try:
        told = read(body, Terms.of(connection.mapping))
    except Wrong as wrong:
        raise Invalid(wrong.errors) from None
    seller = seller_for(connection, told)
    opportunity, changed = noted(connection, told, seller, at=at)
    version = wanted_draft(connection, told, opportunity, seller, at=at) if told.wanted else None
    newest = version.quote if version else opportunity.quotes.order_by("-pk").first()
    return {
        "opportunity": opportunity.external_id,
        "customer": opportunity.customer.slug,
        "state": opportunity.state,
        "changed": sorted(changed),
        "quote": newest.number if newest else None,
        "url": settings.SITE_URL + reverse("quotes:detail", args=[newest.number]) if newest else None,
        "started": version is not None,
    }


def seller_for(connection: Connection, told: Told) -> User:
    """The owner in the CRM, if they sell here; else whom the connection names."""
    email = told.values.get("owner", "")
    owner = User.objects.filter(email__iexact=email, is_active=True).order_by("pk").first() if email else None
    for person in (owner, connection.seller):
        if person is not None and person.is_active and may(person, Permission.EDIT_QUOTES):
            return person
    raise Refused(_("Neither the owner nor the seller of the connection sells any more. Choose another seller."))


def noted(connection: Connection, told: Told, seller: User, *, at: datetime) -> tuple[Opportunity, list[str]]:
    known = (
        Opportunity.objects.select_related("customer")
        .filter(system=connection.system, external_id=told.external_id)
        .first()
    )
    customer = customer_for(connection, told, known, by=seller, at=at)
    values = dict(told.values)
    if values.get("amount") is not None:
        values.setdefault("currency", known.currency if known and known.currency else customer.currency)
    elif not known or known.amount is None:
        values.pop("currency", None)
    found, changed = note_opportunity(
        connection.system, told.external_id, customer=customer, values=values, by=str(connection), at=at
    )
    return found, list(changed)


def wanted_draft(
    connection: Connection, told: Told, opportunity: Opportunity, seller: User, *, at: datetime
) -> QuoteVersion | None:
    """The opportunity's first quote; where it has one, nothing is started."""
    if opportunity.quotes.exists():
        return None
    months: dict[str, Any] = {"months": told.months} if told.months else {}
    version = create_quote(customer=opportunity.customer, by=seller, at=at, title=opportunity.name[:120], **months)
    record(seller, "start_from_crm", version, at=at, system=str(connection))
    carry(version.quote, opportunity, by=seller, at=at)
    if told.package:
        package = Package.objects.filter(book=version.price_book_id, code=told.package).first()
        if package is None:
            sentence = _("{book} has no package {code}.").format(book=version.price_book, code=told.package)
            raise Invalid({"package": sentence})
        version = add_package(version, package=package, by=seller, at=at)
    return version


def forget(*, at: datetime) -> int:
    """Messages that nobody sends again."""
    return Received.objects.filter(at__lt=at - KEPT).delete()[0]
