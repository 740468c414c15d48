"""A stateful OpenMeter that answers in the shape its descriptions give; grants are in the one of version 3."""

import json
from pathlib import Path

from tests.billing.targets.described import Described, validator
from tests.metering.sources.vendor import spec_path

GRANTS = "/openmeter/customers/{customerId}/credits/grants"
NO = 404, {"type": "about:blank", "title": "Not Found", "status": 404, "detail": "not found"}
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class FakeOpenMeter(Described):
    spec = "openmeter.openapi.yaml"
    deaf = False  # to ends

    def __init__(self):
        super().__init__()
        self.v3: Path = spec_path("openmeter.v3.openapi.yaml")

    def new_id(self):
        n, text = next(self.numbers), ""
        for _ in range(24):
            n, rest = divmod(n, 32)
            text = CROCKFORD[rest] + text
        return f"01{text}"

    def routes(self):
        return {
            "post /api/v1/customers": self.maker("customer", "key"),
            "get /api/v1/customers/{customerIdOrKey}": self.one("customer", "key"),
            "get /api/v1/customers/{customerIdOrKey}/subscriptions": self.subscriptions,
            "post /api/v1/meters": self.maker("meter", "slug"),
            "get /api/v1/meters/{meterIdOrSlug}": self.one("meter", "slug"),
            "post /api/v1/features": self.maker("feature", "key"),
            "get /api/v1/features/{featureId}": self.one("feature", "key"),
            "post /api/v1/subscriptions": self.subscribe,
            "get /api/v1/subscriptions/{subscriptionId}": self.one("subscription", "id"),
            "post /api/v1/subscriptions/{subscriptionId}/cancel": self.cancel,
            f"post /api/v3{GRANTS}": self.grant,
            f"get /api/v3{GRANTS}": self.grants,
            f"post /api/v3{GRANTS}/{{creditGrantId}}/void": self.void,
        }

    def check(self, request):
        name = self.route(request)
        if "/api/v3/" not in name:
            return super().check(request)
        method, _space, path = name.partition(" ")
        rules = validator(self.v3, method, path.removeprefix("/api/v3"))
        found = next(rules.iter_errors(json.loads(request.body)), None) if request.method == "post" else None
        return f"{found.json_path}: {found.message}" if found else ""

    def maker(self, kind, name):
        def make(asked, body):
            if any(one[name] == body[name] for one in self.of(kind)):
                return 409, {"title": "Conflict", "status": 409, "detail": f"{body[name]} is taken"}
            return 201, self.keep(kind, body)

        return make

    def one(self, kind, name):
        def answer(asked, body):
            wanted = asked.path.rpartition("/")[2]
            return next((one for one in self.of(kind) if wanted in (one[name], one["id"])), NO)

        return answer

    def subscriptions(self, asked, body):
        size, page = int(asked.query.get("pageSize", 100)), int(asked.query.get("page", 1))
        found = self.of("subscription")
        items = found[size * (page - 1) : size * page]
        return {"items": items, "totalCount": len(found), "page": page, "pageSize": size}

    def subscribe(self, asked, body):
        plan = body["customPlan"]
        [customer] = [one for one in self.of("customer") if one["key"] == body["customerKey"]]
        phases = [{"key": phase["key"], "itemsByKey": self.items(phase)} for phase in plan["phases"]]
        more = {"activeFrom": body["timing"], "name": plan["name"], "currency": plan["currency"], "phases": phases}
        return 201, self.keep("subscription", {}, customerId=customer["id"], **more)

    def items(self, phase):
        return {card["key"]: [{"id": self.new_id(), **card}] for card in phase["rateCards"]}

    def cancel(self, asked, body):
        found = self.objects[asked.path.split("/")[-2]]
        if not self.deaf:
            found["activeTo"] = body["timing"]
        return found

    def grants(self, asked, body):
        """A page of them, of 100 at most."""
        size, number = min(int(asked.query["page[size]"]), 100), int(asked.query.get("page[number]", "1"))
        found = self.of("grant")
        page = {"size": size, "number": number, "total": len(found)}
        return {"data": found[size * (number - 1) : size * number], "meta": {"page": page}}

    def void(self, asked, body):
        found = self.objects[asked.path.split("/")[-2]]
        if found.get("used_up"):
            return 409, {"title": "Conflict", "status": 409}
        found["voided_at"] = "2026-11-26T09:00:00Z"
        return found

    def grant(self, asked, body):
        if any(one["key"] == body["key"] for one in self.of("grant")):
            return 409, {"title": "Conflict", "status": 409}
        return 201, self.keep("grant", body)
