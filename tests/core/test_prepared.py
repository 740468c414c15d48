from collections.abc import Callable
from threading import Thread
from typing import Any

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.db.models.sql.compiler import SQLCompiler
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from core.models import User
from core.prepared import Gap, Prepared
from quotes.models import Quote, QuoteLine, QuoteVersion
from tests import factories
from tests.conftest import make_person

pytestmark = pytest.mark.django_db


def quotes() -> tuple[Quote, Quote]:
    customer = factories.make_customer()
    first, second = (factories.make_draft_quote(customer=customer).quote for _ in range(2))
    return first, second


def test_it_gives_what_the_query_gives() -> None:
    first, second = quotes()
    owned = Exists(Quote.objects.filter(owner=OuterRef("quote__owner")))
    query = QuoteVersion.objects.whole().annotate(owned=owned)
    prepared = Prepared(query.filter(quote=Gap("quote")))
    for quote in (first, second, first):
        plain, filled = query.get(quote=quote), prepared.get(quote=quote.pk)
        assert facts(filled) == facts(plain)
        assert filled.quote.customer == quote.customer
        assert filled.owned is True  # type: ignore[attr-defined]


def facts(row: Any) -> dict[str, Any]:
    """All columns, annotations and related rows."""
    return {name: value for name, value in vars(row).items() if name != "_state"} | row._state.fields_cache


def test_several_gaps_an_order_and_a_limit() -> None:
    version = factories.make_draft_quote()
    lines = QuoteLine.objects.filter(version=Gap("version"), position__gte=Gap("first")).order_by("-position")
    prepared, all_of_it = Prepared(lines[:1]), list(version.lines.order_by("-position"))
    assert prepared.all(version=version.pk, first=1) == all_of_it[:1]
    assert prepared.all(version=version.pk, first=all_of_it[0].position + 1) == []
    assert Prepared(lines).all(version=version.pk, first=1) == all_of_it


def test_each_answer_is_of_its_own() -> None:
    quote, _ = quotes()
    prepared = Prepared(Quote.objects.filter(number=Gap("number")))
    once = prepared.get(number=quote.number)
    once.number = "changed"
    assert prepared.get(number=quote.number).number == quote.number


def test_no_row() -> None:
    prepared = Prepared(Quote.objects.filter(number=Gap("number")))
    assert prepared.first(number="Q-0") is None
    with pytest.raises(ObjectDoesNotExist, match="Q-0"):
        prepared.get(number="Q-0")


def test_the_sql_is_written_once_and_run_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    written = counted(monkeypatch, SQLCompiler, "as_sql")
    prepared = Prepared(User.objects.filter(username=Gap("name")))
    with CaptureQueriesContext(connection) as run:
        for name in ("ada", "bo", "cy"):
            assert prepared.first(name=name) is None
    assert len(written) == 1
    assert [name in query["sql"] for name, query in zip(("ada", "bo", "cy"), run, strict=True)] == [True] * 3


def counted(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str) -> list[Any]:
    calls: list[Any] = []
    inner: Callable[..., Any] = getattr(owner, name)
    monkeypatch.setattr(owner, name, lambda *args, **named: calls.append(1) or inner(*args, **named))
    return calls


@pytest.mark.django_db(transaction=True)
def test_a_lock_needs_a_transaction_each_time() -> None:
    make_person("ada")
    locked = Prepared(User.objects.filter(username=Gap("name")).select_for_update())
    with transaction.atomic():
        assert locked.get(name="ada").username == "ada"
    with pytest.raises(TransactionManagementError):
        locked.get(name="ada")


@pytest.mark.django_db(transaction=True)
def test_another_thread_asks_by_its_own_connection() -> None:
    make_person("ada")
    prepared, found = Prepared(User.objects.filter(username=Gap("name"))), []
    assert prepared.get(name="ada").username == "ada"

    def ask() -> None:
        try:
            found.append((prepared.get(name="ada").username, id(connection.connection)))
        finally:
            connection.close()

    thread = Thread(target=ask)
    thread.start()
    thread.join()
    assert [name for name, _ in found] == ["ada"]
    assert found[0][1] != id(connection.connection)


def test_values_in_the_place_of_objects() -> None:
    quote, _ = quotes()
    prepared = Prepared(Quote.objects.filter(number=Gap("number")).values_list("pk", "customer__slug"))
    assert prepared.get(number=quote.number) == (quote.pk, quote.customer.slug)
