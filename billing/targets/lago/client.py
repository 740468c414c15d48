"""Calls through Lago's official client. Every object has a code or an external id of ours: it is there once."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from billing.targets.base import Account, Answer, Step, Unclear, if_there, refusal


def connect(account: Account) -> Any:
    from lago_python_client import Client  # noqa: PLC0415 - only a worker that pushes to Lago pays for it

    return Client(api_key=account["api_key"], api_url=f"{account.base_url.rstrip('/')}/", retry_on_rate_limit=False)


def send(account: Account, step: Step) -> Answer:
    """Create, or get what is there under the same code."""
    client = connect(account)
    if step.call != "POST /customers" and (known := find(client, step)):
        return known
    resource, model = resources(client)[step.call]
    with spoken_plainly():
        made = resource.create(model.parse_obj(step.body))
    return answer(step.body, made)


def find(client: Any, step: Step) -> Answer | None:
    """What this step created, if it did."""
    resource, _model = resources(client)[step.call]
    body = step.body
    if step.call == "POST /wallets":
        found = next((one for one in wallets(client, body["external_customer_id"]) if one.code == body["code"]), None)
    else:
        found = found_or_none(resource, body["external_id"] if "external_id" in body else body["code"])
    return None if found is None else answer(body, found)


def answer(body: Mapping[str, Any], made: Any) -> Answer:
    named = {"reference": body["external_id"]} if "plan_code" in body else {}
    return {"id": made.lago_id, **named}


def resources(client: Any) -> dict[str, tuple[Any, Any]]:
    from lago_python_client import models  # noqa: PLC0415 - as above

    return {
        "POST /customers": (client.customers, models.Customer),
        "POST /billable_metrics": (client.billable_metrics, models.BillableMetric),
        "POST /add_ons": (client.add_ons, models.AddOn),
        "POST /plans": (client.plans, models.Plan),
        "POST /subscriptions": (client.subscriptions, models.Subscription),
        "POST /wallets": (client.wallets, models.Wallet),
    }


def found_or_none(resource: Any, name: str) -> Any | None:
    return if_there(spoken_plainly()(resource.find), name)


def subscriptions(client: Any, customer: str) -> Iterator[Any]:
    states = ["pending", "active", "terminated"]
    return pages(client.subscriptions, "subscriptions", {"external_customer_id": customer, "status[]": states})


def wallets(client: Any, customer: str) -> Iterator[Any]:
    return pages(client.wallets, "wallets", {"external_customer_id": customer})


def pages(resource: Any, name: str, asked: dict[str, Any]) -> Iterator[Any]:
    page: int | None = 1
    while page:
        with spoken_plainly():
            got = resource.find_all({**asked, "page": page, "per_page": 100})
        yield from got[name]
        page = got["meta"].get("next_page")


@contextmanager
def spoken_plainly() -> Iterator[None]:
    """Lago's errors as no, later or unclear."""
    import httpx  # noqa: PLC0415 - what its client calls with
    from lago_python_client.exceptions import LagoApiError  # noqa: PLC0415 - as above

    try:
        yield
    except LagoApiError as error:
        headers = error.headers or {}
        # Every answer tells when the limit starts anew; only one that was refused for it asks for patience.
        limit = headers.get("x-ratelimit-reset") if error.status_code == 429 else None
        sentence = f"Lago answered: {said(error.response) or error.detail}"
        raise refusal(error.status_code, sentence, retry_after=limit or headers.get("retry-after")) from error
    except ValueError as error:
        raise Unclear("Lago answered with something that its client cannot read.") from error
    except httpx.HTTPError as error:
        raise Unclear(f"Lago did not answer: {error or type(error).__name__}") from error


def said(response: Any) -> str:
    """The error, and what is wrong with which field."""
    if not isinstance(response, Mapping):
        return ""
    details = response.get("error_details") or {}
    fields = "; ".join(f"{name}: {', '.join(map(str, wrong))}" for name, wrong in details.items())
    return ": ".join(part for part in (str(response.get("error") or response.get("message") or ""), fields) if part)
