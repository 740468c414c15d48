"""The receiver of docs/WEBHOOKS.md, run as it stands on a message as it is sent."""

import re

import pytest

from core import audit, webhooks
from docs.webhooks import PAGE
from tests.core.receiving import receiver
from tests.factories import AT


@pytest.mark.django_db
def test_the_receiver_runs_as_it_stands(ivo, settings, monkeypatch, capsys):
    settings.WEBHOOK_PRIVATE_HOSTS = frozenset({"127.0.0.1"})
    with receiver() as server:
        made = webhooks.create_endpoint(url=server.url, about="", chosen=["contract.created"], by=ivo, at=AT)
        audit.record("ada", "create_contract", "quote:Q-1", at=AT, data={"version": 1, "contract": "C-1"})
        assert webhooks.sweep(at=AT) == 1
        [(headers, body)] = server.got
    monkeypatch.setenv("QUANTILE_WEBHOOK_SECRET", made.secret)
    [code] = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    here: dict = {}
    exec(compile(code, PAGE.name, "exec"), here)
    assert [here["take"](headers, body) for _ in range(2)] == [200, 200]
    assert here["take"](headers, body.replace("C-1", "C-2")) == 401
    assert capsys.readouterr().out == "to be invoiced: C-1\n"
