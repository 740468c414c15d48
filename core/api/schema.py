"""The description of the API (OpenAPI 3.1): what holds for every operation is said here once."""

from textwrap import shorten
from typing import Any, Literal

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from core.api import answers
from core.api.endpoint import Endpoint
from core.api.once import HEADER
from core.api.problems import PROBLEM_JSON


class ProblemSerializer(serializers.Serializer):
    """Problem details (RFC 9457). docs/api/ERRORS.md lists every type."""

    type = serializers.CharField(help_text="Stable; tell problems apart by it, not by their words.")
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="What is wrong and how to mend it.")
    instance = serializers.CharField()
    request_id = serializers.CharField(required=False, help_text="By which the log is searched.")
    errors = serializers.DictField(  # type: ignore[assignment]  # the public name
        child=serializers.CharField(), required=False, help_text="For each wrong field the sentence that mends it."
    )
    decide_at = serializers.URLField(required=False, help_text="Where a person does what an agent may not.")


FIELDS = OpenApiParameter("fields", str, description="Only these fields, with commas between; parts by dots.")
KEY = OpenApiParameter(
    HEADER,
    {"type": "string", "maxLength": 200, "pattern": "^[!-~]+$"},
    OpenApiParameter.HEADER,
    description="A new one, such as a UUID, for each thing to be done. Repeating the request with it does it once "
    "and answers the same for two days.",
)

MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, True, description="The ETag of what was read; `*` overwrites."
)
SEEN = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, description="The ETag of what was read, if that is to be kept to."
)
SCHEMES = {
    "apiKey": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "qk_...",
        "description": "A key of the page API keys. It does what its owner may, as far as its scopes go.",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "sessionid",
        "description": "A signed-in person. Whatever is not read needs `X-CSRFToken` besides.",
    },
}


class Description(AutoSchema):
    """What every operation has: problems, the key that makes a POST count once, chosen fields, its scope."""

    def get_override_parameters(self) -> list[Any]:
        found = [*super().get_override_parameters()]
        if not isinstance(self.view, Endpoint):
            return found
        if self.method == "POST":
            found.append(KEY)
        if self.method in ("PUT", "PATCH"):
            found.append(MATCH)
        if self.method == "GET":
            found += [self.view.query] if self.view.query else []
            found += [FIELDS] if self.answers_json() else []
            if self.view.expansions:
                more = ", ".join(self.view.expansions)
                found.append(OpenApiParameter("expand", str, description=f"More of it, with commas between: {more}."))
        return found

    def answers_json(self) -> bool:
        return not getattr(self.view, "binary", False)

    def get_auth(self) -> list[dict[str, Any]]:
        scope = self.scope()
        return [{"apiKey": [scope] if scope else []}, {"session": []}]

    def scope(self) -> str:
        return str(getattr(self.view, "scopes", {}).get(self.method, ""))

    def get_description(self) -> str:  # type: ignore[override]  # as the superclass has it
        scope = self.scope()
        return f"{super().get_description()}\n\nScope of a key: `{scope}`." if scope else super().get_description()

    def is_deprecated(self) -> bool:
        return self.method in getattr(self.view, "endings", {})

    def get_summary(self) -> str:
        """The first sentence, short enough to stand beside the address."""
        first = str(super().get_description()).split("\n")[0]
        return shorten(first.split(": ")[0].split("; ")[0].split(". ")[0].rstrip("."), 90, placeholder=" …")

    def get_tags(self) -> list[str]:
        """What the address begins with: customers, quotes, ..."""
        return [self.path.removeprefix("/api/v1/").split("/")[0]]

    def get_operation_id(self) -> str:
        """The name of the address and the method: "quotes_get"."""
        name = getattr(self.view, "name_of_operation", "") or snake(type(self.view).__name__)
        return f"{name}_{self.method.lower()}"

    def _get_response_bodies(self, direction: Literal["request", "response"] = "response") -> dict[str, Any]:
        found: dict[str, Any] = super()._get_response_bodies(direction)
        found.setdefault("4XX", self._get_response_for_code(ProblemSerializer, "4XX", [PROBLEM_JSON]))
        found["4XX"]["description"] = "Any other problem, in words that mend it."
        return found


def snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")


def closed(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Every answer says by which name the log knows the request, and how much may still be asked."""
    headers = {
        "X-Request-Id": {"schema": {"type": "string"}, "description": "By which the log is searched."},
        "RateLimit-Remaining": {"schema": {"type": "string"}, "description": "Requests left in this minute."},
    }
    for path in result["paths"].values():
        for method, operation in path.items():
            operation["responses"] |= answers.instead(method, operation)
            for response in operation["responses"].values():
                if "$ref" not in response:
                    response["headers"] = {**headers, **response.get("headers", {})}
    result["components"]["responses"] = answers.components(headers)
    result["components"]["securitySchemes"] = SCHEMES
    return without_ids(result)


def without_ids(part: Any) -> Any:
    """Without the generator's own marks, which change with every choice that is added."""
    if isinstance(part, dict):
        return {name: without_ids(value) for name, value in part.items() if name != "x-spec-enum-id"}
    return [without_ids(value) for value in part] if isinstance(part, list) else part
