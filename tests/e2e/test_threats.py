"""Words of others in every field, and what a browser keeps: rows T10 and T12 of docs/FAULTS.md."""

import pytest
from playwright.sync_api import expect

from core import mail
from customers.models import Contact, Customer
from quotes.actions.comments import add_comment
from quotes.actions.desk import answer, ask_seller, ask_too
from quotes.actions.drafts import edit_version
from quotes.actions.outline import add_text
from quotes.actions.saved_views import save_view
from quotes.actions.versions import submit, withdraw
from tests.browser import chromium, page_of
from tests.factories import AT, make_customer, make_draft_quote

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

SHOUT = "window.shouted=1"
PAYLOADS = (
    f"<script>{SHOUT}</script>",
    f'"><img src=x onerror="{SHOUT}">',
    f'<div hx-get="/evil" hx-trigger="load" hx-on:htmx:load="{SHOUT}">',
    f"</textarea><svg onload={SHOUT}>",
    "{{ 7|add:7 }}{% now 'Y' %}",
    f"javascript:{SHOUT}",
)
EVIL = " ".join(PAYLOADS)


@pytest.fixture
def deal(ada, ben, fay):
    """A quote whose every text is hostile, and one that waits for Ben."""
    customer = make_customer(name=EVIL[:120], address=EVIL, legal_name=EVIL[:150])
    Contact.objects.update(name=PAYLOADS[1], title=PAYLOADS[0])
    draft = make_draft_quote(customer=customer, title=EVIL[:120])
    draft = add_text(draft, kind="section", text=PAYLOADS[1], by=ada, at=AT)
    add_text(draft, kind="note", text=EVIL[:200], by=ada, at=AT)
    add_comment(draft.quote, text=EVIL, by=ada, at=AT)
    save_view(name=PAYLOADS[0][:60], query="?mine=1", by=ada, at=AT)
    waiting = edit_version(make_draft_quote(customer=customer), by=ada, at=AT, title=PAYLOADS[1], months=36)
    waiting = submit(waiting, by=ada, at=AT, note=EVIL)
    ask_too(waiting, whom=fay, why=PAYLOADS[2], by=ben, at=AT)
    answer(ask_seller(waiting, text=EVIL, by=ben, at=AT), text=EVIL, by=ada, at=AT)
    gone = make_draft_quote(customer=customer)
    withdraw(submit(gone, by=ada, at=AT), by=ada, at=AT, note=EVIL)
    mail.post("ben@x.example", PAYLOADS[0], EVIL, key="k", at=AT)
    return draft.quote.number, waiting.quote.number


def test_t10_words_of_others_stay_words(deal, ada, ben, client_of, live_server):
    draft, waiting = deal
    slug, letter = Customer.objects.get().slug, f"/mailbox/{mail.Mail.objects.latest('pk').pk}/"
    pages = {
        ada: ("/", "/quotes/", f"/quotes/{draft}/", f"/quotes/{draft}/timeline/", f"/quotes/{waiting}/v1/",
              f"/customers/{slug}/", "/customers/", "/quotes/views/", "/search/?q=script", "/quotes/new/"),
        ben: ("/approvals/", f"/quotes/{waiting}/v1/", "/audit/", "/mailbox/", letter),
    }  # fmt: skip
    sessions = {user: client_of(user).cookies["sessionid"].value for user in pages}
    with chromium() as browser:
        for user, paths in pages.items():
            with page_of(browser, live_server.url, sessions[user]) as page:
                asked, dialogs = [], []
                page.on("request", lambda request, asked=asked: asked.append(request.url))
                page.on("dialog", lambda dialog, dialogs=dialogs: (dialogs.append(dialog.message), dialog.dismiss()))
                for path in paths:
                    page.goto(path, wait_until="networkidle")
                    assert page.evaluate("window.shouted") is None, path
                    assert page.said == [], path
                foreign = [url for url in asked if not url.startswith((live_server.url, "data:"))]
                assert (foreign, dialogs, [url for url in asked if "evil" in url]) == ([], [], [])


def test_t12_nothing_of_a_page_is_kept_in_the_browser(deal, ada, client_of, live_server):
    """After moving about the storage is empty, and Back after signing out shows the login."""
    draft, _waiting = deal
    session = client_of(ada).cookies["sessionid"].value
    with chromium() as browser, page_of(browser, live_server.url, session) as page:
        for path in ("/quotes/", f"/quotes/{draft}/", "/customers/"):
            page.goto(path, wait_until="networkidle")
        assert page.evaluate("localStorage.length") == 0
        # htmx notes the address it is at, and nothing of the page.
        assert page.evaluate("Object.values(sessionStorage)") in ([], ["/customers/"])
        page.get_by_role("button", name="Sign out").first.click()
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
        page.go_back()
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
