"""localstripe, a stateful fake Stripe of others, takes what it has endpoints for: customers and products."""

import subprocess
import sys
import time

import pytest

from billing.targets.base import Account, Rejected
from billing.targets.stripe import Stripe, client
from tests.billing.targets.deals import order_of
from tests.billing.targets.stripe.test_push import TERMS
from tests.running import answers, free_port

pytestmark = pytest.mark.localstripe
TRIES, SECONDS = 3, 60


@pytest.fixture
def account(tmp_path):
    log = tmp_path / "said.log"
    for _try in range(TRIES):
        port = free_port()
        command = [sys.executable, "-m", "localstripe", "--from-scratch", "--port", str(port)]
        with log.open("wb") as said, subprocess.Popen(command, cwd=tmp_path, stdout=said, stderr=said) as server:
            try:
                if listens(server, port):
                    yield Account(base_url=f"http://127.0.0.1:{port}", values={"api_key": "sk_test_12345"})
                    return
            finally:
                server.terminate()
    pytest.fail(f"localstripe does not listen; it said: {log.read_text()[-2000:] or 'nothing'}")


def listens(server, port):
    """Once it does; not if it ended before, as where somebody else took the port meanwhile."""
    deadline = time.monotonic() + SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        if answers(port):
            return True
        time.sleep(0.1)
    return False


def test_customers_and_products_are_taken_as_they_are_pushed(account):
    stripe = client.connect(account)
    create = client.creators(stripe)
    steps = [
        step for step in Stripe().steps(order_of(TERMS)) if step.call in ("POST /v1/customers", "POST /v1/products")
    ]
    assert len(steps) == 6
    for step in steps:
        with client.spoken_plainly():
            made = create[step.call](params=dict(step.body), options={"idempotency_key": step.name})
        assert made.name == step.body["name"]
        assert made.metadata.to_dict() == step.body["metadata"]


def test_what_it_does_not_know_is_refused(account):
    create = client.creators(client.connect(account))
    with pytest.raises(Rejected, match="Unexpected"), client.spoken_plainly():
        create["POST /v1/products"](params={"name": "Seats", "shape": "round"}, options={"idempotency_key": "1"})
