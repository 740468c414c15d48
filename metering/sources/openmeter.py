"""OpenMeter: the meter query, by day, customer and group, through the official client."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from json import loads
from typing import Any, Literal

from corehttp.exceptions import DecodeError, IncompleteReadError, ServiceRequestError, ServiceResponseError
from openmeter import Client

from metering.sources.base import MeterMap, Reading, Source, Window
from metering.sources.retry import patiently

BROKEN = (ServiceRequestError, ServiceResponseError, DecodeError, IncompleteReadError, ValueError)


class OpenMeterSource(Source):
    kind: Literal["openmeter"]
    endpoint: str = "https://openmeter.cloud"
    meters: dict[str, MeterMap]  # their slug -> ours

    def meters_fed(self) -> set[str]:
        return {one.meter for one in self.meters.values()}

    def pages(self, window: Window) -> Iterator[list[Reading]]:
        with Client(
            endpoint=self.endpoint, token=self.secret.get_secret_value(), retry_total=0,
            connection_timeout=self.timeout, read_timeout=self.timeout,
        ) as client:  # fmt: skip
            for slug, mapped in self.meters.items():
                yield [self.reading(row, mapped) for row in self.rows(client, slug, mapped, window)]

    def rows(self, client: Client, slug: str, mapped: MeterMap, window: Window) -> list[dict[str, Any]]:
        """The answer is one page. Its numbers are read from the text: as floats they would lose digits."""

        def ask() -> list[dict[str, Any]]:
            answer: Any = client.meters.query_json(
                slug, from_parameter=window.start, to=window.end, window_size="DAY", window_time_zone="UTC",
                group_by=["subject", *mapped.dimensions], cls=lambda response, *_: response.http_response.text(),
            )  # fmt: skip
            return list(loads(answer, parse_float=Decimal)["data"])

        return patiently(ask, broken=BROKEN, name=self.name)

    def reading(self, row: dict[str, Any], mapped: MeterMap) -> Reading:
        day = datetime.fromisoformat(row["windowStart"]).astimezone(UTC)
        data = mapped.data(row["value"], row.get("groupBy") or {})
        return self.total(self.slug(row.get("subject") or ""), day, mapped, data)
