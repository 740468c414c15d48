"""Calls through OpenMeter's official client; it has no grants yet, so those are posted beside it.

Objects have keys of ours, grants too. A subscription has none: it is looked for by name before it is made.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx

from billing.targets.base import Account, Answer, Rejected, Step, Unclear, if_there, refusal
from billing.targets.openmeter.translation import CANCEL, GRANT

SECONDS = 30
CONFLICT = 409
PAGE = 100
Body = Mapping[str, Any]


def connect(account: Account) -> Account:
    """A client is opened for each call, and grants are called without one."""
    return account


@contextmanager
def connected(account: Account) -> Iterator[Any]:
    from openmeter import Client  # noqa: PLC0415 - only a worker that pushes to OpenMeter pays for it

    with Client(
        endpoint=account.base_url,
        token=account["token"],
        retry_total=0,
        connection_timeout=SECONDS,
        read_timeout=SECONDS,
    ) as client:
        yield client


def send(account: Account, step: Step) -> Answer:
    """Create, or get what is there under the same key or name."""
    if known := find(account, step):
        return known
    if step.call == GRANT:
        return {"id": post_grant(account, step.body)["id"]}
    with connected(account) as client, spoken_plainly():
        return {"id": creators(client)[step.call](step.body)["id"]}


def find(account: Account, step: Step) -> Answer | None:
    """What this step created, if it did."""
    if step.call == GRANT:
        given = grants(account, step.body["customer"])
        found = next((one for one in given if one.get("key") == step.body["key"]), None)
    else:
        with connected(account) as client:
            found = finders(client)[step.call](step.body)
    return None if found is None else {"id": found["id"]}


def creators(client: Any) -> dict[str, Callable[[Body], Any]]:
    return {
        "POST /api/v1/customers": lambda body: client.customers.create(dict(body), cls=raw),
        "POST /api/v1/meters": lambda body: client.meters.create(dict(body), cls=raw),
        "POST /api/v1/features": lambda body: client.features.create(dict(body), cls=raw),
        "POST /api/v1/subscriptions": lambda body: client.subscriptions.create(dict(body), cls=raw),
        CANCEL: lambda body: client.subscriptions.cancel(body["subscription"], {"timing": body["timing"]}, cls=raw),
    }


def finders(client: Any) -> dict[str, Callable[[Body], Any]]:
    return {
        "POST /api/v1/customers": lambda body: one(client.customers.get, body["key"]),
        "POST /api/v1/meters": lambda body: one(client.meters.get, body["slug"]),
        "POST /api/v1/features": lambda body: one(client.features.get, body["key"]),
        "POST /api/v1/subscriptions": lambda body: subscription_named(client, body),
        CANCEL: lambda body: ended(client, body["subscription"], body["timing"]),
    }


def one(ask: Callable[..., Any], key: str, **asked: Any) -> Any | None:
    return if_there(spoken_plainly()(ask), key, **asked, cls=raw)


def subscription_named(client: Any, body: Body) -> Any | None:
    ask, wanted, page = client.customers.list_customer_subscriptions, body["customPlan"]["name"], 1
    while found := one(ask, body["customerKey"], page=page, page_size=PAGE):
        if named := next((each for each in found["items"] if each["name"] == wanted), None):
            return named
        if len(found["items"]) < PAGE:
            return None
        page += 1
    return None


def ended(client: Any, subscription: str, timing: str) -> Any | None:
    """The subscription once its end is set to this day."""
    found = one(client.subscriptions.get_expanded, subscription)
    return found if found and (found.get("activeTo") or "")[:10] == timing[:10] else None


def raw(response: Any, *_: Any) -> Any:
    """The answer as it is: the client's own models would turn decimals into something else."""
    return json.loads(response.http_response.text())


def post_grant(account: Account, body: Body) -> Any:
    told = {name: value for name, value in body.items() if name != "customer"}
    return answered(account, "POST", body["customer"], content=json.dumps(told))


def grants(account: Account, customer: str) -> list[Any]:
    """All of them, page after page."""
    found: list[Any] = []
    while True:
        asked = {"page[size]": str(PAGE), "page[number]": str(len(found) // PAGE + 1)}
        got = answered(account, "GET", customer, params=asked)["data"]
        found += got
        if len(got) < PAGE:
            return found


def void(account: Account, customer: str, grant: str) -> bool:
    """What is left of a grant pays for nothing any more; False where nothing is left (409)."""
    try:
        answered(account, "POST", customer, f"/{grant}/void", content=json.dumps({"payment_adjustment": "none"}))
    except Rejected as error:
        if error.status == CONFLICT:
            return False
        raise
    return True


def answered(account: Account, method: str, customer: str, rest: str = "", **asked: Any) -> Any:
    url = f"{account.base_url.rstrip('/')}/api/v3/openmeter/customers/{customer}/credits/grants{rest}"
    headers = {"Authorization": f"Bearer {account['token']}", "Content-Type": "application/json"}
    try:
        answer = httpx.request(method, url, headers=headers, timeout=SECONDS, **asked)
    except httpx.HTTPError as error:
        raise Unclear(f"OpenMeter did not answer: {error or type(error).__name__}") from error
    if not answer.is_success:
        said = f"OpenMeter answered: {answer.text[:300]}"
        raise refusal(answer.status_code, said, retry_after=answer.headers.get("retry-after"))
    return answer.json()


def said(error: Any) -> str:
    """What is wrong, from the answer's own words."""
    try:
        told = json.loads(error.response.text())
    except (ValueError, AttributeError):
        return str(error.message)
    return str(told.get("detail") or told.get("title") or told.get("message") or error.message)


@contextmanager
def spoken_plainly() -> Iterator[None]:
    """OpenMeter's errors as no, later or unclear."""
    from corehttp.exceptions import BaseError, HttpResponseError  # noqa: PLC0415 - what its client raises

    try:
        yield
    except HttpResponseError as error:
        headers = getattr(error.response, "headers", {}) or {}
        sentence = f"OpenMeter answered: {said(error)}"
        raise refusal(error.status_code or 500, sentence, retry_after=headers.get("Retry-After")) from error
    except (BaseError, ValueError) as error:
        raise Unclear(f"OpenMeter did not answer: {error}") from error
