"""The way around: which areas a person may enter, and where they are now."""

from typing import NamedTuple

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from core.languages import lazily as _
from core.roles import Permission, may

P = Permission


class Area(NamedTuple):
    label: str
    icon: str
    url_name: str
    permissions: tuple[Permission, ...]
    about: str = ""


class Panel(NamedTuple):
    """A part of the home page that another app draws; it arrives by its address."""

    url_name: str
    title: str
    permissions: tuple[Permission, ...]


AREAS = (
    Area(_("Home"), "home", "core:home", ()),
    Area(_("Quotes"), "quote", "quotes:list", (P.SEE_OWN_QUOTES, P.SEE_ALL_QUOTES), _("Build, price and send deals")),
    Area(_("Approvals"), "approval", "quotes:approvals", (P.DECIDE_APPROVALS,), _("Decide what waits for you")),
    Area(_("Rules"), "rules", "quotes:rules", (P.EDIT_RULES, P.PUBLISH_RULES), _("Who must approve what, and why")),
    Area(
        _("Documents"),
        "pdf",
        "quotes:sellers",
        (P.EDIT_DOCUMENTS, P.PUBLISH_DOCUMENTS),
        _("What documents say, and for whom"),
    ),
    Area(_("Customers"), "customer", "customers:list", (P.SEE_CUSTOMERS,), _("Who buys, and how much they use")),
    Area(
        _("Forecasts"), "forecast", "forecasting:overview", (P.SEE_CUSTOMERS,), _("How well bands hold, by and large")
    ),
    Area(_("Catalog"), "catalog", "catalog:overview", (P.SEE_CATALOG,), _("Products, price books and packages")),
    Area(_("Usage"), "usage", "metering:quality", (P.SEE_CUSTOMERS,), _("What arrives, and what looks wrong in it")),
    Area(_("Contracts"), "contract", "billing:contracts", (P.SEE_CONTRACTS,), _("What was signed and billed on")),
    Area(_("API keys"), "key", "core:keys", (P.IMPORT_USAGE,), _("Let programs speak for you")),
    Area(_("Webhooks"), "send", "core:webhooks", (P.MANAGE_WEBHOOKS,), _("Other systems that are told what happens")),
    Area(_("CRM"), "link", "crm:overview", (P.MANAGE_WEBHOOKS,), _("Opportunities in, quotes out")),
    Area(_("People"), "people", "core:people", (P.MANAGE_PEOPLE,), _("Who may come in, and with which role")),
    Area(_("Mailbox"), "inbox", "core:mailbox", (P.SEE_MAIL,), _("What was written to whom")),
    Area(_("Audit"), "audit", "core:audit", (P.SEE_AUDIT,), _("Every change, by whom and when")),
)

# What one may begin, beside the areas, from the palette.
ACTIONS = (
    Area(_("New quote"), "plus", "quotes:new", (P.EDIT_QUOTES,), _("For a customer, from a package or prices")),
    Area(_("New customer"), "plus", "customers:new", (P.EDIT_CUSTOMERS,), _("A company that buys")),
    Area(_("Templates"), "copy", "quotes:templates", (P.EDIT_QUOTES,), _("Start a quote from one")),
    Area(_("Saved views"), "quote", "quotes:views", (P.SEE_OWN_QUOTES, P.SEE_ALL_QUOTES), _("Lists under a name")),
    Area(_("Won deals"), "forecast", "quotes:won", (P.SEE_OWN_QUOTES, P.SEE_ALL_QUOTES), _("Forecast against usage")),
    Area(_("Approval figures"), "approval", "quotes:analytics", (P.DECIDE_APPROVALS,), _("How deals go, by stage")),
    Area(_("Stand-ins"), "person", "quotes:stand_ins", (P.DECIDE_APPROVALS,), _("Who decides while you are away")),
    Area(_("Usage sources"), "usage", "metering:sources", (P.IMPORT_USAGE,), _("Systems that usage is read from")),
    Area(_("Usage imports"), "usage", "metering:imports", (P.IMPORT_USAGE,), _("Files of usage")),
    Area(
        _("Billing systems"),
        "contract",
        "billing:connections",
        (P.MANAGE_CONNECTIONS,),
        _("Accounts that contracts are handed to"),
    ),
    Area(_("Your account"), "person", "core:account", (), _("Password and second factor")),
    Area(_("Notices"), "inbox", "core:notices", (), _("What you were told")),
    Area(_("How you are told"), "send", "core:notice_ways", (), _("By mail, once a day or in the app")),
    Area(_("Your sessions"), "lock", "core:sessions", (), _("Where you are signed in")),
)

PANELS = (
    Panel("quotes:home", _("Quotes"), (P.SEE_OWN_QUOTES, P.SEE_ALL_QUOTES)),
    Panel("billing:stuck", _("Hand-offs that need a person"), (P.SEE_CONTRACTS,)),
)


class Item(NamedTuple):
    label: str
    icon: str
    url: str
    current: bool
    about: str


def navigation(request: HttpRequest) -> list[Item]:
    """The areas open to whoever asks; the longest address that begins this one's path is the current area."""
    open_areas = [(area, url) for area in AREAS if is_open(request, area) and (url := address(area.url_name))]
    begun = [url for _, url in open_areas if request.path.startswith(url) and (url != "/" or request.path == "/")]
    current = max(begun, key=len, default="")
    return [Item(area.label, area.icon, url, url == current, area.about) for area, url in open_areas]


def commands(request: HttpRequest, text: str = "") -> list[Item]:
    """The areas and actions open to whoever asks whose words all begin like those of the text."""
    places = [
        (place, url) for place in (*AREAS, *ACTIONS) if is_open(request, place) and (url := address(place.url_name))
    ]
    wanted = text.lower().split()
    return [
        Item(str(place.label), place.icon, url, False, str(place.about))
        for place, url in places
        if all(any(word.startswith(part) for word in f"{place.label} {place.about}".lower().split()) for part in wanted)
    ]


def first_action(request: HttpRequest) -> Item | None:
    """What whoever sells comes to begin; others find their work waiting."""
    action = ACTIONS[0]
    url = address(action.url_name) if is_open(request, action) else ""
    return Item(str(action.label), action.icon, url, False, str(action.about)) if url else None


def panels(request: HttpRequest) -> list[tuple[str, str]]:
    """(title, address) of the home page's parts that are open to whoever asks."""
    found = [(panel.title, address(panel.url_name)) for panel in PANELS if is_open(request, panel)]
    return [(title, url) for title, url in found if url]


def is_open(request: HttpRequest, place: Area | Panel) -> bool:
    return not place.permissions or any(may(request.user, permission) for permission in place.permissions)


def address(url_name: str) -> str:
    """The area's address, or "" where it is not installed."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""
