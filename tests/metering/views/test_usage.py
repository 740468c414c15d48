import csv

import pytest

from metering.actions.ingest import record_batch
from tests.factories import make_customer
from tests.metering.events import AT, event, make_acme

HTMX = {"HX-Request": "true"}
URL = "/customers/weekly/usage/"


def read(client, url, **headers):
    answer = client.get(url, headers=headers or None)
    return answer.status_code, answer.content.decode()


def record(pia, *rows, **changes):
    """One event for each (day of November, value, direction)."""
    events = [
        event(
            f"{day}-{direction}",
            value=str(value),
            time=f"2026-11-{day:02}T10:00:00Z",
            dimensions={"direction": direction},
            **changes,
        )
        for n, (day, value, direction) in enumerate(rows)
    ]
    answers = record_batch(events, by=pia, at=AT)
    assert {answer.status for answer in answers} == {"accepted"}


@pytest.fixture
def acme(pia):
    """Input on three days of November, one of them zero; output once."""
    acme = make_acme()
    record(pia, (2, 4_000_000, "input"), (3, 0, "input"), (5, 1_000_000, "input"), (5, 500_000, "output"))
    return acme


def test_the_page_shows_figures_chart_ranking_and_table(acme, ada, client_of):
    status, html = read(client_of(ada), "/customers/acme/usage/?by=direction")
    assert status == 200
    assert "Tokens by day, stacked by direction" in html
    assert "Most used: direction" in html
    assert "No data in 1 to 5 Oct to compare with" in html
    assert html.count("<figure") == 1
    assert [word in html for word in ("No data</li>", "Zero</li>")] == [True, True]


def test_weekly_facts_come_by_week(ada, client_of):
    make_customer("weekly", note_on_data="From public figures.")
    status, html = read(client_of(ada), f"{URL}?grain=day&span=365")
    assert status == 200
    assert "This usage is reported by the week" in html
    assert "Tokens by week" in html
    assert "From public figures." in html


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("span=dates&first=2026-11-05&last=2026-11-01", "This is before the first day"),
        ("span=dates&first=2020-01-01&last=2026-11-01", "At most 1,100 days at once"),
        ("span=dates&first=yesterday", "Enter a valid date."),
        ("by=nonsense", "Select a valid choice"),
        ("grain=hour", "Select a valid choice"),
        ("is.direction=%00", "Null characters"),
    ],
)
def test_a_wrong_choice_is_told_and_the_usual_is_shown(acme, ada, client_of, query, message):
    status, html = read(client_of(ada), f"/customers/acme/usage/?{query}")
    assert status == 422
    assert message in html or query.startswith("grain")
    assert "Tokens by day" in html


def test_dates_and_values_narrow(acme, ada, client_of):
    _, html = read(
        client_of(ada), "/customers/acme/usage/?span=dates&first=2026-11-03&last=2026-11-05&is.direction=output"
    )
    assert '<option value="output" selected>Output</option>' in html
    assert "2 days without data" in html
    assert 'value="2026-11-03"' in html


def test_a_date_that_is_not_given_is_the_usual_one(acme, ada, client_of):
    choice = client_of(ada).get("/customers/acme/usage/?span=dates&first=2026-11-03").context["choice"]
    assert [day.isoformat() for day in choice.range[:2]] == ["2026-11-03", "2026-11-05"]
    choice = client_of(ada).get("/customers/acme/usage/?span=30&first=2020-01-01").context["choice"]
    assert [day.isoformat() for day in choice.range[:2]] == ["2026-11-02", "2026-11-05"]


def test_htmx_gets_the_part_that_the_page_has(acme, ada, client_of):
    status, html = read(client_of(ada), "/customers/acme/usage/", **HTMX)
    assert status == 200
    assert html.lstrip().startswith('<div class="stack stack--6 busy-dim" id="usage">')
    assert "<html" not in html


def test_costs_are_for_those_who_may_see_the_margin(acme, ada, ivo, client_of):
    pages = [read(client_of(who), "/customers/acme/usage/?top=cost")[1] for who in (ada, ivo)]
    assert [">Cost</" in page for page in pages] == [True, False]
    assert ["What costs most" in page for page in pages] == [True, False]
    # 5 M input at 1.23457 and 0.5 M output at 6 a million, rounded line by line
    assert "USD\u00a09.17" in pages[0]
    assert "USD\u00a0" not in pages[1]


def test_a_currency_without_price_book_shows_no_cost(acme, ada, client_of):
    acme.currency = "JPY"
    acme.save()
    status, html = read(client_of(ada), "/customers/acme/usage/")
    assert status == 200
    assert "What costs most" not in html


