"""An amount, opened."""

import re
from decimal import Decimal
from html import unescape

import pytest

from pricing import Series, Terms, Usage, parse_component, rate
from quotes.actions.drafts import edit_version
from quotes.actions.versions import submit
from quotes.models import QuoteLine, QuoteVersion
from quotes.queries.explanations import counts
from tests.factories import AT, make_draft_quote
from tests.pricing.test_rating import JAN, metered, unit
from tests.quotes.test_german import german
from tests.quotes.views.deals import HTMX, a_draft, submitted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_hours")]


def path(version, key: str) -> str:
    return f"/quotes/{version.quote.number}/v{version.number}/lines/{key}/explanation/"


def test_a_fixed_line_step_by_step(ada, client_of):
    version = a_draft(ada, discount_percent=Decimal(10))
    response = client_of(ada).get(path(version, "seats"), headers=HTMX)
    html = response.content.decode()
    assert "dialog:open" in response.headers["HX-Trigger-After-Swap"]
    assert "Agreed seats" in html
    assert "USD\u00a0725.00" in html
    assert "USD\u00a0652.50" in html
    assert 'name="price:unit"' in html


def test_a_metered_line_at_its_median_month(ada, client_of):
    version = a_draft(ada, keys=("requests",))
    levels = {"low": "1600", "base": "1600", "high": "1600"}
    version = edit_version(version, by=ada, at=AT, assumptions={"requests|": levels})
    html = client_of(ada).get(path(version, "requests")).content.decode()
    assert "At the median forecast usage of each meter" in html
    assert "Tier 2: 500 x 0.04" in html
    assert "<html" in html


def test_a_credit_says_what_is_left_of_it(ada, client_of):
    version = make_draft_quote()
    first, later = (client_of(ada).get(path(version, "prepaid") + f"?month={n}").context["explained"] for n in (1, 3))
    granted, used, left = (step.amount for step in first.parts[-1].steps)
    assert [step.text for step in first.parts[-1].steps] == ["Granted", "Used in this month", "Left after this month"]
    assert (granted, granted + used, used < 0) == (10500, left, True)
    assert later.parts[-1].steps[0].text == "Left from the month before"


def test_credits_in_units_of_their_own_say_what_was_used_and_what_expired(ada, client_of):
    levels = {"low": "80", "base": "80", "high": "80"}
    version = a_draft(ada, keys=("requests",), assumptions={"requests|": levels})
    rewritten(version, "requests", allowance=None, name="Calls")
    own = {"unit": "call credit", "amount": "100", "every": "month", "expires_months": 1, "name": "Monthly credits"}
    added(version, kind="credit", key="monthly", scope={"charges": ["requests"]}, **own)
    credit, calls = (steps(client_of(ada), version, key, month=2) for key in ("monthly", "requests"))
    assert credit == {
        "Used and left, in call credits": [
            ("Left from the month before", "20"),
            ("Expired unused", "−20"),
            ("Granted", "100"),
            ("Used in this month", "−80"),
            ("Left after this month", "20"),
        ]
    }
    assert calls["Calls"][:3] == [
        ("Measured requests", "80"),
        ("Covered by Monthly credits", "−80"),
        ("Priced requests", "0"),
    ]
    assert steps(client_of(german(ada)), version, "monthly", month=2)["Verbraucht und übrig, in call credits"][1] == (
        "Ungenutzt verfallen",
        "−20",
    )


def test_a_price_whose_factor_hangs_on_the_mix_of_usage_says_the_average(ada, client_of):
    version = make_draft_quote()
    price = {"model": "multiplier", "dimension": "direction", "factors": {"input": "0.2"}, "default": "1"}
    rewritten(version, "tokens", price={**price, "base": {"model": "per_unit", "unit": "0.000015"}})
    rewritten(version, "prepaid", amount="0.01")
    [told] = steps(client_of(ada), version, "tokens", month=2).values()
    measured, priced, factor, listed = told[:4]
    assert re.fullmatch(r"x 0\.2\d*, the average factor by direction", factor[0])
    assert factor[1].startswith("−USD")
    assert (measured[0], listed[0]) == ("Measured M tokens", "List amount")
    assert priced[0] == f"{measured[1]} M tokens x USD\u00a015.00".replace("\u00a0", " ")
    [german_told] = steps(client_of(german(ada)), version, "tokens", month=2).values()
    assert ", der durchschnittliche Faktor nach direction" in german_told[2][0]


def test_a_commitment_opens_where_it_is_settled_first_with_what_counted(ada, client_of):
    version = a_draft(ada, keys=("seats",), months=18)
    promise = {"name": "Yearly promise", "amount": "12000", "window": "year"}
    added(version, kind="commitment", key="promise", scope={"charges": ["seats"]}, **promise)
    assert steps(client_of(ada), version, "promise") == {
        "Yearly promise · true-up": [
            ("Committed", "USD\u00a012,000.00"),
            ("Counted towards it", "USD\u00a08,700.00"),
            ("Amount", "USD\u00a03,300.00"),
            ("To pay", "USD\u00a03,300.00"),
        ]
    }
    html = client_of(ada).get(path(version, "promise") + "?month=1").content.decode()
    assert "Nothing is billed on this line in this month." in html


