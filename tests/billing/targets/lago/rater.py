"""What Lago bills, by its own documents: a small rater of pushed objects that shares no code with our kernel.

Written from docs.getlago.com: a range takes the units from one more than the range before up to `to_value`; in volume
all units are in the range they reach; the flat amount of the first range is due without units too; a package is due
when it is begun, after the free units; a fee per charge and filter, rounded to the cent; the minimum commitment fills
all fees of a plan's interval up, before wallets; wallets pay for charges of their metrics by priority until they
expire, when the invoice is made on the day after the period.
"""

from datetime import date
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal


def cents(amount):
    return (amount * 100).quantize(Decimal(1), ROUND_HALF_UP)


def priced(model, properties, units):
    if model == "standard":
        return units * Decimal(properties["amount"])
    if model == "percentage":
        return units * Decimal(properties["rate"]) / 100
    if model == "package":
        paid = max(units - properties["free_units"], Decimal(0))
        packages = (paid / properties["package_size"]).to_integral_value(ROUND_CEILING)
        return packages * Decimal(properties["amount"])
    total = Decimal(0)
    for one in properties[f"{model}_ranges"]:
        low, high = one["from_value"], one["to_value"]
        each, flat = Decimal(one["per_unit_amount"]), Decimal(one["flat_amount"])
        last = high is None or units <= high
        if model == "volume" and last:
            return units * each + flat
        if model == "graduated":
            inside = (units if last else Decimal(high)) - (low - 1 if low else 0)
            total += inside * each + flat
            if last:
                return total
    raise AssertionError("no open range")


class Account:
    def __init__(self, steps, starts):
        self.made = {step.name: step.body for step in steps}
        self.plans = {one["code"]: one for name, one in self.made.items() if name.startswith("create_plan:")}
        self.subscriptions = [one for name, one in self.made.items() if name.startswith("create_subscription:")]
        wallets = [one for name, one in self.made.items() if name.startswith("create_wallet:")]
        self.wallets = sorted(wallets, key=lambda one: one["priority"])
        self.balance = {one["code"]: Decimal(one["granted_credits"]) * Decimal(one["rate_amount"]) for one in wallets}
        self.starts = starts

    def invoices(self, events):
        """Amounts per month of the term."""
        totals = [Decimal(0)] * (len(self.starts) - 1)
        invoices = [one for subscription in self.subscriptions for one in self.of(subscription, events)]
        for month, fixed, fees in sorted(invoices, key=lambda one: one[0]):
            self.pay(self.starts[month + 1], fees)
            totals[month] += fixed + sum(fees.values())
        return totals

    def of(self, subscription, events):
        """(month, what is fixed, fees by metric) of each invoice."""
        plan = self.plans[subscription["plan_code"]]
        width = {"monthly": 1, "quarterly": 3, "yearly": 12}[plan["interval"]]
        first, stop = (
            self.starts.index(date.fromisoformat(subscription[name][:10])) for name in ("subscription_at", "ending_at")
        )
        for opens in range(first, stop, width):
            last = min(opens + width, stop) - 1
            fees, kept = {}, Decimal(0)
            for charge in plan.get("charges", []):
                metric = self.made[charge["billable_metric_id"]["$answer_of"][0]]
                billed = sum(self.fees(charge, metric, events, opens, last + 1))
                fees[metric["code"]] = fees.get(metric["code"], Decimal(0)) + billed
            for charge in plan.get("fixed_charges", []):
                amount = cents(charge["units"] * Decimal(charge["properties"]["amount"])) / 100
                yield opens if charge["pay_in_advance"] else last, amount, {}
            if "minimum_commitment" in plan:
                least = Decimal(plan["minimum_commitment"]["amount_cents"]) / 100
                kept += max(least - sum(fees.values()), Decimal(0))
            yield last, kept, fees

    def fees(self, charge, metric, events, first, stop):
        """One fee per filter, and one for what no filter fits."""
        filters = charge.get("filters", [])
        for one in filters:
            units = events(metric["name"].partition("_")[0], one["values"], first, stop)
            yield cents(priced(charge["charge_model"], one["properties"], units)) / 100
        if not filters:
            units = events(metric["name"].partition("_")[0], {}, first, stop)
            yield cents(priced(charge["charge_model"], charge["properties"], units)) / 100
        else:
            assert priced(charge["charge_model"], charge["properties"], Decimal(1000)) == 0

    def pay(self, on, fees):
        for wallet in self.wallets:
            if on >= date.fromisoformat(wallet["expiration_at"][:10]):
                continue
            for code in wallet["applies_to"]["billable_metric_codes"]:
                drawn = min(fees.get(code, Decimal(0)), self.balance[wallet["code"]])
                if drawn:
                    fees[code] -= drawn
                    self.balance[wallet["code"]] -= drawn
