from datetime import timedelta

import pytest

from tests.factories import AT

MODULES = (
    "drafts",
    "lines",
    "outline",
    "panels",
    "pasting",
    "assumptions",
    "comments",
    "bulk",
    "versions",
    "links",
    "approvals",
    "desk",
    "fixes",
    "guide",
    "listing",
    "draft_page",
    "presence",
    "saved_views",
    "starting",
    "targets",
    "undoing",
    "version_page",
)


@pytest.fixture
def office_hours(monkeypatch):
    """Requests happen a few hours after the factories' time."""
    for name in MODULES:
        monkeypatch.setattr(f"quotes.views.{name}.now", lambda: AT + timedelta(hours=5))