def test_a_part_of_an_interval_says_of_how_many_days_and_no_more_decimals_than_one_reads(ada, client_of):
    version = a_draft(ada)
    rewritten(version, "seats", interval="quarter", to_month=8)
    version.refresh_from_db()
    [told] = steps(client_of(ada), version, "seats", month=7).values()
    assert told[1:4] == [
        ("25 x 29", "USD\u00a0725.00"),
        ("Prorated: 61 of 92 days", "−USD\u00a0244.293478"),
        ("List amount", "USD\u00a0480.71"),
    ]
    [platform] = steps(client_of(ada), version, "platform", month=7).values()
    assert [text for text, _amount in platform] == ["Fee", "List amount", "To pay"]


def test_models_that_are_not_used_in_a_month_are_left_out(ada, client_of):
    version = make_draft_quote()
    price = {"model": "per_unit", "unit": "0.000003"}
    cells = [{"when": {"direction": name}, "price": price} for name in ("input", "cached")]
    rewritten(version, "tokens", price={"model": "matrix", "dimensions": ["direction"], "cells": cells})
    assert list(steps(client_of(ada), version, "tokens")) == ["Model tokens · input"]


def rewritten(version: QuoteVersion, key: str, **parts) -> None:
    """The line as no price of the book says it."""
    line = version.lines.get(key=key)
    line.component = parse_component({**line.component, **parts}).model_dump(mode="json")
    line.save(update_fields=["component"])


def added(version: QuoteVersion, **component) -> None:
    """A line more, as no price of the book says it."""
    whole = parse_component(component).model_dump(mode="json")
    price = version.lines.earliest("position").price
    same = {"version": version, "position": 9, "price": price, "component": whole, "list_component": whole}
    QuoteLine.objects.create(key=whole["key"], **same)


def steps(client, version: QuoteVersion, key: str, *, month: int | None = None) -> dict[str, list[tuple[str, str]]]:
    """What the page tells: each part with its steps and their amounts."""
    page = client.get(path(version, key), {} if month is None else {"month": month}).content.decode()
    tables = re.findall(r"<caption>(.*?)</caption>(.*?)</table>", page, re.DOTALL)
    row = re.compile(r'<th scope="row">(.*?)</th><td class="num">(.*?)</td>')
    return {
        unescape(name): [(unescape(text), unescape(amount)) for text, amount in row.findall(body)]
        for name, body in tables
    }


def test_a_minimum_that_asks_for_nothing_is_not_shown():
    terms = Terms.parse({**JAN, "months": 2, "charges": [metered("u", unit("1"), minimum="5")]})
    bill = rate(terms, Usage.exactly({Series("units"): ["10", "2"]}))
    assert [[line.key for line in bill.lines if counts(line, month)] for month in (0, 1)] == [["u"], ["u", "u/minimum"]]


def test_a_frozen_version_has_no_inputs_and_opens_other_months(ada, client_of):
    version = submitted(ada)
    html = client_of(ada).get(path(version, "seats") + "?month=3").content.decode()
    assert 'name="price:' not in html
    assert '<option value="3" selected>' in html


def test_prices_that_were_frozen_in_the_customer_s_language_are_named_in_the_reader_s(ada, client_of):
    version = a_draft(ada, keys=("requests",), assumptions={"requests|": {"low": "1", "base": "1", "high": "1"}})
    version = submit(version, by=ada, at=AT)
    ada.language = "de"
    ada.save()
    html = client_of(ada).get(path(version, "requests")).content.decode()
    assert "Bis 1.000" in html
    assert "Up to 1,000" not in html


def test_who_may_and_what_is_there(ada, ben, eve, dan, client_of):
    version = a_draft(ada)
    assert client_of(ben).get(path(version, "seats")).status_code == 200
    assert [client_of(who).get(path(version, "seats")).status_code for who in (eve, dan)] == [404, 404]
    assert client_of(ada).get(path(version, "no-such")).status_code == 404
    assert client_of(ada).post(path(version, "seats")).status_code == 405


def test_alone_in_a_tab_the_prices_save_through_the_page_itself(ada, client_of):
    version = a_draft(ada)
    for address in (path(version, "seats"), f"/quotes/{version.quote.number}/prices/"):
        html = client_of(ada).get(address).content.decode()
        for name in ("builder", "edit-number", "save-state", "conflict"):
            assert html.count(f'id="{name}"') == 1
        part = client_of(ada).get(address, headers=HTMX).content.decode()
        assert 'id="edit-number"' not in part
