import re
from datetime import timedelta
from html import unescape

import pytest
from django.utils.timezone import now

from metering.actions.ingest import record_batch
from metering.models import Watermark
from metering.queries.quality import quality
from tests.factories import make_customer
from tests.metering.events import event, make_acme

URL = "/usage/"
TODAY = now().date()


def report(by, subject, days_ago, values=None, *, direction="input", meter="tokens"):
    """One event for each of these days."""
    events = [
        event(
            f"{subject}-{meter}-{direction}-{ago}",
            subject=subject,
            type=meter,
            value=str((values or {}).get(ago, 1_000_000)),
            time=f"{TODAY - timedelta(days=ago)}T00:00:00Z",
            dimensions={"direction": direction} if meter == "tokens" else {},
        )
        for ago in days_ago
    ]
    answers = record_batch(events, by=by, at=now())
    assert {answer.status for answer in answers} == {"accepted"}


@pytest.fixture
def troubled(pia):
    """Acme's requests stopped ten days ago, its tokens jumped four days ago, and somebody sent "sideways"."""
    acme = make_acme()
    report(pia, "acme", range(0, 40), {4: 9_000_000})
    report(pia, "acme", range(10, 30), meter="requests")
    report(pia, "acme", [2, 3], {2: 5, 3: 5}, direction="sideways")
    return acme


def test_each_finding_is_told_in_words_and_leads_to_its_usage(troubled, ada, client_of):
    browser = client_of(ada)
    html = browser.get(URL).content.decode()
    assert "10 days" in html
    assert "9.0 times the usual" in html
    assert "direction: sideways" in html
    links = [unescape(link) for link in re.findall(r'row-link" href="([^"]+)"', html)]
    assert [link.split("&")[0] for link in links] == [
        "/customers/acme/usage/?meter=requests",
        "/customers/acme/usage/?meter=tokens",
        "/customers/acme/usage/?meter=tokens",
    ]
    assert [browser.get(link).status_code for link in links] == [200, 200, 200]
    unknown = browser.get(links[2]).context["view"]
    assert [part.label for part in unknown.parts] == ["Sideways"]


def test_findings_of_one_customer_leave_out_the_others(troubled, ada, pia, client_of):
    other = make_customer("umbra", history=False)
    report(pia, "umbra", range(30))
    html = client_of(ada).get("/customers/umbra/usage/quality/").content.decode()
    assert [words in html for words in ("No day of the last 60 stands out", "Acme", "Deliveries")] == [
        True,
        False,
        False,
    ]
    assert other.slug in html


def test_a_payer_sees_the_findings_of_those_it_pays_for(troubled, ada, client_of):
    troubled.parent = make_customer("payer", history=False)
    troubled.save()
    assert "direction: sideways" in client_of(ada).get("/customers/payer/usage/quality/").content.decode()


def test_when_everything_stopped_one_sentence_says_so(ada, pia, client_of):
    make_acme()
    report(pia, "acme", range(20, 50))
    html = client_of(ada).get(URL).content.decode()
    assert "Nothing has arrived for anybody since" in html
    assert "Every meter reports in its usual rhythm" in html


def test_often_late_meters_are_named(troubled, ada, client_of):
    assert quality(TODAY).late == []
    Watermark.objects.filter(meter__code="tokens").update(late_events=21)
    [late] = quality(TODAY).late
    assert (late.place.meter, late.late, late.events) == ("tokens", 21, 42)
    assert "21 of 42" in client_of(ada).get(URL).content.decode()
    Watermark.objects.update(late_events=19)
    assert quality(TODAY).late == []


def test_sources_say_what_they_repeated(troubled, ada, pia, client_of):
    record_batch([event("acme-tokens-input-0", time=f"{TODAY}T00:00:00Z")], by=pia, at=now())
    [source] = quality(TODAY).sources
    assert (source.source, source.accepted, source.duplicates, source.rejected) == ("app", 62, 1, 0)


@pytest.mark.parametrize("customers", [1, 3])
def test_findings_take_the_same_queries(ada, pia, client_of, django_assert_num_queries, customers):
    make_acme()
    for n in range(customers):
        make_customer(f"c{n}", history=False)
        report(pia, f"c{n}", range(1, 20), {3: 90_000_000})
    browser = client_of(ada)
    with django_assert_num_queries(10):
        html = browser.get(URL).content.decode()
    assert html.count("deviations above it") == customers


def test_no_usage_yet(ada, client_of):
    make_acme()
    browser = client_of(ada)
    assert "No usage yet" in browser.get(URL).content.decode()
    assert "No usage yet" in browser.get("/customers/acme/usage/quality/").content.decode()


@pytest.mark.parametrize("url", [URL, "/customers/acme/usage/quality/", "/customers/nobody/usage/quality/"])
def test_strangers_find_nothing(dan, client_of, url):
    make_acme()
    assert client_of(dan).get(url).status_code == 404


@pytest.mark.parametrize("url", [URL, "/customers/acme/usage/quality/"])
def test_pages_are_only_read(ada, client_of, url):
    make_acme()
    assert client_of(ada).post(url).status_code == 405


def test_only_those_who_bring_usage_get_its_tabs(ada, pia, client_of):
    make_acme()
    report(pia, "acme", [1])
    tabs = ["/usage/imports/" in client_of(who).get(URL).content.decode() for who in (ada, pia)]
    assert tabs == [False, True]
