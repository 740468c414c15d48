"""A stateful Lago that answers in the shape its description gives."""

from tests.billing.targets.described import Described

AT = "2026-11-26T09:00:00Z"
NO = 404, {"status": 404, "error": "Not Found", "code": "not_found"}


class FakeLago(Described):
    spec = "lago.openapi.yaml"
    base = "/api/v1"

    def routes(self):
        kinds = {"billable_metrics": "billable_metric", "add_ons": "add_on", "plans": "plan"}
        found = {
            "post /customers": self.customer,
            "post /subscriptions": self.subscribe,
            "get /subscriptions": self.listed("subscription", "subscriptions"),
            "get /subscriptions/{external_id}": self.one("subscription", "external_id"),
            "put /subscriptions/{external_id}": self.change,
            "delete /subscriptions/{external_id}": self.cancel,
            "put /wallets/{lago_id}": self.change_wallet,
            "post /wallets": self.wallet,
            "get /wallets": self.listed("wallet", "wallets"),
        }
        for path, kind in kinds.items():
            found[f"post /{path}"] = self.maker(kind)
            found[f"get /{path}/{{code}}"] = self.one(kind, "code")
        return found

    def made(self, kind, body, **more):
        return {kind: self.keep(kind, {**body, "lago_id": self.new_id(), "created_at": AT, **more})}

    def maker(self, kind):
        def make(asked, body):
            if any(one["code"] == body[kind]["code"] for one in self.of(kind)):
                return 422, {
                    "status": 422,
                    "code": "validation_errors",
                    "error_details": {"code": ["value_already_exist"]},
                }
            more = self.plan_parts(body[kind]) if kind == "plan" else {"filters": body[kind].get("filters", [])}
            return self.made(kind, body[kind], **more)

        return make

    def plan_parts(self, plan):
        """Charges are answered with their metric by code."""
        charges = []
        for one in plan.get("charges", []):
            [metric] = [m for m in self.of("billable_metric") if m["lago_id"] == one["billable_metric_id"]]
            told = {name: value for name, value in one.items() if name != "billable_metric_id"}
            named = {"lago_billable_metric_id": metric["lago_id"], "billable_metric_code": metric["code"]}
            charges.append({**told, **named, "lago_id": self.new_id()})
        named = {"lago_id": self.new_id(), "add_on_code": "code", "created_at": AT}
        fixed = [
            {**{n: v for n, v in one.items() if n != "add_on_id"}, "lago_add_on_id": one["add_on_id"]} | named
            for one in plan.get("fixed_charges", [])
        ]
        minimum = plan.get("minimum_commitment")
        more = {"lago_id": self.new_id(), "plan_code": plan["code"], "interval": plan["interval"], "created_at": AT}
        more |= {"updated_at": AT, "taxes": [], "invoice_display_name": None}
        told = {"minimum_commitment": {**minimum, **more}} if minimum else {}
        return {"charges": charges, "fixed_charges": fixed, **told}

    def customer(self, asked, body):
        more = {"updated_at": AT, "applicable_timezone": "UTC"}
        known = [one for one in self.of("customer") if one["external_id"] == body["customer"]["external_id"]]
        return {"customer": known[0]} if known else self.made("customer", body["customer"], **more)

    def subscribe(self, asked, body):
        told = body["subscription"]
        if not any(one["code"] == told["plan_code"] for one in self.of("plan")):
            return NO
        more = {"status": "pending", "lago_customer_id": self.new_id()}
        return self.made("subscription", told, **more)

    def change(self, asked, body):
        found = next((one for one in self.of("subscription") if asked.path.endswith(f"/{one['external_id']}")), None)
        if found is None or found["status"] != asked.query.get("status", "active"):
            return NO
        found.update(body["subscription"])
        return {"subscription": found}

    def cancel(self, asked, body):
        found = next((one for one in self.of("subscription") if asked.path.endswith(f"/{one['external_id']}")), None)
        if found is None or found["status"] != asked.query.get("status", "active"):
            return NO
        found["status"] = "canceled"
        return {"subscription": found}

    def change_wallet(self, asked, body):
        found = next(one for one in self.of("wallet") if asked.path.endswith(f"/{one['lago_id']}"))
        found.update(body["wallet"])
        return {"wallet": found}

    def wallet(self, asked, body):
        more = {"lago_customer_id": self.new_id(), "status": "active", "credits_balance": "0", "consumed_credits": "0"}
        more |= {"balance_cents": 0, "ongoing_balance_cents": 0, "ongoing_usage_balance_cents": 0}
        more |= {
            "credits_ongoing_balance": "0",
            "credits_ongoing_usage_balance": "0",
            "recurring_transaction_rules": [],
        }
        return self.made("wallet", body["wallet"], **more)

    def listed(self, kind, name):
        def answer(asked, body):
            customer = asked.query["external_customer_id"]
            found = [one for one in self.of(kind) if one["external_customer_id"] == customer]
            meta = {
                "current_page": 1,
                "next_page": None,
                "prev_page": None,
                "total_pages": 1,
                "total_count": len(found),
            }
            return {name: found, "meta": meta}

        return answer

    def one(self, kind, name):
        def answer(asked, body):
            wanted = asked.path.rpartition("/")[2].replace("%7C", "|").replace("%3D", "=")
            found = next((one for one in self.of(kind) if one[name] == wanted), None)
            return {kind: found} if found else NO

        return answer
