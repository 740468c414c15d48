"""What Chargebee bills, by its own documents: a small rater of pushed objects that shares no code with our kernel.

Written from chargebee.com/docs: addons are billed in advance with each cycle, metered ones for the cycle that ended;
tiered prices each unit by its tier (`ending_unit` inclusive), volume all units by the tier reached; a charge on
activation once; each line rounded to the cent.
"""

from decimal import ROUND_HALF_UP, Decimal


def cents(amount):
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def priced(price, units):
    if price["pricing_model"] in ("per_unit", "flat_fee"):
        return [cents(units * Decimal(price["price_in_decimal"]))]
    lines = []
    for tier in price["tiers"]:
        low, high = tier["starting_unit"] - 1, Decimal(tier.get("ending_unit", "Infinity"))
        each = Decimal(tier["price_in_decimal"])
        if price["pricing_model"] == "volume" and units <= high:
            return [cents(units * each)]
        if price["pricing_model"] == "tiered":
            lines.append(cents(max(min(units, high) - low, Decimal(0)) * each))
    return lines


class Account:
    def __init__(self, steps, term):
        self.bodies = {step.name: step.body for step in steps}
        self.prices = {one["id"]: one for name, one in self.bodies.items() if name.startswith("create_price:")}
        self.items = {one["id"]: one for name, one in self.bodies.items() if name.startswith("create_item:")}
        self.subscriptions = [one for name, one in self.bodies.items() if name.startswith("create_subscription:")]
        self.term = term

    def invoices(self, events):
        """`events` gives the usage that a sender reports for an item, from one month to another."""
        totals = [Decimal(0)] * self.term
        for one in self.subscriptions:
            plan = self.prices[one["subscription_items"][0]["item_price_id"]]
            width = plan["period"]
            assert one["billing_cycles"] * width == self.term
            for bought in one["subscription_items"]:
                price = self.prices[bought["item_price_id"]]
                item = self.items[price["item_id"]]
                for first in range(0, self.term, width):
                    if item["type"] == "charge":
                        assert bought["charge_once"]
                        totals[0] += sum(priced(price, Decimal(bought["quantity"]))) if not first else 0
                    elif item.get("metered"):
                        totals[first + width - 1] += sum(priced(price, events(item, first, first + width)))
                    else:
                        totals[first] += sum(priced(price, Decimal(bought.get("quantity", 1))))
        return totals
