"""Calls through Stripe's official client, each with its idempotency key; and what was done under a key, found again.

Stripe forgets keys after 24 hours, so everything also carries a name of its own: products an id, prices a lookup key,
meters an event name, the rest metadata.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

from billing.targets.base import Account, Answer, Step, Unclear, if_there, refusal

SECONDS = 30
Objects = Iterator[dict[str, Any]]


def connect(account: Account) -> Any:
    import stripe  # noqa: PLC0415 - half a second that only a worker which pushes to Stripe pays

    return stripe.StripeClient(
        account["api_key"],
        base_addresses={"api": account.base_url},
        max_network_retries=0,
        http_client=stripe.RequestsClient(timeout=SECONDS),
    )


def send(account: Account, step: Step, *, key: str) -> Answer:
    """Create, or get what was created under the key before."""
    client = connect(account)
    if known := standing(client, step):
        return known
    with spoken_plainly():
        made = creators(client)[step.call](params=dict(step.body), options={"idempotency_key": key})
    return {"id": made.id}


def standing(client: Any, step: Step) -> Answer | None:
    """A customer, product or meter is there once for all contracts or tries: found by its own name."""
    if step.call not in ("POST /v1/customers", "POST /v1/products", "POST /v1/billing/meters"):
        return None
    return find(client, step)


def find(client: Any, step: Step) -> Answer | None:
    """What this step created, if it did."""
    with spoken_plainly():
        found = next(finders(client)[step.call](step.body), None)
    return None if found is None else {"id": found["id"]}


def creators(client: Any) -> dict[str, Callable[..., Any]]:
    v1 = client.v1
    return {
        "POST /v1/customers": v1.customers.create,
        "POST /v1/products": v1.products.create,
        "POST /v1/billing/meters": v1.billing.meters.create,
        "POST /v1/prices": v1.prices.create,
        "POST /v1/subscription_schedules": v1.subscription_schedules.create,
        "POST /v1/billing/credit_grants": v1.billing.credit_grants.create,
    }


def finders(client: Any) -> dict[str, Callable[[Mapping[str, Any]], Objects]]:
    return {
        "POST /v1/customers": partial(customers, client),
        "POST /v1/products": partial(products, client),
        "POST /v1/billing/meters": partial(meters, client),
        "POST /v1/prices": lambda body: pages(client.v1.prices.list, {"lookup_keys": [body["lookup_key"]]}),
        "POST /v1/subscription_schedules": lambda body: like(schedules(client, body["customer"]), body),
        "POST /v1/billing/credit_grants": lambda body: like(grants(client, body["customer"]), body),
    }


def customers(client: Any, body: Mapping[str, Any]) -> Objects:
    slug = body["metadata"]["quantile_customer"]
    return pages(client.v1.customers.search, {"query": f"metadata['quantile_customer']:'{slug}'"})


def products(client: Any, body: Mapping[str, Any]) -> Objects:
    return pages(client.v1.products.list, {"ids": [body["id"]]})


def meters(client: Any, body: Mapping[str, Any]) -> Objects:
    found = pages(client.v1.billing.meters.list, {"status": "active", "limit": 100})
    return (one for one in found if one["event_name"] == body["event_name"])


def schedules(client: Any, customer: str) -> Objects:
    return pages(client.v1.subscription_schedules.list, {"customer": customer, "limit": 100})


def grants(client: Any, customer: str) -> Objects:
    return pages(client.v1.billing.credit_grants.list, {"customer": customer, "limit": 100})


def like(found: Objects, body: Mapping[str, Any]) -> Objects:
    return (one for one in found if one["metadata"] == body["metadata"])


def pages(ask: Callable[..., Any], params: dict[str, Any]) -> Objects:
    with spoken_plainly():
        for one in ask(params).auto_paging_iter():
            yield one.to_dict()


def retrieve_price(client: Any, reference: str) -> dict[str, Any]:
    with spoken_plainly():
        return dict(client.v1.prices.retrieve(reference, {"expand": ["tiers"]}).to_dict())


def retrieve_schedule(client: Any, reference: str) -> dict[str, Any] | None:
    found = if_there(spoken_plainly()(client.v1.subscription_schedules.retrieve), reference)
    return None if found is None else dict(found.to_dict())


def retrieve_subscription(client: Any, reference: str) -> dict[str, Any]:
    with spoken_plainly():
        return dict(client.v1.subscriptions.retrieve(reference).to_dict())


@contextmanager
def spoken_plainly() -> Iterator[None]:
    """Stripe's errors as no, later or unclear."""
    import stripe  # noqa: PLC0415 - as above

    try:
        yield
    except stripe.APIConnectionError as error:
        raise Unclear(f"Stripe did not answer: {error.user_message or error}") from error
    except stripe.StripeError as error:
        sentence = f"Stripe answered: {error.user_message or error}"
        # A key in use: another sender is inside with it and will be done soon.
        if error.http_status == 409:
            raise Unclear(sentence) from error
        raise refusal(
            error.http_status or 500, sentence, retry_after=(error.headers or {}).get("retry-after")
        ) from error
