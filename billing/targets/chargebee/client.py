"""Calls through Chargebee's official client, each with its idempotency key; every object has an id of ours."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import httpx

from billing.targets.base import Account, Answer, Step, Unclear, if_there, refusal
from billing.targets.chargebee.translation import WITH_ITEMS

KEY = "chargebee-idempotency-key"
Body = Mapping[str, Any]


def connect(account: Account) -> Any:
    from chargebee import Chargebee  # noqa: PLC0415 - only a worker that pushes to Chargebee pays for it

    url = account.base_url.rstrip("/")
    site = urlsplit(url).netloc.partition(".")[0]
    client = Chargebee(account["api_key"], site, protocol=urlsplit(url).scheme)
    client.env.api_endpoint = f"{url}/api/{client.env.API_VERSION}"
    return client


def send(account: Account, step: Step, *, key: str) -> Answer:
    """Create, or get what is there under the same id."""
    client = connect(account)
    if known := find(client, step):
        return known
    with spoken_plainly():
        creators(client)[step.call](step.body, {KEY: key})
    return {"id": step.body["id"]}


def find(client: Any, step: Step) -> Answer | None:
    """What this step created, if it did."""
    return {"id": step.body["id"]} if retrieve(retrievers(client)[step.call], step.body["id"]) else None


def creators(client: Any) -> dict[str, Callable[[Body, dict[str, str]], Any]]:
    return {
        "POST /customers": lambda body, headers: client.Customer.create(dict(body), headers),
        "POST /item_families": lambda body, headers: client.ItemFamily.create(dict(body), headers),
        "POST /items": lambda body, headers: client.Item.create(dict(body), headers),
        "POST /item_prices": lambda body, headers: client.ItemPrice.create(dict(body), headers),
        WITH_ITEMS: lambda body, headers: client.Subscription.create_with_items(
            body["customer"], subscribed(body), headers
        ),
    }


def subscribed(body: Body) -> dict[str, Any]:
    """Without what is in the path; metadata as JSON, which the client leaves to us."""
    told = {name: value for name, value in body.items() if name != "customer"}
    return {**told, "meta_data": json.dumps(told["meta_data"])}


def retrievers(client: Any) -> dict[str, Callable[[str], Any]]:
    return {
        "POST /customers": lambda name: client.Customer.retrieve(name).customer,
        "POST /item_families": lambda name: client.ItemFamily.retrieve(name).item_family,
        "POST /items": lambda name: client.Item.retrieve(name).item,
        "POST /item_prices": lambda name: client.ItemPrice.retrieve(name).item_price,
        WITH_ITEMS: lambda name: client.Subscription.retrieve(name).subscription,
    }


def retrieve(ask: Callable[[str], Any], name: str) -> dict[str, Any] | None:
    found = if_there(spoken_plainly()(ask), name)
    return None if found is None else dict(found.raw_data)


@contextmanager
def spoken_plainly() -> Iterator[None]:
    """Chargebee's errors as no, later or unclear."""
    from chargebee import APIError  # noqa: PLC0415 - as above

    try:
        yield
    except APIError as error:
        sentence = f"Chargebee answered: {error.json_obj.get('message')}"
        patience = (error.http_headers or {}).get("retry-after")
        raise refusal(error.http_status_code, sentence, retry_after=patience) from error
    except httpx.HTTPError as error:
        raise Unclear(f"Chargebee did not answer: {error or type(error).__name__}") from error
    except Exception as error:
        # The client raises it bare where an answer is no JSON, as those of gateways are.
        if type(error) is not Exception:
            raise
        raise Unclear("Chargebee answered, but not in JSON.") from error
