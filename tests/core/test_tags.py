import re
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.template.loader import render_to_string
from django.utils import timezone

from core.statuses import LOOKS
from core.templatetags import quantile as tags

NBSP = "\u00a0"


def render(source, **context):
    return Template(source).render(Context(context))


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Decimal("12345.6"), "USD 12,345.60"),
        ("-0.005", "−USD 0.01"),
        (None, "–"),
        ("", "–"),
        (0, "USD 0.00"),
    ],
)
def test_money(value, shown):
    assert tags.money(value, "USD") == shown.replace(" ", NBSP)


def test_a_column_may_leave_out_the_currency():
    assert tags.bare_money("12345.6", "USD") == "12,345.60"
    assert tags.bare_money("12345.6", "JPY") == "12,346"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "0"),
        (999, "999"),
        (1240000, "1.24M"),
        ("-982400", "−982k"),
        (3_100_000_000, "3.1B"),
        ("0.0042", "0.0042"),
        (1000, "1k"),
        (None, "–"),
    ],
)
def test_short_numbers(value, shown):
    assert tags.short_number(value) == shown


def test_unit_prices_keep_every_digit():
    assert tags.unit_price("0.000003", "USD") == f"USD{NBSP}0.000003"


def test_shares_and_percents():
    assert tags.share("0.3177") == f"31.8{NBSP}%"
    assert tags.share(None) == "–"
    assert tags.percent("12.50") == f"12.5{NBSP}%"


def test_dates_are_times_in_the_zone_of_the_reader():
    late = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
    with timezone.override("America/Los_Angeles"):
        assert tags.day(late) == f'<time datetime="2026-11-24">24{NBSP}Nov{NBSP}2026</time>'
        assert ">24 Nov 2026, 18:00</time>" in tags.moment(late)
    assert tags.day(date(2026, 1, 5)) == tags.day("2026-01-05")
    assert tags.day(None) == tags.moment(None) == "–"
    assert tags.month("2027-01") == "Jan 2027"


@pytest.mark.parametrize("name", LOOKS)
def test_every_status_has_a_word_and_an_icon(name):
    html = tags.status(name)
    assert str(LOOKS[name].label) in html
    assert "<svg" in html


def test_an_unknown_status_is_shown_as_it_is_and_escaped():
    assert "Half &lt;way" in tags.status("half_<way")


def test_a_button_that_refuses_says_why_and_does_nothing():
    html = render('{% action "Submit" "submit" why_not=why hx_post="/x/" name="go" %}', why="Add a line <first>.")
    assert 'aria-disabled="true" aria-describedby="submit-why"' in html
    assert 'id="submit-why">Add a line &lt;first&gt;.' in html
    assert "hx-post" not in html
    assert 'type="button"' in html


def test_a_button_that_may():
    html = render('{% action "Submit" "submit" why_not="" variant="primary" hx_post="/x/" %}')
    assert 'class="button button--primary"' in html
    assert 'hx-post="/x/"' in html
    assert 'type="submit"' in html
    assert "aria-disabled" not in html


class OneField(forms.Form):
    months = forms.IntegerField(min_value=1, help_text="One to sixty.")


def test_a_field_ties_label_help_and_errors_together():
    html = render('{% field form.months suffix="months" hx_post="/x/" %}', form=OneField({"months": "0"}))
    assert '<label for="id_months">' in html
    assert 'aria-describedby="id_months-help id_months-error"' in html
    assert 'aria-invalid="true"' in html
    assert 'hx-post="/x/"' in html


def test_a_field_without_help_and_errors_points_nowhere():
    class Plain(forms.Form):
        name = forms.CharField()

    html = render("{% field form.name %}", form=Plain())
    assert "aria-describedby" not in html
    assert "aria-invalid" not in html


def test_initials():
    assert tags.initials("Ada Lindqvist") == "AL"


@pytest.mark.parametrize(
    ("actor", "name"),
    [
        ("Cleo Hartmann <cleo@hartwell.example>", "Cleo Hartmann"),
        ("ada", "ada"),
        ("<cleo@hartwell.example>", "<cleo@hartwell.example>"),
    ],
)
def test_people_are_named_without_their_address(actor, name):
    assert tags.bare_name(actor) == name


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (1, ["1–2 of 5", "page=2", "Older"]),
        (2, ["3–4 of 5", "page=1", "Newer", "page=3", "Older"]),
        (3, ["5–5 of 5", "page=2", "Newer"]),
    ],
)
def test_the_pager_leads_to_the_pages_beside(rf, number, shown):
    page = Paginator(range(5), 2).page(number)
    html = render_to_string("components/pager.html", {"page": page, "older": True}, rf.get("/"))
    assert re.findall(r"\d–\d of \d|page=\d|Newer|Older", html) == shown


def test_one_page_needs_no_pager(rf):
    assert not render_to_string("components/pager.html", {"page": Paginator(range(2), 2).page(1)}, rf.get("/")).strip()
