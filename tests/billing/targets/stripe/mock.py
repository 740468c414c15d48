"""A stateful Stripe on loopback: it takes only what Stripe's own parameter types allow, and answers with objects."""

import functools
import itertools
import json
from importlib import import_module
from urllib.parse import parse_qsl, urlsplit

from django.utils.timezone import now

from tests.billing.targets import typed
from tests.metering.sources.vendor import Vendor

PARAMS = {
    "/v1/customers": ("customer", "_customer_create_params", "CustomerCreateParams"),
    "/v1/products": ("product", "_product_create_params", "ProductCreateParams"),
    "/v1/invoiceitems": ("invoiceitem", "_invoice_item_create_params", "InvoiceItemCreateParams"),
    "/v1/prices": ("price", "_price_create_params", "PriceCreateParams"),
    "/v1/billing/meters": ("billing.meter", "billing._meter_create_params", "MeterCreateParams"),
    "/v1/billing/credit_grants": (
        "billing.credit_grant",
        "billing._credit_grant_create_params",
        "CreditGrantCreateParams",
    ),
    "/v1/subscription_schedules": (
        "subscription_schedule",
        "_subscription_schedule_create_params",
        "SubscriptionScheduleCreateParams",
    ),
}


CHANGES = {
    "/v1/subscription_schedules/{id}": ("_subscription_schedule_update_params", "SubscriptionScheduleUpdateParams"),
    "/v1/subscription_schedules/{id}/release": (
        "_subscription_schedule_release_params",
        "SubscriptionScheduleReleaseParams",
    ),
    "/v1/subscription_schedules/{id}/cancel": (
        "_subscription_schedule_cancel_params",
        "SubscriptionScheduleCancelParams",
    ),
    "/v1/subscriptions/{id}": ("_subscription_update_params", "SubscriptionUpdateParams"),
    "/v1/billing/credit_grants/{id}": ("billing._credit_grant_update_params", "CreditGrantUpdateParams"),
    "/v1/billing/credit_grants/{id}/expire": ("billing._credit_grant_expire_params", "CreditGrantExpireParams"),
}
BALANCE = "/v1/billing/credit_balance_summary"


def named(path):
    """The path with {id} for the object that is changed, and which one that is; "" for one that is created."""
    wanted = next((part for part in path.split("/") if part.startswith("obj_")), "")
    return (path.replace(wanted, "{id}") if wanted else path), wanted


@functools.cache
def kind_of(path):
    about, _id = named(path)
    module, name = CHANGES[about] if about in CHANGES else PARAMS[about][1:]
    return getattr(import_module(f"stripe.params.{module}"), name)


