"""A few calls of every operation, as its description allows and as it does not; `make fuzz` makes thousands."""

import pytest
import schemathesis
from django.conf import settings as configured
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from django.utils.timezone import now
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.config import SchemathesisConfig
from schemathesis.generation import GenerationMode

from tests.world import make_world

pytestmark = pytest.mark.django_db

CALLS = 2  # of each operation, each way
FEW = settings(
    max_examples=CALLS,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def operations(monkeypatch):
    """Those of the description, called in this process with the key of somebody who may do everything."""
    monkeypatch.setenv("QUANTILE_API_KEY", make_world(at=now()))
    monkeypatch.setattr("core.outbound.why_not_address", lambda url: "" if url.startswith("https") else "Use https.")
    # They would end the connection of the test's own transaction.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    config = SchemathesisConfig.from_path(configured.BASE_DIR / "schemathesis.toml")
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application(), config=config)
    yield [found.ok() for found in schema.get_all_operations()]
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.long
def test_each_operation_answers_as_it_says(operations):
    called = sum(calls_of(operation, mode) for operation in operations for mode in GenerationMode)
    assert called > CALLS * len(operations)


def calls_of(operation, mode) -> int:
    """How many calls were made and answered as the description says; each is undone."""
    called = 0

    @FEW
    @given(case=operation.as_strategy(mode))
    def call(case):
        nonlocal called
        with transaction.atomic():
            case.call_and_validate()
            transaction.set_rollback(True)
        called += 1

    try:
        call()
    except Unsatisfiable:  # nothing of it can be wrong
        assert mode == GenerationMode.NEGATIVE
    return called
