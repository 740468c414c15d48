"""How events come over HTTP: one CloudEvent, a batch in a JSON array, or one a line. Each becomes a row."""

import json
from collections.abc import Iterator, Mapping
from typing import IO, Any

from rest_framework.parsers import BaseParser

from core.api.refusals import TooLarge
from core.errors import Invalid
from metering.rules.files import Row

LARGEST_BATCH = 5_000
LARGEST_BODY = 8 * 1024**2
SPLIT = "Split the batch: what was recorded already is answered as a duplicate."


class EventParser(BaseParser):
    """One CloudEvent in structured JSON, or an array of them, whatever the label says."""

    media_type = "application/json"

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        body = stream.read(LARGEST_BODY + 1)
        if len(body) > LARGEST_BODY:
            raise TooLarge(f"body: at most {LARGEST_BODY // 1024**2} MB at a time. {SPLIT}")
        rows = list(self.rows(body))
        if not rows:
            raise Invalid({"body": "body: send one CloudEvent as an object, or a batch of them as an array."})
        if len(rows) > LARGEST_BATCH:
            raise TooLarge(f"body: at most {LARGEST_BATCH:,} events at a time; these are {len(rows):,}. {SPLIT}")
        return rows

    def rows(self, body: bytes) -> Iterator[Row]:
        data = read_json(body)
        for number, event in enumerate(data if isinstance(data, list) else [data], start=1):
            yield row_of(number, event)


class SingleParser(EventParser):
    media_type = "application/cloudevents+json"


class BatchParser(EventParser):
    media_type = "application/cloudevents-batch+json"


class LinesParser(EventParser):
    """One CloudEvent a line; a line that holds none is answered like an event that is rejected."""

    media_type = "application/x-ndjson"

    def rows(self, body: bytes) -> Iterator[Row]:
        for number, line in enumerate(body.split(b"\n"), start=1):
            if line.strip():
                try:
                    yield row_of(number, read_json(line))
                except Invalid:
                    yield Row(number, None, "not a JSON object on one line.", "")


def read_json(text: bytes) -> Any:
    try:
        # Numbers with decimals stay text, so that no digit is lost before they become exact.
        return json.loads(text, parse_float=str)
    except (ValueError, RecursionError) as problem:
        raise Invalid({"body": f"body: this is not JSON ({str(problem)[:100]})."}) from None


def row_of(number: int, event: Any) -> Row:
    return Row(number, event, "", "") if isinstance(event, dict) else Row(number, None, "not a JSON object.", "")


PARSERS = [BatchParser, SingleParser, LinesParser, EventParser]
