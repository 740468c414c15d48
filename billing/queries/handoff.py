"""What a hand-off needs to know: the contract as a value, where it goes and as whom, and whose turn it is."""

from datetime import datetime

from django.db.models import Q, QuerySet

from billing.models import Connection, Delivery, DeliveryStep
from billing.queries.routing import routes, target_name
from billing.rules import OVER, State
from billing.targets.base import Account, Order, Replaced, Target
from core.encryption import unsealed
from pricing import Terms
from pricing.values import plain
from quotes.models import Contract
from quotes.queries.amending import billed_ahead
from quotes.rules.amending import REPLACING, Kind
from quotes.rules.transitions import Status

WHOLE = ("customer", "previous", "version__quote__contact", "version__price_book")


def whole_contract(number: str) -> Contract:
    """The contract with all that an order is made of."""
    return Contract.objects.select_related(*WHOLE).get(number=number)


def order_of(contract: Contract) -> Order:
    """The contract as a value for targets."""
    version, customer, contact = contract.version, contract.customer, contract.version.quote.contact
    return Order(
        number=contract.number,
        customer=customer.slug,
        customer_name=customer.legal_name,
        customer_email=contact.email if contact else "",
        customer_country=customer.country,
        quote=version.quote.number,
        version=version.number,
        start=version.start,
        months=version.months,
        currency=version.currency,
        payment_days=version.payment_days,
        terms=contract.terms,
        terms_sha256=contract.terms_sha256,
        sha256=contract.sha256,
        replaces=replaced_by(contract),
    )


def replaced_by(contract: Contract) -> Replaced | None:
    """The contract that this one changes, and what billing calls it; that one is there first."""
    previous = contract.previous
    if previous is None:
        return None
    terms, old = Terms.parse(contract.terms), Terms.parse(previous.terms)
    reference = Delivery.objects.filter(contract=previous).values_list("reference", flat=True).first()
    ends = terms.end if contract.kind == Kind.EARLY_END else terms.start
    ahead = billed_ahead(old, ends) if contract.kind in REPLACING else ()
    line = [previous, *amended_by(previous)]
    return Replaced(
        number=previous.number,
        reference=reference or "",
        on=ends,
        kind=contract.kind,
        ahead=tuple((one.key, one.name, plain(one.amount), one.months) for one in ahead),
        began=old.start,
        credits=any(grants_credit(Terms.parse(one.terms)) for one in line),
        first=line[-1].number if contract.kind == Kind.AMENDMENT else "",
    )


def amended_by(contract: Contract) -> list[Contract]:
    """The contracts that led to this one by amendments, the last one first."""
    found: list[Contract] = []
    while contract.kind == Kind.AMENDMENT and contract.previous is not None:
        contract = contract.previous
        found.append(contract)
    return found


def grants_credit(terms: Terms) -> bool:
    return bool(terms.credits) or any(one.settle == "prepaid" for one in terms.commitments)


def route_of(contract: Contract) -> tuple[str, Connection | None]:
    """The target that a new contract goes to, and the account there; the embedded ledger unless another was chosen."""
    connection = routes(fresh=True).of(contract.version)
    return target_name(connection), connection


def account_of(connection: Connection | None, target: Target) -> Account:
    """Where to call and as whom, with the secrets opened."""
    if connection is None:
        return Account()
    secrets = unsealed(connection.secrets)
    return Account(
        base_url=connection.base_url or target.urls.get(connection.mode, ""),
        mode=connection.mode,
        values={**connection.options, **secrets},
        secrets=tuple(value for value in secrets.values() if value),
    )


def not_taken_over() -> Q:
    """Of deliveries: no other contract has been sent to take the place of this one, which ends it early over there."""
    sent = Delivery.objects.exclude(state=State.QUEUED).filter(contract__kind__in=REPLACING)
    return ~Q(contract__in=sent.values("contract__previous"))


def due_steps(at: datetime) -> QuerySet[DeliveryStep]:
    """What could not be done before its day, which has come."""
    return DeliveryStep.objects.filter(due__lte=at.date()).exclude(state__in=OVER)


def ahead_of(contract: Contract) -> Contract | None:
    """The first contract of the same customer that must be in billing before this one."""
    return unsettled(contract).filter(pk__lt=contract.pk).first()


def next_after(contract: Contract) -> Contract | None:
    """The customer's next contract whose hand-off has begun and waits in line."""
    following = unsettled(contract).filter(pk__gt=contract.pk).first()
    begun = Delivery.objects.filter(contract=following, state=State.QUEUED)
    return following if following is not None and begun.exists() else None


def unsettled(contract: Contract) -> QuerySet[Contract]:
    """The customer's contracts that billing does not hold yet as agreed, oldest first."""
    open_ = Q(delivery=None) | ~Q(delivery__state=State.CREATED)
    accepted = [Status.ACCEPTED, Status.CONTRACTED]
    return Contract.objects.filter(open_, customer=contract.customer_id, version__status__in=accepted).order_by("pk")