def test_usage_with_subsidiaries_adds_up_and_each_level_sees_its_own(acme, ada, pia, client_of):
    for slug in ("child", "grandchild"):
        make_customer(slug, history=False, parent=acme if slug == "child" else None)
    record(pia, (5, 2_000_000, "input"), subject="child", source="child")
    browser = client_of(ada)
    together = browser.get("/customers/acme/usage/?family=on&by=customer").context
    alone = browser.get("/customers/acme/usage/").context
    assert [(row.label, row.value) for row in together["companies"]] == [("Acme", 5.5), ("Child", 2)]
    assert (together["view"].total, alone["view"].total, alone["companies"]) == (7.5, 5.5, [])
    assert browser.get("/customers/child/usage/").context["view"].total == 2


def test_a_payer_without_own_usage_is_led_to_its_family(acme, ada, client_of):
    payer = make_customer("payer", history=False)
    acme.parent = payer
    acme.save()
    _, html = read(client_of(ada), "/customers/payer/usage/")
    assert 'href="?family=on"' in html
    assert "Tokens by day" in read(client_of(ada), "/customers/payer/usage/?family=on")[1]


def test_the_file_has_every_bar_and_gaps_are_empty(acme, ada, client_of):
    answer = client_of(ada).get("/customers/acme/usage/usage.csv?by=direction")
    assert answer["Content-Disposition"] == 'attachment; filename="usage-acme-tokens.csv"'
    rows = list(csv.reader(b"".join(answer.streaming_content).decode().splitlines()))
    grows = "may still grow"
    assert rows == [
        ["meter", "from", "to", "part", "value", "unit", "days_known", "note"],
        ["tokens", "2026-11-02", "2026-11-02", "Input", "4", "M tokens", "1", ""],
        ["tokens", "2026-11-03", "2026-11-03", "Input", "0", "M tokens", "1", ""],
        ["tokens", "2026-11-04", "2026-11-04", "", "", "M tokens", "0", "no data"],
        ["tokens", "2026-11-05", "2026-11-05", "Input", "1", "M tokens", "1", grows],
        ["tokens", "2026-11-05", "2026-11-05", "Output", "0.5", "M tokens", "1", grows],
    ]


def test_the_file_holds_no_formula(acme, ada, pia, client_of):
    record(pia, (5, 7, "=cmd()"))
    answer = client_of(ada).get("/customers/acme/usage/usage.csv?by=direction")
    assert b"'=cmd()" in b"".join(answer.streaming_content)
    assert "not in the catalog" in read(client_of(ada), "/customers/acme/usage/")[1]


def test_no_usage_says_what_that_means(ada, client_of):
    make_acme()
    assert "No usage yet" in read(client_of(ada), "/customers/acme/usage/")[1]
    file = client_of(ada).get("/customers/acme/usage/usage.csv")
    assert b"".join(file.streaming_content).count(b"\n") == 1


@pytest.mark.parametrize("path", ["", "usage.csv", "panel/"])
@pytest.mark.parametrize("slug", ["acme", "nobody"])
def test_strangers_find_nothing(dan, client_of, slug, path):
    make_acme()
    assert client_of(dan).get(f"/customers/{slug}/usage/{path}").status_code == 404


@pytest.mark.parametrize("path", ["", "usage.csv", "panel/"])
def test_pages_are_only_read(acme, ada, client_of, path):
    assert client_of(ada).post(f"/customers/acme/usage/{path}").status_code == 405


@pytest.mark.parametrize("path", ["", "panel/"])
def test_only_those_who_may_are_offered_the_import(acme, ada, pia, client_of, path):
    offered = [b"Import usage" in client_of(who).get(f"/customers/acme/usage/{path}").content for who in (ada, pia)]
    assert offered == [False, True]


@pytest.mark.parametrize("rows", [1, 3])
def test_days_and_series_do_not_add_queries(ada, pia, client_of, django_assert_num_queries, rows):
    make_acme()
    record(pia, *[(day, 5, f"d{day}") for day in range(1, rows + 1)])
    browser = client_of(ada)
    with django_assert_num_queries(11):
        browser.get("/customers/acme/usage/?by=direction")


def test_the_panel_shows_every_meter_and_leads_to_the_page(ada, client_of):
    make_customer("weekly", note_on_data="From public figures.")
    _, html = read(client_of(ada), f"{URL}panel/", **HTMX)
    assert "<html" not in html
    assert html.count("<figure") == 1
    assert 'href="/customers/weekly/usage/?meter=tokens"' in html
    assert "From public figures." in html


def test_an_empty_panel_says_what_that_means(ada, client_of):
    make_acme()
    assert "No usage yet" in read(client_of(ada), "/customers/acme/usage/panel/")[1]
