"""Calls through Orb's official client, each with its idempotency key; and what was done under a key, found again."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

from billing.targets.base import Account, Answer, Step, Unclear, if_there, refusal
from billing.targets.orb.translation import LEDGER

SECONDS = 30
Body = Mapping[str, Any]
STANDING = ("POST /customers", "POST /plans", "POST /items", "POST /metrics")
"""There once for several contracts."""


def connect(account: Account) -> Any:
    import orb  # noqa: PLC0415 - only a worker that pushes to Orb pays for it

    url = f"{account.base_url.rstrip('/')}/v1"
    return orb.Orb(api_key=account["api_key"], base_url=url, timeout=SECONDS, max_retries=0)


def send(account: Account, step: Step, *, key: str) -> Answer:
    """Create, or get what was created under the key before."""
    client = connect(account)
    if step.call in STANDING and (known := find(client, step)):
        return known
    with spoken_plainly():
        return {"id": creators(client)[step.call](**step.body, idempotency_key=key).id}


def find(client: Any, step: Step) -> Answer | None:
    """What this step created, if it did."""
    with spoken_plainly():
        found = next(finders(client)[step.call](step.body), None)
    return None if found is None else {"id": found.id}


def creators(client: Any) -> dict[str, Callable[..., Any]]:
    return {
        "POST /customers": client.customers.create,
        "POST /items": client.items.create,
        "POST /metrics": client.metrics.create,
        "POST /plans": client.plans.create,
        "POST /subscriptions": client.subscriptions.create,
        LEDGER: client.customers.credits.ledger.create_entry_by_external_id,
    }


def finders(client: Any) -> dict[str, Callable[[Body], Iterator[Any]]]:
    return {
        "POST /customers": lambda body: fetched(client.customers.fetch_by_external_id, body["external_customer_id"]),
        "POST /plans": lambda body: fetched(client.plans.external_plan_id.fetch, body["external_plan_id"]),
        "POST /items": lambda body: like(client.items.list(limit=100), body),
        "POST /metrics": partial(metrics, client),
        "POST /subscriptions": lambda body: like(subscriptions(client, body["external_customer_id"]), body),
        LEDGER: lambda body: like(entries(client, body["external_customer_id"]), body),
    }


def metrics(client: Any, body: Body) -> Iterator[Any]:
    found = client.metrics.list(limit=100)
    return (one for one in found if (one.item.id, one.sql) == (body["item_id"], body["sql"]))


def subscriptions(client: Any, customer: str) -> Any:
    return client.subscriptions.list(external_customer_id=[customer], limit=100)


def entries(client: Any, customer: str) -> Any:
    """Every credit that was granted."""
    asked = client.customers.credits.ledger.list_by_external_id
    return asked(customer, entry_type="increment", limit=100)


def like(found: Any, body: Body) -> Iterator[Any]:
    return (one for one in found if one.metadata == body["metadata"])


def fetched(ask: Callable[[str], Any], name: str) -> Iterator[Any]:
    found = if_there(spoken_plainly()(ask), name)
    if found is not None:
        yield found


def cancel(client: Any, subscription: str, **how: str) -> None:
    with spoken_plainly():
        client.subscriptions.cancel(subscription, **how)


def retrieve(client: Any, reference: str) -> Any | None:
    return if_there(spoken_plainly()(client.subscriptions.fetch), reference)


@contextmanager
def spoken_plainly() -> Iterator[None]:
    """Orb's errors as no, later or unclear."""
    import orb  # noqa: PLC0415 - as above

    try:
        yield
    except orb.APIStatusError as error:
        told = (error.body.get("detail") or error.body.get("message")) if isinstance(error.body, dict) else None
        sentence = f"Orb answered: {told or error.message}"
        if error.status_code == 409:  # the key is being used by another sender
            raise Unclear(sentence) from error
        raise refusal(error.status_code, sentence, retry_after=error.response.headers.get("retry-after")) from error
    except orb.APIError as error:
        raise Unclear(f"Orb did not answer: {error.message}") from error
