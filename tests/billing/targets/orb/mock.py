"""A stateful Orb that answers in the shape its description gives."""

from tests.billing.targets.described import Described

AT = "2026-11-26T09:00:00+00:00"
ENTRY = "/customers/external_customer_id/{external_customer_id}/credits/ledger_entry"
NO = 404, {"type": "https://docs.withorb.com/reference/error-responses#404-resource-not-found", "status": 404}


class FakeOrb(Described):
    spec = "orb.openapi.json"
    base = "/v1"
    deaf = False  # to ends

    def __init__(self):
        super().__init__()
        self.keys = {}

    def routes(self):
        return {
            "post /customers": self.once("customer"),
            "get /customers/external_customer_id/{external_customer_id}": self.one("customer", "external_customer_id"),
            "post /items": self.once("item"),
            "get /items": self.listed("item"),
            "post /metrics": self.once("metric"),
            "get /metrics": self.listed("metric"),
            "post /plans": self.once("plan"),
            "get /plans/external_plan_id/{external_plan_id}": self.one("plan", "external_plan_id"),
            "post /subscriptions": self.once("subscription"),
            "get /subscriptions": self.listed("subscription"),
            "get /subscriptions/{subscription_id}": self.one("subscription", "id"),
            "post /subscriptions/{subscription_id}/cancel": self.cancel,
            f"post {ENTRY}": self.once("entry"),
            "get /customers/external_customer_id/{external_customer_id}/credits/ledger": self.listed("entry"),
        }

    def once(self, kind):
        def create(asked, body):
            key = asked.headers["Idempotency-Key"]
            if key in self.keys:
                before, made = self.keys[key]
                return made if before == body else (400, {"detail": "another body under this key"})
            made = self.keep(kind, body, **getattr(self, f"more_of_{kind}", lambda body: {})(body))
            self.keys[key] = body, made
            return made

        return create

    def more_of_metric(self, body):
        return {"status": "active", "metadata": {}, "item": {"id": body["item_id"], "name": "item"}}

    def more_of_entry(self, body):
        block = {"id": "block", "expiry_date": body["expiry_date"], "per_unit_cost_basis": None, "filters": []}
        return {"credit_block": block, "ledger_sequence_number": 1, "entry_status": "committed", "created_at": AT}

    def more_of_subscription(self, body):
        [customer] = [one for one in self.of("customer") if one["external_customer_id"] == body["external_customer_id"]]
        prices = [{**one, "id": self.new_id(), "price": self.price(one["price"])} for one in body["add_prices"]]
        adjustments = [
            {**one, "id": self.new_id(), "applies_to_price_interval_ids": []} for one in body.get("add_adjustments", [])
        ]
        return {
            "customer": customer,
            "price_intervals": prices,
            "adjustment_intervals": adjustments,
            "status": "upcoming",
        }

    def cancel(self, asked, body):
        found = self.objects[asked.path.split("/")[-2]]
        upcoming = found["status"] == "upcoming"
        if upcoming != (body["cancel_option"] == "immediate"):
            return 400, {"detail": "Upcoming subscriptions are only eligible for immediate cancellation"}
        if not self.deaf:
            found["end_date"] = found["start_date"] if upcoming else body["cancellation_date"]
        return found

    def price(self, price):
        names = {"metadata": {}, "item": {"id": price["item_id"], "name": "item"}, "created_at": AT}
        return {"fixed_price_quantity": None, **price, "id": self.new_id(), **names}

    def listed(self, kind):
        def answer(asked, body):
            page = {"has_more": False, "next_cursor": None}
            return {"data": self.of(kind), "pagination_metadata": page}

        return answer

    def one(self, kind, name):
        def answer(asked, body):
            wanted = asked.path.rpartition("/")[2]
            return next((one for one in self.of(kind) if one[name] == wanted), NO)

        return answer
