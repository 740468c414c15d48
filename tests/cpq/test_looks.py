"""Every screen of the demo company in a real browser, in both widths and themes: nothing for axe to find."""

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils.timezone import now

from billing.models import Connection, Delivery, DeliveryStep
from billing.queries import routing
from billing.rules import State, StepState
from billing.targets.vendor import END, LEFT
from core.models import Mail, User
from cpq.demo.quotes import customer_link
from forecasting.models import PortfolioRun, Scenario
from tests.browser import chromium, page_of
from tests.core.test_looks import violations

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

SCREENS = {
    "ada": (
        "/",
        "/quotes/",
        "/quotes/views/",
        "/notices/",
        "/search/?q=legal",
        "/search/palette/?q=quote",
        "/quotes/new/",
        "/quotes/Q-2026-0001/v1/",
        "/quotes/Q-2026-0003/",
        "/quotes/Q-2026-0001/timeline/",
        "/quotes/Q-2026-0003/lines/studio/comments/",
        "/quotes/Q-2026-0003/edits/2/2/",
        "/quotes/Q-2026-0003/opportunity/",
        "/quotes/Q-2026-0001/v1/copies/",
        "/quotes/templates/",
        "/quotes/Q-2026-0003/prices/",
        "/quotes/Q-2026-0003/lines/studio/panel/",
        "/quotes/Q-2026-0003/bulk/fields/?line=studio,images&discount_percent=25",
        "/quotes/Q-2026-0003/paste/",
        "/quotes/Q-2026-0003/guide/?q-work=images&q-people=12",
        "/quotes/guide/?customer=hartwell-legal&q-work=assist&q-people=250",
        "/customers/",
        "/customers/hartwell-legal/",
        "/customers/hartwell-legal/edit/",
        "/customers/hartwell-legal/contacts/new/",
        "/customers/hartwell-legal/usage/?span=365&top=cost",
        "/customers/meridian-media/usage/?family=on&by=customer",
        "/customers/meridian-media/usage/quality/",
        "/usage/",
        "/customers/new/",
        "/customers/new/table/",
        "/catalog/",
        "/catalog/standard/1/",
        "/catalog/standard/1/packages/agent-platform-hybrid/",
        "/contracts/",
        "/contracts/C-2026-0001/",
        "/contracts/C-2026-0001/changes/",
        "/customers/hartwell-legal/forecast/?scenario={scenario}",
        "/customers/hartwell-legal/scenarios/{scenario}/?add=seats",
        "/quotes/Q-2026-0001/v1/scenarios/",
        "/quotes/Q-2026-0001/v1/replay/",
        "/quotes/Q-2026-0006/v2/changes/",
        "/quotes/Q-2026-0001/v1/figures/margin/?at=p10",
        "/quotes/Q-2026-0001/v1/advisor/?risk=30",
        "/quotes/Q-2026-0001/v1/ways/",
        "/quotes/Q-2026-0001/v1/months/",
        "/quotes/Q-2026-0001/v1/explorer/?growth=20&launch=30&launch_month=4",
        "/forecasts/",
        "/forecasts/runs/{portfolio}/",
    ),
    "ben": (
        "/",
        "/quotes/?owner=ada&expires=90&columns=customer&columns=status&columns=annual",
        "/approvals/",
        "/approvals/stand-ins/",
        "/approvals/analytics/",
        "/approvals/analytics/margins/",
        "/approvals/rules/",
        "/approvals/rules/margin/",
        "/quotes/Q-2026-0002/v1/",
        "/audit/",
        "/mailbox/",
        "/mailbox/{letter}/",
    ),
    "fay": ("/", "/account/notices/", "/contracts/stuck/", "/billing/", "/billing/stripe/sandbox/"),
    "pia": (
        "/catalog/products/model-tokens/",
        "/catalog/words/de/?show=all&q=token",
        "/catalog/standard/1/changes/",
        "/catalog/standard/1/prices/gpu-on-demand/",
        "/quotes/where-used/standard/1/",
        "/quotes/preview/standard/1/?package=image-studio",
        "/catalog/reseller/1/",
        "/catalog/reseller/1/facts/",
        "/catalog/reseller/1/prices/retail-tokens/",
        "/catalog/reseller/1/new-price/charge/",
        "/catalog/reseller/1/new-price/credit/",
        "/catalog/reseller/1/new-price/commitment/",
        "/catalog/reseller/1/packages/managed-tokens/",
        "/catalog/reseller/1/new-package/",
        "/usage/sources/",
        "/usage/imports/",
        "/keys/",
        "/sessions/",
        "/documents/",
        "/documents/new/",
        "/documents/clauses/",
        "/documents/clauses/payment/",
        "/documents/layouts/standard/",
        "/documents/sellers/northlight-eu/",
    ),
    "ivo": ("/crm/", "/crm/salesforce/", "/crm/salesforce/mapping/", "/crm/salesforce/preview/"),
    "mia": (
        "/webhooks/",
        "/people/",
        "/people/ada/",
        "/account/",
        "/account/notices/",
        "/account/password/",
        "/account/second-factor/",
    ),
    "dan": ("/",),
    "": (
        "/login/",
        "/api/docs/",
        "/account/password/forgotten/",
        "/account/password/x/y/",
        "{room}",
        "/room/bill/",
        "/room/lines/platform/",
        "/room/selection/?pick=onboarding",
    ),
}


