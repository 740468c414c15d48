"""The style guide: every component in every state, the page where looks are judged and tested."""

import math
from datetime import UTC, date, datetime
from random import Random
from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse

from core import charts
from core.access import person
from core.http import render_page
from core.icons import ICONS
from core.statuses import LOOKS


class ExampleForm(forms.Form):
    """One field of each kind."""

    title = forms.CharField(help_text="Shown to the customer on the first page.")
    months = forms.IntegerField(min_value=1, max_value=60)
    discount = forms.DecimalField(max_value=100, label="Discount")
    segment = forms.ChoiceField(choices=[("startup", "Startup"), ("enterprise", "Enterprise")])
    note = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), required=False)
    annual = forms.BooleanField(label="Bill once a year, in advance", required=False)


def styleguide(request: HttpRequest) -> HttpResponse:
    """Open to everyone with a role, and to everyone signed in while debugging."""
    user = person(request)
    if not user.roles and not settings.DEBUG:
        raise Http404
    wrong = ExampleForm({"title": "", "months": "72", "discount": "18", "segment": "startup"}, auto_id="wrong_%s")
    context = {
        "form": ExampleForm(initial={"months": 24}),
        "wrong": wrong,
        "statuses": list(LOOKS),
        "icons": list(ICONS),
        "entries": timeline(),
        "tabs": [
            {"label": "Overview", "url": "#tabs", "current": True},
            {"label": "Approvals", "url": "#tabs", "count": 2},
        ],
        "now": datetime(2026, 11, 24, 9, 30, tzinfo=UTC),
        **drawn(),
    }
    return render_page(request, "core/styleguide.html", context)


def timeline() -> list[dict[str, Any]]:
    at = datetime(2026, 11, 23, 16, 5, tzinfo=UTC)
    return [
        {
            "by": "Ben Okafor",
            "text": "approved version 2",
            "at": at,
            "icon": "check",
            "tone": "good",
            "comment": "Margin holds at P10.",
        },
        {"by": "Ada Lindqvist", "text": "submitted version 2", "at": at, "icon": "send", "tone": "accent"},
        {"by": "Ada Lindqvist", "text": "started version 2", "at": at, "icon": "draft"},
    ]


def drawn() -> dict[str, Any]:
    """Charts of made-up numbers that show what real ones do: growth, gaps, a weekly rhythm, a long tail."""
    random = Random(7)
    months = [f"{2027 + i // 12}-{i % 12 + 1:02d}" for i in range(24)]
    middle = [21000 * 1.045**i for i in range(24)]
    past = [(f"2026-{i + 1:02d}", 12800 * 1.05**i + random.uniform(-700, 700)) for i in range(12)]
    band = ([m * (0.9 - 0.012 * i) for i, m in enumerate(middle)], middle,
            [m * (1.12 + 0.03 * i) for i, m in enumerate(middle)])  # fmt: skip
    week = (1.0, 1.05, 1.1, 1.08, 0.98, 0.5, 0.45)
    days: list[float | None] = [2.4e6 * (1 + i / 300) * week[i % 7] * random.uniform(0.9, 1.1) for i in range(300)]
    days[120:141] = [None] * 21
    futures = [600_000 * math.exp(random.gauss(0, 0.22)) + 90_000 for _ in range(2000)]
    ordered = sorted(futures)
    parts = [("Platform fee", [5000.0] * 12), ("Tokens", middle[:12]), ("Seats", [3500.0 + 200 * i for i in range(12)])]
    return {
        "fan": charts.fan_chart(past, months, *band, label="Monthly bill", currency="USD", committed=[15000.0] * 24),
        "daily": charts.daily_chart(date(2026, 1, 29), days, label="Input tokens a day", unit="tokens", partial=3),
        "bars": charts.stacked_bars(months[:12], parts, label="Expected bill by product", currency="USD"),
        "histogram": charts.histogram(
            futures,
            p10=ordered[200],
            p50=ordered[1000],
            p90=ordered[1800],
            label="Bill over the term",
            currency="USD",
            committed=360_000,
        ),
        "windows": charts.window_chart(
            [
                charts.Window(f"window {n + 1}", f"w{n + 1}", 80.0 + n, 100.0 + n, 130.0 + n, 95.0 + 9 * (n % 5))
                for n in range(12)
            ],
            label="Backtest",
            unit="M tokens",
        ),
        "spark": charts.sparkline(days[-40:], label="Usage of the last 40 days"),
        "bar": charts.meter_bar(0.62, label="62 % of the commitment used"),
        "bar_bad": charts.meter_bar(0.97, tone="bad", label="97 % of the commitment used"),
    }
