"""How answers are written: the framework's JSON, by a library that writes it several times as fast."""

from collections.abc import Mapping
from typing import Any

import orjson
from rest_framework.renderers import JSONRenderer
from rest_framework.utils.encoders import JSONEncoder

WAY = orjson.OPT_UTC_Z
OTHERS = JSONEncoder().default
"""How the framework writes what is no JSON: decimals as text, lazy words, arrays."""


class JSONAnswer(JSONRenderer):
    """JSON without blanks."""

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> bytes:
        if data is None or ";" in (accepted_media_type or ""):  # "application/json; indent=2"
            return super().render(data, accepted_media_type, renderer_context)
        try:
            return orjson.dumps(data, OTHERS, WAY)
        except orjson.JSONEncodeError:  # whole numbers beyond 64 bits, keys that are no text
            return super().render(data, accepted_media_type, renderer_context)


class PDFAnswer(JSONAnswer):
    """Of an address that answers a PDF: whoever takes only that is answered too, and told of problems as everywhere."""

    media_type = "application/pdf"


class CSVAnswer(JSONAnswer):
    """The same of an address that answers CSV."""

    media_type = "text/csv"
