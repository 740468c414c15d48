"""A stateful Lago that answers in the shape its description gives."""

from tests.billing.targets.described import Described

AT = "2026-11-26T09:00:00Z"
INVOICE = {
    **dict.fromkeys(("number", "invoice_type", "payment_status", "currency"), "x"),
    **dict.fromkeys(("net_payment_term", "version_number", "total_due_amount_cents", "total_amount_cents"), 0),
    **dict.fromkeys(("fees_amount_cents", "coupons_amount_cents", "taxes_amount_cents"), 0),
    **dict.fromkeys(("credit_notes_amount_cents", "progressive_billing_credit_amount_cents"), 0),
    **dict.fromkeys(("sub_total_excluding_taxes_amount_cents", "sub_total_including_taxes_amount_cents"), 0),
    "prepaid_credit_amount_cents": 0,
    "payment_overdue": False,
}
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
            "get /fees": self.fees,
            "get /invoices/{lago_id}": self.invoice,
            "get /credit_notes": self.listed("credit_note", "credit_notes"),
            "post /credit_notes/estimate": self.estimate,
            "post /credit_notes": self.credit,
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
        named = {"add_on_code": "code", "created_at": AT}
        fixed = [
            {**{n: v for n, v in one.items() if n != "add_on_id"}, "lago_add_on_id": one["add_on_id"]}
            | {**named, "lago_id": self.new_id()}
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

    def bill(self, subscription, code, first, last, *, taxes=0, status="finalized"):
        """A fee of a fixed charge, on an invoice of its own."""
        plan = next(one for one in self.of("plan") if one["code"] == subscription["plan_code"])
        charge = next(one for one in plan["fixed_charges"] if one["code"] == code)
        cents = int(float(charge["properties"]["amount"]) * 100)
        named = {"lago_id": self.new_id(), "lago_fixed_charge_id": charge["lago_id"], "lago_invoice_id": self.new_id()}
        named |= {name: subscription[name] for name in ("external_customer_id",)}
        named |= {"external_subscription_id": subscription["external_id"], "from_date": first, "to_date": last}
        return self.keep("fee", {**named, "amount_cents": cents}, taxes_rate=taxes, invoice_status=status)

    def fees(self, asked, body):
        wanted = asked.query["external_subscription_id"]
        return {"fees": [one for one in self.of("fee") if one["external_subscription_id"] == wanted], "meta": {}}

    def invoice(self, asked, body):
        wanted = asked.path.rpartition("/")[2]
        fee = next(one for one in self.of("fee") if one["lago_invoice_id"] == wanted)
        return {"invoice": {**INVOICE, "lago_id": wanted, "status": fee["invoice_status"]}}

    def amounts(self, told):
        [item] = told["items"]
        fee = next(one for one in self.of("fee") if one["lago_id"] == item["fee_id"])
        cents, off = item["amount_cents"], fee.get("coupon", 0)
        taxes = round((cents - off) * fee["taxes_rate"] / 100)
        same = {"taxes_amount_cents": taxes, "taxes_rate": fee["taxes_rate"], "coupons_adjustment_amount_cents": off}
        return fee, cents - off + taxes, {**same, "sub_total_excluding_taxes_amount_cents": cents - off}

    def estimate(self, asked, body):
        fee, total, amounts = self.amounts(body["credit_note"])
        most = {f"max_{name}_amount_cents": total for name in ("creditable", "refundable", "offsettable")}
        about = {"lago_invoice_id": fee["lago_invoice_id"], "invoice_number": "LAG-1", "currency": "EUR"}
        return {"estimated_credit_note": {**about, **amounts, **most, "items": [], "applied_taxes": []}}

    def credit(self, asked, body):
        told = body["credit_note"]
        fee, total, amounts = self.amounts(told)
        if told["credit_amount_cents"] != total:
            return 422, {"status": 422, "code": "validation_errors", "error_details": {"base": ["does_not_match"]}}
        return self.made("credit_note", told, **self.note(fee, told["items"][0]["amount_cents"], total, amounts))

    def note(self, fee, cents, total, amounts):
        named = {"lago_invoice_id": fee["lago_invoice_id"], "external_customer_id": fee["external_customer_id"]}
        money = {"currency": "EUR", "total_amount_cents": total, "balance_amount_cents": total}
        money |= {"refund_amount_cents": 0, "offset_amount_cents": 0, "credit_amount_cents": total}
        items = [{"lago_id": self.new_id(), "amount_cents": cents, "fee": {"lago_id": fee["lago_id"]}}]
        return {**named, **money, **amounts, "credit_status": "available", "items": items}

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
