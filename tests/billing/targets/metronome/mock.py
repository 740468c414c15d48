"""A stateful Metronome that answers in the shape its description gives."""

from tests.billing.targets.described import Described

PRODUCTS = "/v1/contract-pricing/products"
CARDS = "/v1/contract-pricing/rate-cards"


class FakeMetronome(Described):
    spec = "metronome.openapi.json"
    deaf = False  # to ends
    finalized = True  # all usage

    def routes(self):
        return {
            "get /v1/customers": self.customers,
            "post /v1/customers": lambda asked, body: {"data": self.keep("customer", body)},
            "get /v1/billable-metrics": lambda asked, body: {"data": self.of("metric"), "next_page": None},
            "post /v1/billable-metrics/create": lambda asked, body: {"data": self.keep("metric", body)},
            f"post {PRODUCTS}/list": self.products,
            f"post {PRODUCTS}/create": lambda asked, body: {"data": {"id": self.keep("product", body)["id"]}},
            f"post {CARDS}/list": lambda asked, body: {"data": self.of("card"), "next_page": None},
            f"post {CARDS}/create": lambda asked, body: {"data": {"id": self.keep("card", body)["id"]}},
            f"post {CARDS}/addRates": self.add_rates,
            f"post {CARDS}/getRateSchedule": self.rate_schedule,
            "post /v1/contracts/list": self.contracts,
            "post /v1/contracts/create": self.create_contract,
            "post /v1/contracts/get": self.contract,
            "post /v1/contracts/updateEndDate": self.end,
            "post /v1/contracts/customerCredits/list": self.balances("credits", "credit"),
            "post /v1/contracts/customerCommits/list": self.balances("commits", "commit"),
            "post /v1/contracts/customerCredits/create": self.grant("credit"),
            "post /v1/contracts/customerCommits/create": self.grant("commit"),
            "get /v1/customers/{customer_id}/invoices": self.invoices,
        }

    def customers(self, asked, body):
        alias = asked.query["ingest_alias"]
        return {"data": [one for one in self.of("customer") if alias in one["ingest_aliases"]], "next_page": None}

    def products(self, asked, body):
        found = [
            {
                "id": one["id"],
                "type": one["type"],
                "current": {**one, **AUDIT},
                "initial": {**one, **AUDIT},
                "updates": [],
            }
            for one in self.of("product")
        ]
        return {"data": found, "next_page": None}

    def add_rates(self, asked, body):
        self.objects[body["rate_card_id"]]["rates"] = body["rates"]
        return {"data": {"id": body["rate_card_id"]}}

    def rate_schedule(self, asked, body):
        found = []
        for one in self.objects[body["rate_card_id"]].get("rates", []):
            rate = {name: one[name] for name in ("rate_type", "price", "tiers") if name in one}
            about = {name: one[name] for name in one if name not in rate}
            name = self.objects[one["product_id"]]["name"]
            found.append({**about, "rate": rate, "product_name": name, "product_tags": [], "product_custom_fields": {}})
        first = int(asked.query.get("next_page", 0))
        stop = first + RATES_A_PAGE
        return {"data": found[first:stop], "next_page": str(stop) if stop < len(found) else None}

    def contracts(self, asked, body):
        found = [self.shown(one) for one in self.of("contract") if one["customer_id"] == body["customer_id"]]
        return {"data": found}

    def create_contract(self, asked, body):
        if any(one["uniqueness_key"] == body["uniqueness_key"] for one in self.of("contract")):
            return 409, {"message": "uniqueness_key was used before"}
        return {"data": {"id": self.keep("contract", body)["id"]}}

    def contract(self, asked, body):
        found = self.objects.get(body["contract_id"])
        return {"data": self.shown(found)} if found else (404, {"message": "not found"})

    def end(self, asked, body):
        if not self.deaf:
            self.objects[body["contract_id"]]["ending_before"] = body["ending_before"]
        return {"data": {"id": body["contract_id"]}}

    def balances(self, kind, own):
        """Those of contracts and those of the customer, each with what was booked on it."""

        def answer(asked, body):
            of_contracts = [one for contract in self.of("contract") for one in contract.get(kind, [])]
            found = [*of_contracts, *self.of(own)]
            return {"data": [self.booked(self.part(one)) for one in found], "next_page": None}

        return answer

    def booked(self, one):
        [span] = one["access_schedule"]["schedule_items"]
        at = {"timestamp": "2027-02-01T00:00:00Z", "segment_id": self.new_id()}
        name = {"PREPAID": "PREPAID_COMMIT", "POSTPAID": "POSTPAID_COMMIT"}.get(one.get("type"), "CREDIT")
        ledger = (
            [{"type": f"{name}_SEGMENT_START", "amount": span["amount"], **at}] if name != "POSTPAID_COMMIT" else []
        )
        for kind, amount in one.get("used", {}).items():
            ledger.append(
                {"type": f"{name}_{kind}", "amount": amount, "invoice_id": self.new_id(), "reason": "x", **at}
            )
        return {"type": "CREDIT", **one, "ledger": ledger}

    def grant(self, kind):
        def create(asked, body):
            if any(one.get("uniqueness_key") == body["uniqueness_key"] for one in self.of(kind)):
                return 409, {"message": "uniqueness_key was used before"}
            return {"data": {"id": self.keep(kind, body)["id"]}}

        return create

    def invoices(self, asked, body):
        drafts = (
            [] if self.finalized else [{"id": "1", "status": "DRAFT", "type": "USAGE", "line_items": [], **DOLLARS}]
        )
        return {"data": drafts, "next_page": None}

    def shown(self, contract):
        initial = {**contract, **AUDIT, "transitions": [], "usage_statement_schedule": {}}
        for name in ("commits", "credits", "overrides", "scheduled_charges"):
            initial[name] = [self.part(one) for one in contract.get(name, [])]
        return {
            "id": contract["id"],
            "customer_id": contract["customer_id"],
            "uniqueness_key": contract["uniqueness_key"],
            "initial": initial,
            "current": initial,
            "amendments": [],
        }

    def part(self, one):
        """With an id, the product by name, and scheduled amounts as one unit at a price too."""
        one.setdefault("id", self.new_id())
        told = {**one, **AUDIT, **one.get("overwrite_rate", {})}
        if "product_id" in one:
            told["product"] = {"id": one["product_id"], "name": self.objects[one["product_id"]]["name"]}
        for name in ("schedule", "invoice_schedule"):
            if name in one:
                items = one[name]["schedule_items"]
                listed = [{**item, "id": "i", "unit_price": item["amount"], "quantity": 1} for item in items]
                told[name] = {"schedule_items": listed}
        return told


RATES_A_PAGE = 2
DOLLARS = {"credit_type": {"id": "usd", "name": "USD (cents)"}, "customer_id": "1", "total": 0}
AUDIT = {"created_at": "2026-11-26T09:00:00Z", "created_by": "someone"}
