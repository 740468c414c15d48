"""The example of docs/CRM.md, run as it stands."""

import re

import httpx
import pytest

from docs.webhooks import PAGE
from quotes.models import Quote
from tests.cpq.test_api_guide import answered
from tests.crm.sending import URL
from tests.factories import make_customer

GUIDE = (PAGE.parent / "CRM.md").read_text()


@pytest.mark.django_db
def test_the_example_runs_as_it_stands(made, monkeypatch, capsys):
    make_customer("orbit", name="Orbit Labs", history=False)
    monkeypatch.setattr(httpx, "post", httpx.Client(transport=httpx.MockTransport(answered)).post)
    monkeypatch.setenv("CRM_SECRET", made.secret)
    monkeypatch.setenv("CRM_URL", f"http://testserver{URL}")
    [code] = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)
    exec(compile(code, "docs/CRM.md", "exec"), {})
    quote = Quote.objects.get()
    assert capsys.readouterr().out.startswith(f"{quote.number} http")
    assert quote.opportunity.name == "Orbit 2027"
