from types import SimpleNamespace

import pytest
from django.test import RequestFactory
from django.urls import NoReverseMatch

from core import navigation

ADDRESSES = {area.url_name: f"/{area.label.lower()}/" for area in navigation.AREAS} | {"core:home": "/"}


@pytest.fixture(autouse=True)
def everything_installed(monkeypatch):
    monkeypatch.setattr(navigation, "reverse", lambda name: ADDRESSES[name])


def items(*roles, path="/"):
    return navigation.navigation(asked_by(*roles, path=path))


def asked_by(*roles, path="/"):
    request = RequestFactory().get(path)
    request.user = SimpleNamespace(roles=list(roles))
    return request


@pytest.mark.parametrize(
    ("role", "labels"),
    [
        ("sales", ["Home", "Quotes", "Customers", "Forecasts", "Catalog", "Usage", "Contracts"]),
        (
            "deal_desk",
            [
                "Home",
                "Quotes",
                "Approvals",
                "Rules",
                "Documents",
                "Customers",
                "Forecasts",
                "Catalog",
                "Usage",
                "Contracts",
                "Mailbox",
                "Audit",
            ],
        ),
        (
            "pricing_ops",
            ["Home", "Quotes", "Rules", "Documents", "Customers", "Forecasts", "Catalog", "Usage", "API keys"],
        ),
        (
            "integrator",
            ["Home", "Customers", "Forecasts", "Catalog", "Usage", "Contracts", "API keys", "Webhooks", "CRM"],
        ),
        ("nonsense", ["Home"]),
    ],
)
def test_everyone_sees_the_areas_open_to_them(role, labels):
    assert [item.label for item in items(role)] == labels


@pytest.mark.parametrize(("path", "label"), [("/", "Home"), ("/quotes/Q-1/", "Quotes"), ("/audit/", "Audit")])
def test_one_area_is_current(path, label):
    assert [item.label for item in items("deal_desk", path=path) if item.current] == [label]


def test_no_area_is_current_elsewhere():
    assert not any(item.current for item in items("sales", path="/elsewhere/"))


def test_areas_that_are_not_installed_are_left_out(monkeypatch):
    def missing(name):
        raise NoReverseMatch

    monkeypatch.setattr(navigation, "reverse", missing)
    assert items("sales") == []


@pytest.mark.parametrize(("role", "label"), [("sales", "New quote"), ("deal_desk", None), ("nonsense", None)])
def test_whoever_sells_begins_with_a_quote(monkeypatch, role, label):
    monkeypatch.setattr(navigation, "reverse", {"quotes:new": "/quotes/new/"}.get)
    action = navigation.first_action(asked_by(role))
    assert (action and (action.label, action.url)) == (label and (label, "/quotes/new/"))
