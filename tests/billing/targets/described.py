"""A vendor on loopback that takes only what its own published description allows; tests skip where there is none."""

import functools
import itertools
import json
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml
from jsonschema.exceptions import best_match
from openapi_schema_validator import OAS30WriteValidator, OAS31Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from tests.metering.sources.vendor import Asked, Vendor, spec_path

Handler = Callable[[Asked, Any], Any]


@functools.cache
def loaded(path: Path) -> dict[str, Any]:
    text = path.read_text()
    return json.loads(text) if path.suffix == ".json" else yaml.load(text, Loader=yaml.CSafeLoader)


@functools.cache
def validator(path: Path, method: str, route: str) -> Any:
    """What the description says of the body of one call; None where it takes none."""
    spec = loaded(path)
    operation = spec["paths"][route][method]
    pointer = ["paths", route, method, "requestBody"]
    body = operation.get("requestBody", {})
    if "$ref" in body:
        pointer = body["$ref"].removeprefix("#/").split("/")
        body = functools.reduce(lambda part, name: part[name], pointer, spec)
    kind = next(
        (kind for kind in ("application/json", *body.get("content", {})) if kind in body.get("content", {})), ""
    )
    if not kind:
        return None
    written = "/".join(part.replace("~", "~0").replace("/", "~1") for part in [*pointer, "content", kind, "schema"])
    made = OAS31Validator if str(spec["openapi"]).startswith("3.1") else OAS30WriteValidator
    registry = Registry().with_resource("urn:spec", Resource(contents=spec, specification=DRAFT202012))
    return made({"$ref": f"urn:spec#/{written}"}, registry=registry, format_checker=made.FORMAT_CHECKER)


class Described(ABC):
    """A stateful vendor. `routes` maps "post /v1/customers" to what happens once the request was found allowed."""

    spec = ""
    base = ""

    def __init__(self):
        self.objects: dict[str, dict[str, Any]] = {}
        self.numbers = itertools.count(1)
        self.vendor = Vendor(self.check, self.answer)
        self.path = spec_path(self.spec)

    @abstractmethod
    def routes(self) -> dict[str, Handler]: ...

    def new_id(self) -> str:
        return str(UUID(int=next(self.numbers), version=4))

    def check(self, request: Asked) -> str:
        name = self.route(request)
        method, _space, route = name.partition(" ")
        rules = validator(self.path, method, route) if route else None
        if rules is None:
            return ""
        try:
            body = json.loads(request.body or b"{}")
        except ValueError as problem:
            return f"is not JSON: {problem}"
        found = best_match(rules.iter_errors(body))
        return f"{found.json_path}: {found.message}"[:600] if found else ""

    def route(self, request: Asked) -> str:
        """Which of the routes is asked; "" for none."""
        fitting = (name for name in self.routes() if fits(self.base, name, request))
        return next(fitting, "")

    def answer(self, request: Asked) -> Any:
        body = json.loads(request.body) if request.body else None
        name = self.route(request)
        return self.routes()[name](request, body) if name else (404, {"message": f"no route {request.path}"})

    def keep(self, kind: str, body: dict[str, Any], **more: Any) -> dict[str, Any]:
        made = {"id": self.new_id(), **body, **more}
        self.objects[made["id"]] = {"kind": kind, **made}
        return made

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [one for one in self.objects.values() if one["kind"] == kind]


def fits(base: str, name: str, asked: Asked) -> bool:
    method, _space, route = name.partition(" ")
    ours, theirs = f"{base}{route}".split("/"), asked.path.split("/")
    same = len(ours) == len(theirs) and all(
        a in (b, "") or a.startswith("{") for a, b in zip(ours, theirs, strict=True)
    )
    return method == asked.method and same
