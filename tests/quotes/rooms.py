"""A quote with options that is with the customer, and her browser in its room."""

import re

from django.test import Client

from core.models import User
from quotes.actions.lines import edit_line
from quotes.actions.sending import Sent, send
from quotes.actions.signing import digits
from quotes.actions.versions import submit
from quotes.models import QuoteVersion, RoomLink, SigningCode
from tests.factories import AT
from tests.quotes.views.deals import a_draft

VIEWS = ("room", "room_answers", "room_prices", "room_talk")


def with_options(ada: User, *, optional: tuple[str, ...] = ("seats",), **changes) -> Sent:
    """Platform and seats, the latter to be picked; nobody needs to approve it."""
    version = a_draft(ada, keys=("platform", "seats", "onboarding"), **changes)
    for key in optional:
        line = version.lines.select_related("version").get(key=key)
        version = edit_line(line, optional=True, by=ada, at=AT)
    return send(submit(version, by=ada, at=AT), by=ada, at=AT)


def set_clock(monkeypatch, moment) -> None:
    """When requests to the room happen."""
    for name in VIEWS:
        monkeypatch.setattr(f"quotes.views.{name}.now", lambda: moment)


def browser_of(token: str) -> Client:
    client = Client()
    assert client.get(f"/room/{token}/").status_code == 303
    return client


def sign_in_room(client: Client, link: RoomLink, **changes):
    """Ask for the code, type it, tick and sign what the page shows."""
    client.post("/room/codes/")
    page = client.get("/room/").content.decode()
    shown = dict(re.findall(r'name="(sha256|total)" value="([^"]*)"', page))
    code = SigningCode.objects.filter(link=link).latest("pk")
    fields = {"name": link.name, "title": "COO", "agree": "on", "code": digits(code.pk), **shown}
    return client.post("/room/acceptance/", {**fields, **changes})


def text_of(response) -> str:
    html = re.sub(r"<[^>]+>", " ", response.content.decode())
    plain = html.replace("\u00a0", " ").replace("&nbsp;", " ").replace("&#x27;", "'").replace("&amp;", "&")
    return re.sub(r"\s+", " ", plain)


def newest(version: QuoteVersion) -> QuoteVersion:
    return QuoteVersion.objects.filter(quote=version.quote_id).latest("number")
