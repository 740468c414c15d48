"""A stateful Chargebee on loopback: it takes only what the parameter types of its own client allow."""

import functools
import json
import re
from enum import Enum
from importlib import import_module
from urllib.parse import parse_qsl

from tests.billing.targets import typed
from tests.metering.sources.vendor import Vendor, send

PARAMS = {
    "/customers": ("customer", "Customer", "CreateParams"),
    "/item_families": ("item_family", "ItemFamily", "CreateParams"),
    "/items": ("item", "Item", "CreateParams"),
    "/item_prices": ("item_price", "ItemPrice", "CreateParams"),
    "/subscription_for_items": ("subscription", "Subscription", "CreateWithItemsParams"),
    "/cancel_for_items": ("subscription", "Subscription", "CancelForItemsParams"),
}
FIELD = re.compile(r"^(\w+)\[(\w+)\]\[(\d+)\]$")
JSON = ("meta_data", "metadata")


@functools.cache
def kind_of(path):
    name, model, params = PARAMS[path]
    return getattr(getattr(import_module(f"chargebee.models.{name}.operations"), model), params)


def decoded(pairs):
    """`tiers[price][1]=5` is the price of the second tier; some fields are JSON."""
    found = {}
    for name, value in pairs:
        field = FIELD.match(name)
        if field:
            group, part, n = field.groups()
            found.setdefault(group, {}).setdefault(int(n), {})[part] = value
        else:
            found[name] = json.loads(value) if name in JSON else value
    return {name: [part[n] for n in sorted(part)] if name in LISTS else part for name, part in found.items()}


LISTS = ("tiers", "subscription_items")


class FakeChargebee:
    def __init__(self):
        self.objects, self.keys = {}, {}
        self.vendor = Vendor(lambda request: "", self.answer)

    def path(self, request):
        path = request.path.removeprefix("/api/v2")
        last = f"/{path.rpartition('/')[2]}"
        return last if last in ("/subscription_for_items", "/cancel_for_items") else path

    def body(self, request):
        kind = kind_of(self.path(request))
        return typed.typed(decoded(parse_qsl(request.body.decode(), keep_blank_values=True)), kind)

    def check(self, request):
        """Refused in Chargebee's own words, which its client asks for."""
        return "; ".join(typed.problems(self.body(request), kind_of(self.path(request))))

    def answer(self, request):
        path = self.path(request)
        if request.method == "post":
            if problem := self.check(request):
                self.vendor.refused.append(problem)
                return error(400, "param_wrong_value", problem)
            return self.cancel(request) if path == "/cancel_for_items" else self.create(request, path)
        collection, _slash, name = path.rpartition("/")
        kind = PARAMS.get(collection, ("subscription",))[0]
        found = self.objects.get((kind, name))
        return self.shown(kind, found) if found else error(404, "resource_not_found", f"{name} not found")

    def shown(self, kind, made):
        """A subscription comes with its customer."""
        return {kind: made, **({"customer": {"id": made["customer_id"]}} if kind == "subscription" else {})}

    def create(self, request, path):
        key, body = request.headers["chargebee-idempotency-key"], self.body(request)
        kind = PARAMS[path][0]
        if key in self.keys:
            return self.shown(kind, self.keys[key])
        if (kind, body["id"]) in self.objects:
            return error(400, "duplicate_entry", f"{body['id']} exists")
        made = {"object": kind, "status": "future" if kind == "subscription" else "active", **body}
        if kind == "subscription":
            made["customer_id"] = request.path.split("/")[-2]
            made["remaining_billing_cycles"] = made.pop("billing_cycles")
        self.objects[kind, body["id"]] = self.keys[key] = json.loads(json.dumps(made, default=plainly))
        return self.shown(kind, self.keys[key])

    def cancel(self, request):
        """On the day that it is told, which must be one to come."""
        found = self.objects.get(("subscription", request.path.split("/")[-2]))
        body = self.body(request)
        if found is None or (body["cancel_option"] == "specific_date") != ("cancel_at" in body):
            return error(400, "param_wrong_value", "cancel_at: goes with specific_date")
        found |= {"status": "non_renewing", "cancelled_at": body["cancel_at"]}
        found.pop("remaining_billing_cycles", None)
        return self.shown("subscription", found)

    def of(self, kind):
        return [one for (name, _id), one in self.objects.items() if name == kind]


def plainly(value):
    return value.value if isinstance(value, Enum) else str(value)


def error(status, code, message):
    return status, {"message": message, "api_error_code": code, "type": "invalid_request", "http_status_code": status}


def limit_reached(handler):
    body = json.dumps(error(429, "api_request_limit_exceeded", "slow down")[1]).encode()
    send(handler, 429, body, Retry_After="7")
