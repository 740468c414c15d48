"""Calls through Metronome's official client. Contracts have a uniqueness key; the rest is found again by its name."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from billing.targets.base import Account, Answer, Step, Unclear, if_there, refusal
from billing.targets.metronome import translation as names

SECONDS = 30
Body = Mapping[str, Any]


def connect(account: Account) -> Any:
    import metronome  # noqa: PLC0415 - only a worker that pushes to Metronome pays for it

    return metronome.Metronome(
        bearer_token=account["api_token"], base_url=account.base_url, timeout=SECONDS, max_retries=0
    )


def send(account: Account, step: Step) -> Answer:
    """Create, or get what is there under the same name or key."""
    client = connect(account)
    if step.call != names.ADD_RATES and (known := find(client, step)):
        return known
    with spoken_plainly():
        made = creators(client)[step.call](**step.body)
    return answer(step.body, made.data.id) if made.data is not None else {"id": ""}


def find(client: Any, step: Step) -> Answer | None:
    """What this step created, if it did. Rates added again replace themselves."""
    look = finders(client).get(step.call)
    if look is None:
        return None
    with spoken_plainly():
        found = next(look(step.body), None)
    return None if found is None else answer(step.body, found.id)


def answer(body: Body, made: str) -> Answer:
    return {"id": made, **({"customer": body["customer_id"]} if "uniqueness_key" in body else {})}


def creators(client: Any) -> dict[str, Callable[..., Any]]:
    v1 = client.v1
    return {
        "POST /v1/customers": v1.customers.create,
        names.CREATE_METRIC: v1.billable_metrics.create,
        names.CREATE_PRODUCT: v1.contracts.products.create,
        names.CREATE_RATE_CARD: v1.contracts.rate_cards.create,
        names.ADD_RATES: v1.contracts.rate_cards.rates.add_many,
        "POST /v1/contracts/create": v1.contracts.create,
    }


def finders(client: Any) -> dict[str, Callable[[Body], Iterator[Any]]]:
    v1 = client.v1
    return {
        "POST /v1/customers": lambda body: iter(v1.customers.list(ingest_alias=body["ingest_aliases"][0])),
        names.CREATE_METRIC: lambda body: (one for one in v1.billable_metrics.list() if one.name == body["name"]),
        names.CREATE_PRODUCT: lambda body: (one for one in v1.contracts.products.list() if like(one, body)),
        names.CREATE_RATE_CARD: lambda body: (
            one for one in v1.contracts.rate_cards.list() if one.name == body["name"]
        ),
        "POST /v1/contracts/create": lambda body: contracts(client, body),
    }


def like(product: Any, body: Body) -> bool:
    """A product of the same name that measures the same."""
    now = product.current
    return (product.type, now.name, now.billable_metric_id) == (
        body["type"],
        body["name"],
        body.get("billable_metric_id"),
    )


def contracts(client: Any, body: Body) -> Iterator[Any]:
    found = client.v1.contracts.list(customer_id=body["customer_id"]).data
    return (one for one in found if one.uniqueness_key == body["uniqueness_key"])


def retrieve(client: Any, customer: str, contract: str) -> Any | None:
    """The contract, or None where there is none."""
    found = if_there(spoken_plainly()(client.v1.contracts.retrieve), customer_id=customer, contract_id=contract)
    return None if found is None else found.data


def update_end(client: Any, customer: str, contract: str, *, at: str) -> None:
    with spoken_plainly():
        client.v1.contracts.update_end_date(customer_id=customer, contract_id=contract, ending_before=at)


def products(client: Any) -> list[Any]:
    with spoken_plainly():
        return list(client.v1.contracts.products.list())


def open_usage(client: Any, customer: str, contract: str) -> bool:
    """Whether usage of the contract is still to be invoiced."""
    with spoken_plainly():
        found = client.v1.customers.invoices.list(customer_id=customer, contract_id=contract, status="DRAFT")
        return any(one.type.startswith("USAGE") for one in found)


def balances(client: Any, customer: str) -> list[dict[str, Any]]:
    """Every credit and commit of a customer and of its contracts, with what was booked on it."""
    v1 = client.v1.customers
    with spoken_plainly():
        credits = v1.credits.list(customer_id=customer, include_contract_credits=True, include_ledgers=True)
        commits = v1.commits.list(customer_id=customer, include_contract_commits=True, include_ledgers=True)
        return [one.to_dict(mode="json") for one in (*credits, *commits)]


def grant(client: Any, body: Body, *, paid: bool) -> None:
    with spoken_plainly():
        if paid:
            client.v1.customers.commits.create(type="PREPAID", **body)
        else:
            client.v1.customers.credits.create(**body)


def rate_schedule(client: Any, rate_card: str, starting_at: str, ending_before: str) -> list[Any]:
    """All of it, page after page."""
    asked = client.v1.contracts.rate_cards.retrieve_rate_schedule
    within = {"rate_card_id": rate_card, "starting_at": starting_at, "ending_before": ending_before}
    with spoken_plainly():
        got = asked(**within)
        found = list(got.data)
        while got.next_page:
            got = asked(**within, next_page=got.next_page)
            found += got.data
    return found


@contextmanager
def spoken_plainly() -> Iterator[None]:
    """Metronome's errors as no, later or unclear."""
    import metronome  # noqa: PLC0415 - as above

    try:
        yield
    except metronome.APIStatusError as error:
        told = error.body.get("message") if isinstance(error.body, dict) else None
        sentence = f"Metronome answered: {told or error.message}"
        raise refusal(error.status_code, sentence, retry_after=error.response.headers.get("retry-after")) from error
    except metronome.APIError as error:
        raise Unclear(f"Metronome did not answer: {error.message}") from error
