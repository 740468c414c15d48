"""What OpenMeter bills, by its own documents: a small rater of pushed objects that shares no code with our kernel.

Written from openmeter.io/docs/billing: the usage discount comes first, then the price, then least and most of a rate
card; `upToAmount` is inclusive; graduated prices each unit by its tier, volume all units by the tier reached, each
with the flat price of tiers entered, the first one's always; a package is due when it is begun; detailed lines are
rounded to the cent each; rate cards of a phase are billed by their cadence; grants pay for their features.
"""

import re
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal


def cents(amount):
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def priced(price, units):
    if price["type"] == "unit":
        return [cents(units * Decimal(price["amount"]))]
    if price["type"] == "package":
        begun = (units / Decimal(price["quantityPerPackage"])).to_integral_value(ROUND_CEILING)
        return [cents(begun * Decimal(price["amount"]))]
    low, lines = Decimal(0), []
    for tier in price["tiers"]:
        high = Decimal(tier.get("upToAmount", "Infinity"))
        unit, flat = (Decimal((tier[name] or {"amount": 0})["amount"]) for name in ("unitPrice", "flatPrice"))
        if price["mode"] == "volume" and units <= high:
            return [cents(units * unit), cents(flat)]
        if price["mode"] == "graduated":
            lines += [cents((min(units, high) - low) * unit), cents(flat)]
            if units <= high:
                return lines
        low = high
    return lines


def billed(card, units):
    included = Decimal(card.get("discounts", {}).get("usage", {}).get("quantity", 0))
    amount = sum(priced(card["price"], max(units - included, Decimal(0))))
    amount = max(amount, Decimal(card["price"].get("minimumAmount", 0)))
    return min(amount, Decimal(card["price"].get("maximumAmount", "Infinity")))


def months(duration):
    count, unit = re.fullmatch(r"P(\d+)([MY])", duration).groups()
    return int(count) * {"M": 1, "Y": 12}[unit]


class Account:
    def __init__(self, steps, term):
        self.made = {step.name: step.body for step in steps}
        self.plan = self.made["create_subscription"]["customPlan"]
        self.term = term
        grants = [one for name, one in self.made.items() if name.startswith("grant:")]
        self.grants = sorted(grants, key=lambda one: one["priority"])
        self.balance = {one["key"]: Decimal(one["amount"]) for one in grants}

    def invoices(self, events):
        totals = [Decimal(0)] * self.term
        usage = [{} for _ in totals]
        opens = 0
        for phase in self.plan["phases"]:
            closes = self.term if phase["duration"] is None else opens + months(phase["duration"])
            for card in phase["rateCards"]:
                self.bill(card, opens, closes, events, totals, usage)
            opens = closes
        for n, lines in enumerate(usage):
            for grant in self.grants:
                self.pay(grant, lines)
            totals[n] += sum(lines.values())
        return totals

    def bill(self, card, opens, closes, events, totals, usage):
        if card["billingCadence"] is None:
            totals[opens] += cents(Decimal(card["price"]["amount"]))
            return
        for first in range(opens, closes, months(card["billingCadence"])):
            last = min(first + months(card["billingCadence"]), closes) - 1
            if card["type"] == "flat_fee":
                late = card["price"]["paymentTerm"] == "in_arrears"
                totals[last if late else first] += cents(Decimal(card["price"]["amount"]))
            else:
                feature = self.made[f"create_feature:{card['featureKey']}"]
                meter = self.made[f"create_meter:{feature['meterSlug']}"]
                units = events(meter["eventType"], feature.get("meterGroupByFilters", {}), first, last + 1)
                usage[last][card["featureKey"]] = billed(card, units)

    def pay(self, grant, lines):
        for feature in grant["filters"]["features"]:
            drawn = min(lines.get(feature, Decimal(0)), self.balance[grant["key"]])
            if drawn:
                lines[feature] -= drawn
                self.balance[grant["key"]] -= drawn
