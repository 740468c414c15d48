"""A vendor on loopback that takes only what its own published description allows; tests skip where there is none."""

import functools
import itertools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml
from openapi_core import Config, OpenAPI
from openapi_core.exceptions import OpenAPIError

from tests.metering.sources.vendor import Asked, Vendor, spec_path

Handler = Callable[[Asked, Any], Any]


@functools.cache
def loaded(path: Path) -> dict[str, Any]:
    text = path.read_text()
    return json.loads(text) if path.suffix == ".json" else yaml.load(text, Loader=yaml.CSafeLoader)


@functools.cache
def description(path: Path, routes: tuple[str, ...], base: str = "") -> OpenAPI:
    """Some routes of a vendor's description, with all they refer to."""
    spec = loaded(path)
    server = [{"url": f"http://127.0.0.1{base}"}]
    chosen = {**spec, "paths": {route: spec["paths"][route] for route in routes}, "servers": server}
    chosen.pop("security", None)
    return OpenAPI.from_dict(chosen, config=Config(spec_validator_cls=None))


class Described:
    """A stateful vendor. `routes` maps "post /v1/customers" to what happens once the request was found allowed."""

    spec = ""
    base = ""

    def __init__(self):
        self.objects: dict[str, dict[str, Any]] = {}
        self.numbers = itertools.count(1)
        self.vendor = Vendor(self.check, self.answer)
        self.openapi = description(spec_path(self.spec), tuple(dict.fromkeys(self.paths())), self.base)

    def routes(self) -> dict[str, Handler]:
        raise NotImplementedError

    def paths(self):
        return [name.partition(" ")[2] for name in self.routes()]

    def new_id(self) -> str:
        return str(UUID(int=next(self.numbers), version=4))

    def check(self, request: Asked) -> str:
        try:
            self.openapi.validate_request(request)  # type: ignore[arg-type]
        except OpenAPIError as problem:
            return f"{type(problem).__name__}: {problem} {told(problem.__cause__)}"
        return ""

    def answer(self, request: Asked) -> Any:
        body = json.loads(request.body) if request.body else None
        for name, handler in self.routes().items():
            method, _space, route = name.partition(" ")
            if method == request.method and fits(self.base + route, request.path):
                return handler(request, body)
        return 404, {"message": f"no route {request.method} {request.path}"}

    def keep(self, kind: str, body: dict[str, Any], **more: Any) -> dict[str, Any]:
        made = {"id": self.new_id(), **body, **more}
        self.objects[made["id"]] = {"kind": kind, **made}
        return made

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [one for one in self.objects.values() if one["kind"] == kind]


def fits(route: str, path: str) -> bool:
    ours, theirs = route.split("/"), path.split("/")
    return len(ours) == len(theirs) and all(a == b or a.startswith("{") for a, b in zip(ours, theirs, strict=True))


def told(cause: Any) -> str:
    """The reasons that a schema gives, also those of the parts that it offers to choose from."""
    errors = getattr(cause, "schema_errors", None) or []
    return "; ".join([str(getattr(one, "message", one)) for one in errors] or [str(cause or "")])[:2000]
