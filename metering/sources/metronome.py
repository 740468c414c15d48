"""Metronome: the usage list, by day, customer and billable metric, through the official client."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from json import loads
from typing import Any, Literal

import metronome
from pydantic import field_validator

from metering.sources.base import MeterMap, PagesExpired, Reading, Source, SourceFailed, Window
from metering.sources.retry import patiently

BROKEN = (metronome.APIConnectionError, metronome.APIResponseValidationError, ValueError)


class MetronomeSource(Source):
    kind: Literal["metronome"]
    endpoint: str = "https://api.metronome.com"
    metrics: dict[str, MeterMap]  # their billable metric -> our meter

    @field_validator("metrics")
    @classmethod
    def one_group(cls, metrics: dict[str, MeterMap]) -> dict[str, MeterMap]:
        if any(len(one.dimensions) > 1 for one in metrics.values()):
            raise ValueError("Metronome groups a metric by one key at a time: name at most one dimension")
        return metrics

    def meters_fed(self) -> set[str]:
        return {one.meter for one in self.metrics.values()}

    def pages(self, window: Window) -> Iterator[list[Reading]]:
        key = self.secret.get_secret_value()
        with metronome.Metronome(
            bearer_token=key, base_url=self.endpoint, timeout=self.timeout, max_retries=0
        ) as client:
            token: str | None = None
            while True:
                answer = self.ask(client, window, token)
                yield [reading for row in answer["data"] for reading in self.readings(row)]
                token = answer["next_page"]
                if not token:
                    return

    def ask(self, client: metronome.Metronome, window: Window, token: str | None) -> dict[str, Any]:
        """One page. Its numbers are read from the text: as floats they would lose digits."""

        def call() -> dict[str, Any]:
            answer = client.v1.usage.with_raw_response.list(
                starting_on=window.start.isoformat(), ending_before=window.end.isoformat(), window_size="DAY",
                billable_metrics=[self.asked(metric, one) for metric, one in self.metrics.items()],
                next_page=token or metronome.omit,
            )  # fmt: skip
            return dict(loads(answer.text(), parse_float=Decimal))

        try:
            return patiently(call, broken=BROKEN, name=self.name)
        except SourceFailed as problem:
            if token and isinstance(problem.__cause__, metronome.BadRequestError):
                raise PagesExpired from problem
            raise

    def asked(self, metric: str, mapped: MeterMap) -> Any:
        return {"id": metric} | ({"group_by": {"key": next(iter(mapped.dimensions))}} if mapped.dimensions else {})

    def readings(self, row: dict[str, Any]) -> Iterator[Reading]:
        """A total for each group; null says that nothing matched."""
        mapped = self.metrics[row["billable_metric_id"]]
        day = datetime.fromisoformat(row["start_timestamp"]).astimezone(UTC)
        [theirs] = list(mapped.dimensions) or [""]
        totals = (row.get("groups") or {}) if theirs else {"": row["value"]}
        for group, value in totals.items():
            if value is not None:
                yield self.total(self.slug(row["customer_id"]), day, mapped, mapped.data(value, {theirs: group}))
