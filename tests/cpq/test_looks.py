"""Every screen of the demo company in a real browser, in both widths and themes: nothing for axe to find."""

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils.timezone import now

from core.models import User
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
        "/search/?q=legal",
        "/search/palette/?q=quote",
        "/quotes/new/",
        "/quotes/Q-2026-0001/v1/",
        "/quotes/Q-2026-0003/",
        "/quotes/Q-2026-0001/timeline/",
        "/quotes/Q-2026-0003/opportunity/",
        "/quotes/Q-2026-0001/v1/copies/",
        "/quotes/templates/",
        "/quotes/Q-2026-0003/prices/",
        "/quotes/Q-2026-0003/lines/studio/panel/",
        "/quotes/Q-2026-0003/paste/",
        "/quotes/Q-2026-0003/guide/?q-work=images&q-people=12",
        "/quotes/guide/?customer=hartwell-legal&q-work=assist&q-people=250",
        "/customers/",
        "/customers/hartwell-legal/",
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
        "/quotes/Q-2026-0001/v1/explorer/?growth=20&launch=30&launch_month=4",
        "/forecasts/",
        "/forecasts/runs/{portfolio}/",
    ),
    "ben": (
        "/",
        "/quotes/?owner=ada&expires=90&columns=customer&columns=status&columns=annual",
        "/approvals/",
        "/approvals/analytics/",
        "/approvals/analytics/margins/",
        "/approvals/rules/",
        "/approvals/rules/margin/",
        "/quotes/Q-2026-0002/v1/",
        "/audit/",
        "/mailbox/",
    ),
    "fay": ("/", "/contracts/stuck/", "/billing/", "/billing/stripe/sandbox/"),
    "pia": (
        "/catalog/products/model-tokens/",
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
    sessions = {username: session_of(username) if username else "" for username in SCREENS}
    rows = {"scenario": Scenario.objects.earliest("pk").pk, "portfolio": PortfolioRun.objects.earliest("pk").pk}
    rows["room"] = customer_link(now())
    found = {}
    # Inside, the database is out of reach: a running browser gives the thread an event loop of its own.
    with chromium() as browser:
        for username, paths in SCREENS.items():
            for width, theme in VIEWS:
                with page_of(browser, live_server.url, sessions[username], width=width, theme=theme) as page:
                    for path in paths:
                        found[username, path, width, theme] = look(page, path.format(**rows), width)
        for username, paths in GERMAN.items():
            for width, theme in VIEWS:
                with page_of(browser, live_server.url, sessions[username], width=width, theme=theme) as page:
                    page.context.add_cookies([{"name": "django_language", "value": "de", "url": live_server.url}])
                    for path in paths:
                        problems = look(page, path, width)
                        language = page.evaluate("document.documentElement.lang")
                        found[username, path, width, theme, "de"] = problems + [language] * (language != "de")
    assert {screen: problems for screen, problems in found.items() if problems} == {}


def look(page, path: str, width: int) -> list[str]:
    """What is wrong with the screen: its answer, what axe finds, what the console says, what does not fit."""
    page.said.clear()
    status = page.goto(path, wait_until="networkidle").status
    wide = page.evaluate("document.documentElement.scrollWidth")
    sideways = [f"{wide} px wide"] if wide > width else []
    return [*([] if status == 200 else [str(status)]), *violations(page), *page.said, *sideways]
