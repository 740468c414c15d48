"""Stripe: meter event summaries, by day, for each customer and meter, through the official client."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from json import loads
from typing import Annotated, Any, Literal

import stripe
from pydantic import Field

from metering.sources.base import MeterMap, Reading, Source, Window
from metering.sources.retry import patiently

BROKEN = (stripe.APIConnectionError, ValueError)
PAGE = 100


class StripeSource(Source):
    kind: Literal["stripe"]
    endpoint: str = "https://api.stripe.com"
    meters: dict[str, MeterMap]  # their meter -> ours
    customers: Annotated[dict[str, str], Field(min_length=1)]  # Stripe answers for one customer at a time

    def meters_fed(self) -> set[str]:
        return {one.meter for one in self.meters.values()}

    def pages(self, window: Window) -> Iterator[list[Reading]]:
        client = stripe.StripeClient(
            self.secret.get_secret_value(), base_addresses={"api": self.endpoint}, max_network_retries=0,
            http_client=stripe.RequestsClient(timeout=self.timeout),
        )  # fmt: skip
        for meter, mapped in self.meters.items():
            for theirs, slug in self.customers.items():
                yield from self.pages_of(client, meter, mapped, theirs, slug, window)

    def pages_of(
        self, client: stripe.StripeClient, meter: str, mapped: MeterMap, theirs: str, slug: str, window: Window
    ) -> Iterator[list[Reading]]:
        params: Any = {
            "customer": theirs, "start_time": int(window.start.timestamp()), "end_time": int(window.end.timestamp()),
            "value_grouping_window": "day", "limit": PAGE,
        }  # fmt: skip
        while True:
            answer = self.ask(client, meter, params)
            yield [self.reading(row, mapped, slug) for row in answer["data"]]
            if not answer["has_more"]:
                return
            params = {**params, "starting_after": answer["data"][-1]["id"]}

    def ask(self, client: stripe.StripeClient, meter: str, params: Any) -> dict[str, Any]:
        """One page. Its numbers are read from the text: as floats they would lose digits."""

        def call() -> dict[str, Any]:
            answer = client.v1.billing.meters.event_summaries.list(meter, params)
            assert answer.last_response is not None
            return dict(loads(answer.last_response.body, parse_float=Decimal))

        return patiently(call, broken=BROKEN, name=self.name)

    def reading(self, row: dict[str, Any], mapped: MeterMap, slug: str) -> Reading:
        day = datetime.fromtimestamp(row["start_time"], UTC)
        return self.total(slug, day, mapped, mapped.data(row["aggregated_value"], {}))
