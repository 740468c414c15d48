"""Quotes at every station of their way, made through the same actions as the screens."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from urllib.parse import urlsplit

from catalog.models import Package, Price
from core import outbox
from core.models import OutboxMessage, User
from customers.models import Customer
from quotes.actions.acceptance import accept, committed_total
from quotes.actions.approvals import decide
from quotes.actions.comments import add_comment, resolve_thread
from quotes.actions.conversing import reply, say
from quotes.actions.drafts import create_quote, edit_version
from quotes.actions.lines import add_package, add_price, edit_line
from quotes.actions.sending import Sent, address, send
from quotes.actions.signing import check_code, digits, request_code
from quotes.actions.versions import revise, submit
from quotes.models import Quote, QuoteVersion, RoomLink
from quotes.rules.transitions import Status

RESOLUTIONS = {"resolutions|": {"low": "3000", "base": "6000", "high": "11000"}}


@dataclass(frozen=True)
class Station:
    """One demo quote: what is offered to whom, how long ago it began, and how far it has come."""

    customer: str
    package: str
    title: str
    go: Callable[[QuoteVersion, datetime], object]
    seller: str = "ada"
    days_ago: int = 3
    months: int = 12
    discount: int = 0
    quantities: tuple[tuple[str, int], ...] = ()
    assumptions: dict[str, dict[str, str]] | None = None
    options: tuple[str, ...] = ()  # prices that the customer may pick


def stay(version: QuoteVersion, at: datetime) -> QuoteVersion:
    return version


def discussed(version: QuoteVersion, at: datetime) -> QuoteVersion:
    """Ada asks Ben about a line, Ben answers; what she asked about the quote is done with."""
    ada, ben, quote = version.created_by, User.objects.get(username="ben"), version.quote
    done = add_comment(quote, text="They close their books in March: let us begin in April.", by=ada, at=at)
    resolve_thread(done, by=ada, at=at + timedelta(minutes=20))
    asked = add_comment(quote, line="studio", text="@ben they asked for 20 % here. Would you take it?", by=ada, at=at)
    words = "With 24 months I would. Please ask them first."
    add_comment(quote, thread=asked, text=words, by=ben, at=at + timedelta(minutes=35))
    return version


def submitted(version: QuoteVersion, at: datetime) -> QuoteVersion:
    return submit(version, by=version.created_by, at=at)


def approved(version: QuoteVersion, at: datetime) -> QuoteVersion:
    done = submitted(version, at)
    for username in ("ben", "fay"):
        approver = User.objects.get(username=username)
        if done.approvals.filter(decision="", role__in=approver.roles).exists():
            done = decide(done, decision="approve", sha256=done.sha256, by=approver, at=at, comment="Within plan.")
    return done


def sent(version: QuoteVersion, at: datetime) -> Sent:
    return send(approved(version, at), by=version.created_by, at=at)


def asked(version: QuoteVersion, at: datetime) -> Sent:
    """Sent, and Cleo has asked: one question is answered, one waits."""
    done = sent(version, at)
    question = say(done.link, text="Is single sign-on part of the platform fee?", line="platform", at=at)
    reply(question, text="Yes: SAML and OIDC are in it, at no extra charge.", by=version.created_by, at=at)
    say(done.link, text="Can the onboarding be in German?", line="onboarding", at=at + timedelta(hours=20))
    return done


def accepted(version: QuoteVersion, at: datetime) -> None:
    done = sent(version, at)
    shown = committed_total(done.version)
    signer = done.link
    check_code(signer, digits(request_code(signer, at=at).pk), at=at)
    contract = accept(
        signer, name=signer.name, title=signer.title, sha256=done.version.sha256, shown_total=shown, at=at
    )
    message = OutboxMessage.objects.get(topic="contract.created", key=contract and contract.number)
    outbox.deliver(message.pk, at=at)


def sent_back(version: QuoteVersion, at: datetime) -> QuoteVersion:
    """Ben asked for changes, and Ada has begun the second version."""
    done = submitted(version, at)
    ben = User.objects.get(username="ben")
    comment = "Please keep the discount at 20 % or bring a two-year term."
    done = decide(done, decision="request_changes", sha256=done.sha256, by=ben, at=at, comment=comment)
    return revise(done, by=version.created_by, at=at)


STATIONS = (
    Station(
        "hartwell-legal",
        "agent-platform-hybrid",
        "Agent platform, first year",
        asked,
        discount=10,
        days_ago=6,
        options=("ai-add-on", "onboarding"),
    ),
    Station(
        "hartwell-legal",
        "agent-platform-hybrid",
        "Agent platform for all offices",
        submitted,
        discount=25,
        quantities=(("seats", 120),),
    ),
    Station("lumen-studio", "image-studio", "Image studio for the spring campaign", discussed, days_ago=1),
    Station(
        "hartwell-legal",
        "support-agent",
        "Support agent for client intake",
        accepted,
        discount=5,
        days_ago=20,
        assumptions=RESOLUTIONS,
    ),
    Station("pixelfern", "image-studio", "Image studio, team of twelve", approved, quantities=(("studio", 12),)),
    Station("inkwell-prints", "image-studio", "Image studio for print on demand", sent_back, discount=30, days_ago=9),
    Station(
        "osprey-insurance",
        "support-agent",
        "Support agent for claims",
        submitted,
        months=36,
        days_ago=2,
        assumptions=RESOLUTIONS,
    ),
    Station("brightside-software", "api-pay-as-you-go", "API, pay as you go", stay, seller="eve", days_ago=4),
    Station("hartwell-legal", "api-pay-as-you-go", "API for the document pilot", accepted, days_ago=100),
)


def load(at: datetime) -> str:
    """Add the demo quotes where there are none yet."""
    if not Quote.objects.exists():
        for station in STATIONS:
            build(station, at - timedelta(days=station.days_ago))
    return f"{Quote.objects.count()} quotes"


def build(station: Station, at: datetime) -> None:
    seller = User.objects.get(username=station.seller)
    customer = Customer.objects.get(slug=station.customer)
    version = create_quote(customer=customer, by=seller, at=at, title=station.title, months=station.months)
    package = Package.objects.get(book=version.price_book, code=station.package)
    version = add_package(version, package=package, by=seller, at=at)
    for key, quantity in station.quantities:
        line = version.lines.select_related("version").get(key=key)
        version = edit_line(line, by=seller, at=at, quantity=Decimal(quantity))
    if station.discount:
        version = edit_version(version, by=seller, at=at, discount_percent=Decimal(station.discount))
    if station.assumptions:
        version = edit_version(version, by=seller, at=at, assumptions=station.assumptions)
    for key in station.options:
        price = Price.objects.get(book=version.price_book, key=key)
        version = add_price(version, price=price, by=seller, at=at)
        version = edit_line(version.lines.select_related("version").get(key=key), by=seller, at=at, optional=True)
    station.go(version, at)


def customer_link(at: datetime) -> str:
    """The path of Cleo's link to a sent demo quote; "" when none is with a customer any more."""
    open_versions = QuoteVersion.objects.filter(status=Status.SENT, expires_at__gt=at, quote__owner__username="ada")
    links = RoomLink.objects.filter(version__in=open_versions, right=RoomLink.Right.SIGN, revoked_at=None)
    link = links.order_by("version", "pk").first()
    return urlsplit(address(link.pk)).path if link else ""