class FakeStripe:
    def __init__(self):
        self.objects = {}
        self.keys = {}
        self.numbers = itertools.count(1)
        self.vendor = Vendor(self.check, self.answer)

    def check(self, request):
        if request.method != "post":
            return ""
        body = self.body(request)
        found = typed.problems(body, kind_of(request.path))
        return "; ".join([*found, *self.rules(request.path, body)])

    def rules(self, path, body):
        """What Stripe says in words beside the types."""
        if path == "/v1/prices":
            if (body.get("billing_scheme") == "tiered") != ("tiers" in body):
                yield "tiers: go with billing_scheme tiered"
            if "transform_quantity" in body and "tiers" in body:
                yield "transform_quantity: cannot be combined with tiers"
            if "tiers" in body and body["tiers"][-1]["up_to"] != "inf":
                yield "tiers: the last one goes up to inf"
        for phase in body.get("phases", []):
            if not phase.get("items"):
                yield "phases: each has items"

    def body(self, request):
        pairs = parse_qsl(request.body.decode(), keep_blank_values=True)
        return typed.typed(typed.from_form(pairs), kind_of(request.path))

    def answer(self, request):
        if request.method == "post":
            return self.create(request) if request.path in PARAMS else self.change(request)
        query = dict(parse_qsl(urlsplit(request.target).query))
        if request.path == BALANCE:
            return self.balance(query)
        last = request.path.rpartition("/")[2]
        if request.path in PARAMS or last == "search":
            kind = PARAMS.get(request.path, ("customer",))[0]
            found = [one for one in self.objects.values() if one["object"] == kind and fits(one, query)]
            return {"object": "list", "url": request.path, "has_more": False, "data": found}
        return self.objects.get(last) or error(404, f"No such object: {last}")

    def create(self, request):
        key = request.headers["Idempotency-Key"]
        if key in self.keys:
            body, made = self.keys[key]
            return (
                made if body == request.body else error(400, "The key was used with another body", "idempotency_error")
            )
        body = self.body(request)
        made = {"object": PARAMS[request.path][0], "id": f"obj_{next(self.numbers)}", "metadata": {}, **body}
        if made["id"] in self.objects:
            return error(400, f"{made['id']} already exists")
        self.complete(made)
        self.objects[made["id"]] = json.loads(json.dumps(made, default=str))
        self.keys[key] = (request.body, self.objects[made["id"]])
        return self.objects[made["id"]]

    def change(self, request):
        about, wanted = named(request.path)
        one = self.objects.get(wanted)
        if one is None:
            return error(404, "No such object")
        if about == "/v1/subscription_schedules/{id}":
            return self.reschedule(request, one)
        if about.endswith("/cancel"):
            one["status"] = "canceled"
        elif about.endswith("/expire"):
            one["expires_at"] = int(now().timestamp())
        elif about.endswith("/release"):
            one |= {"status": "released", "released_subscription": one["subscription"]}
        else:
            one |= json.loads(json.dumps(self.body(request), default=str))
        return one

    def balance(self, query):
        """What usage has left of a grant; nothing of one that has expired."""
        one = self.objects[query["filter[credit_grant]"]]
        left = 0 if one["expires_at"] <= now().timestamp() else one["amount"]["monetary"]["value"] - one.get("used", 0)
        money = {"currency": one["amount"]["monetary"]["currency"]}
        told = {
            "available_balance": {"type": "monetary", "monetary": {**money, "value": left - one.get("drawn", 0)}},
            "ledger_balance": {"type": "monetary", "monetary": {**money, "value": left}},
        }
        return {"object": "billing.credit_balance_summary", "customer": one["customer"], "balances": [told]}

    def begin(self, schedule):
        """A schedule that has begun has a subscription."""
        made = {"object": "subscription", "id": f"obj_{next(self.numbers)}", "cancel_at": None}
        self.objects[made["id"]] = made
        present = {name: schedule["phases"][0][name] for name in ("start_date", "end_date")}
        schedule |= {"status": "active", "subscription": made["id"], "current_phase": present}
        return made

    def reschedule(self, request, one):
        """A schedule gets other phases: the present one among them, each beginning where the one before it ends."""
        body = self.body(request)
        present = (one.get("current_phase") or {}).get("start_date", one["start_date"])
        if [phase["start_date"] for phase in body["phases"]] != [
            present,
            *(phase["end_date"] for phase in body["phases"][:-1]),
        ]:
            return error(400, "phases: the present one must be there, and each begins where the one before it ends")
        over = [phase for phase in one["phases"] if phase["end_date"] <= present]
        self.complete({**body, "object": one["object"]})
        one.update(json.loads(json.dumps({**body, "phases": [*over, *body["phases"]]}, default=str)))
        return one

    def complete(self, made):
        """What Stripe answers beside what it was told."""
        if made["object"] == "billing.meter":
            made["status"] = "active"
        if made["object"] == "billing.credit_grant":
            made.setdefault("effective_at", int(now().timestamp()))
        for tier in made.get("tiers", []):
            tier["up_to"] = None if tier["up_to"] == "inf" else int(tier["up_to"])
        if "start_date" in made:
            made["status"] = "not_started"
        begins = made.get("start_date")
        for phase in made.get("phases", []):
            phase.setdefault("add_invoice_items", [])
            phase.setdefault("start_date", begins)
            begins = phase["end_date"]


def error(status, message, kind="invalid_request_error"):
    return status, {"error": {"type": kind, "message": message}}


def fits(one, query):
    wanted = {name: value for name, value in query.items() if name in ("customer",)}
    keys = [value for name, value in query.items() if name.startswith("lookup_keys")]
    ids = [value for name, value in query.items() if name.startswith("ids")]
    slug = query.get("query", "").partition(":'")[2].rstrip("'")
    return (
        all(one.get(name) == value for name, value in wanted.items())
        and (not keys or one.get("lookup_key") in keys)
        and (not ids or one["id"] in ids)
        and (not slug or one["metadata"].get("quantile_customer") == slug)
    )
