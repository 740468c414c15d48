"""What Orb bills, by its own documents: a small rater of pushed objects that shares no code with our kernel.

Written from docs.withorb.com and the descriptions of its API: a tier begins after `first_unit` and includes
`last_unit`; bulk prices all units by the tier they fall in; packages are billed as soon as they are begun; a price of a
fixed quantity is billed at the start or the end of its cycle; every line is rounded to the cent; a minimum fills its
items up before credits; credit blocks are used on their items, what expires first, first.
"""

import re
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal


def cents(amount):
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def priced(price, units):
    kind = price["model_type"]
    config = price[f"{kind}_config"]
    if kind == "unit":
        return [cents(units * Decimal(config["unit_amount"]))]
    if kind == "package":
        begun = (units / config["package_size"]).to_integral_value(ROUND_CEILING)
        return [cents(begun * Decimal(config["package_amount"]))]
    if kind == "bulk":
        tier = next(one for one in config["tiers"] if units <= one.get("maximum_units", units))
        return [cents(units * Decimal(tier["unit_amount"]))]
    inside = [
        max(min(units, Decimal(one.get("last_unit", units))) - one["first_unit"], Decimal(0)) for one in config["tiers"]
    ]
    return [cents(part * Decimal(one["unit_amount"])) for part, one in zip(inside, config["tiers"], strict=True)]


def read_sql(sql):
    """Event name and the values that each property may have."""
    name = re.search(r"event_name = '([^']*)'", sql).group(1)
    lists = re.findall(r'"([^"]*)" IN \(([^)]*)\)', sql)
    return name, {column: set(re.findall(r"'([^']*)'", values)) for column, values in lists}


class Account:
    def __init__(self, steps, starts):
        self.made = {step.name: step.body for step in steps}
        self.subscription = self.made["create_subscription"]
        self.starts = [day.isoformat() for day in starts]
        blocks = [one for name, one in self.made.items() if name.startswith("add_credit:")]
        self.blocks = sorted(blocks, key=lambda one: one["expiry_date"])
        self.balance = {id(one): Decimal(str(one["amount"])) for one in blocks}

    def invoices(self, events):
        totals = [Decimal(0)] * (len(self.starts) - 1)
        usage = [{} for _ in totals]
        for added in self.subscription["add_prices"]:
            self.bill(added, events, totals, usage)
        for added in self.subscription.get("add_adjustments", []):
            self.fill_up(added, totals, usage)
        for n, lines in enumerate(usage):
            self.pay(self.starts[n], lines)
            totals[n] += sum(lines.values())
        return totals

    def bill(self, added, events, totals, usage):
        price = added["price"]
        first, stop = (self.starts.index(added[name][:10]) for name in ("start_date", "end_date"))
        width = {"monthly": 1, "quarterly": 3, "annual": 12, "one_time": stop - first}[price["cadence"]]
        for opens in range(first, stop, width):
            last = min(opens + width, stop) - 1
            if "fixed_price_quantity" in price:
                [amount] = priced(price, Decimal(price["fixed_price_quantity"]))
                totals[opens if price["billed_in_advance"] else last] += amount
            else:
                metric = self.made[price["billable_metric_id"]["$answer_of"][0]]
                name, wanted = read_sql(metric["sql"])
                item = price["item_id"]["$answer_of"][0]
                amount = sum(priced(price, events(name, wanted, opens, last + 1)))
                usage[last][item] = usage[last].get(item, Decimal(0)) + amount

    def fill_up(self, added, totals, usage):
        adjustment = added["adjustment"]
        first, stop = (self.starts.index(added[name][:10]) for name in ("start_date", "end_date"))
        items = [one["$answer_of"][0] for one in adjustment["applies_to_item_ids"]]
        for n in range(first, stop):
            billed = sum(usage[n].get(item, Decimal(0)) for item in items)
            totals[n] += max(Decimal(adjustment["minimum_amount"]) - billed, Decimal(0))

    def pay(self, start, lines):
        for block in self.blocks:
            if not block["effective_date"][:10] <= start < block["expiry_date"][:10]:
                continue
            for one in block["filters"][0]["values"]:
                item = one["$answer_of"][0]
                drawn = min(lines.get(item, Decimal(0)), self.balance[id(block)])
                if drawn:
                    lines[item] -= drawn
                    self.balance[id(block)] -= drawn