# Once new contracts go to a billing system that cannot bill all, and one leaves the end of a contract to a person.
OF_BILLING = {
    "ada": ("/quotes/Q-2026-0003/",),
    "ben": ("/quotes/Q-2026-0002/v1/",),
    "fay": ("/contracts/C-2026-0001/",),
}


# A few of them in German, whose words are longer: light on a desk, dark on a phone.
GERMAN = {
    "ada": (
        "/",
        "/quotes/Q-2026-0001/v1/",
        "/quotes/Q-2026-0003/",
        "/customers/hartwell-legal/",
        "/catalog/standard/1/",
    ),
    "ben": ("/approvals/", "/approvals/rules/margin/"),
}
# Each width and each theme once: layout is a matter of the one, contrast of the other.
VIEWS = [(1440, "light"), (390, "dark")]


def session_of(username: str) -> str:
    client = Client()
    client.force_login(User.objects.get(username=username))
    return client.cookies["sessionid"].value


def test_every_screen(live_server):
    call_command("demo", verbosity=0)
    rows = {"scenario": Scenario.objects.earliest("pk").pk, "portfolio": PortfolioRun.objects.earliest("pk").pk}
    rows["letter"] = Mail.objects.filter(attachment_name__gt="").earliest("pk").pk
    rows["room"] = customer_link(now())
    found = {**walked(live_server, SCREENS, **rows), **walked(live_server, GERMAN, language="de")}
    hand_off_with_something_left()
    found |= walked(live_server, OF_BILLING)
    assert {screen: problems for screen, problems in found.items() if problems} == {}


def hand_off_with_something_left() -> None:
    at, by = now(), User.objects.get(username="fay")
    Connection.objects.create(target="chargebee", mode="sandbox", takes_contracts=True, changed_at=at, changed_by=by)
    routing.keep(routing.read())
    delivery = Delivery.objects.get(contract__number="C-2026-0001")
    left = ("Credit USD 604.93 of Platform, which was billed ahead for days from 2027-07-31 on.",)
    told = {"reference": "7c1e/52aa", "contract": "C-2025-0031", "target": "Metronome", "on": "2027-07-31"}
    reason = LEFT.format(**told, left=" ".join(left))
    Delivery.objects.filter(pk=delivery.pk).update(state=State.NEEDS_PERSON, reason=reason, done_at=None, changed_at=at)
    DeliveryStep.objects.create(
        delivery=delivery,
        position=delivery.steps.count() + 1,
        name=END,
        title="End the contract that it replaces",
        call=END,
        key="any",
        state=StepState.REFUSED,
        error=reason,
        attempts=1,
        started_at=at,
    )


def walked(live_server, screens, *, language: str = "", **rows) -> dict[tuple[str, ...], list[str]]:
    """What is wrong with each screen, in both views."""
    sessions = {username: session_of(username) if username else "" for username in screens}
    found = {}
    # Inside, the database is out of reach: a running browser gives the thread an event loop of its own.
    with chromium() as browser:
        for username, paths in screens.items():
            for width, theme in VIEWS:
                with page_of(browser, live_server.url, sessions[username], width=width, theme=theme) as page:
                    if language:
                        wanted = {"name": "django_language", "value": language, "url": live_server.url}
                        page.context.add_cookies([wanted])
                    for path in paths:
                        problems = look(page, path.format(**rows), width)
                        spoken = page.evaluate("document.documentElement.lang")
                        problems += [spoken] * (bool(language) and spoken != language)
                        found[username, path, f"{width} {theme}", language] = problems
    return found


def look(page, path: str, width: int) -> list[str]:
    """What is wrong with the screen: its answer, what axe finds, what the console says, what does not fit."""
    page.said.clear()
    status = page.goto(path, wait_until="networkidle").status
    wide = page.evaluate("document.documentElement.scrollWidth")
    sideways = [f"{wide} px wide"] if wide > width else []
    return [*([] if status == 200 else [str(status)]), *violations(page), *page.said, *sideways]
