"""What Stripe bills, by its own documents: a small rater of pushed objects that shares no code with our kernel.

Written from docs.stripe.com: tiered pricing (`up_to` is inclusive; graduated prices each unit by its tier, volume all
units by the tier reached; a tier's flat amount is added), transform_quantity (divide, then round), licensed items in
advance and metered ones in arrears, amounts rounded half up per invoice line, credit grants applied to the metered
lines of an invoice when it is finalized, an hour after the period, lowest priority number first.
"""

from calendar import monthrange
from datetime import UTC, datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

HOUR = 3600
CENT = Decimal(1)


def months_after(start, n):
    month = start.month - 1 + n
    year, month = start.year + month // 12, month % 12 + 1
    return datetime(year, month, min(start.day, monthrange(year, month)[1]), tzinfo=UTC)


def cents(value):
    return value.quantize(CENT, ROUND_HALF_UP)


def price_lines(price, quantity):
    """The amounts of the invoice lines of one metered price, in cents."""
    unit = Decimal(price.get("unit_amount_decimal", "0"))
    if "transform_quantity" in price:
        rounding = ROUND_CEILING if price["transform_quantity"]["round"] == "up" else ROUND_FLOOR
        quantity = (quantity / price["transform_quantity"]["divide_by"]).to_integral_value(rounding)
    if price["billing_scheme"] == "per_unit":
        return [cents(quantity * unit)]
    low, lines = Decimal(0), []
    for tier in price["tiers"]:
        high = Decimal("Infinity") if tier["up_to"] == "inf" else Decimal(tier["up_to"])
        each, flat = Decimal(tier["unit_amount_decimal"]), Decimal(tier.get("flat_amount_decimal", "0"))
        reached = quantity <= high
        if price["tiers_mode"] == "volume" and reached:
            return [cents(quantity * each), cents(flat)]
        if price["tiers_mode"] == "graduated":
            lines += [cents((min(quantity, high) - low) * each), cents(flat)]
            if reached:
                return lines
        low = high
    return lines


class Account:
    """Everything that was pushed, with ids as Stripe would have given them: the name of the step."""

    def __init__(self, steps):
        made = {step.name: {**step.body, "id": step.name} for step in steps}
        self.meters = [one for one in made.values() if "event_name" in one]
        self.prices = {name: one for name, one in made.items() if name.startswith("create_price:")}
        self.schedules = [one for name, one in made.items() if name.startswith("create_schedule:")]
        grants = [one for name, one in made.items() if name.startswith("create_grant:")]
        self.grants = sorted(grants, key=lambda one: (one["priority"], one["expires_at"]))
        self.balance = {one["id"]: Decimal(one["amount"]["monetary"]["value"]) for one in grants}

    def invoices(self, months, events):
        """Cents per month of the term; `events` gives the total of an event name from one month to another."""
        totals = [Decimal(0)] * months
        found = [one for schedule in self.schedules for one in self.invoices_of(schedule, months, events)]
        for month, _moment, fixed, metered in sorted(found, key=lambda one: one[1]):
            self.apply(_moment + HOUR, metered)
            totals[month] += sum(fixed) + sum(metered.values())
        return totals

    def invoices_of(self, schedule, months, events):
        """(month it counts for, moment, fixed amounts, amounts by metered price)."""
        start = datetime.fromtimestamp(schedule["start_date"], UTC)
        edges = [int(months_after(start, n).timestamp()) for n in range(months + 1)]
        opens = 0
        for phase in schedule["phases"]:
            closes = edges.index(phase["end_date"])
            once = [self.fixed(item) for item in phase.get("add_invoice_items", [])]
            yield opens, edges[opens], once, {}
            while opens < closes:
                width = max(self.width(item) for item in phase["items"])
                until = min(opens + width, closes)
                fixed = [self.fixed(item) for item in phase["items"] if not self.metered(item)]
                yield opens, edges[opens], fixed, {}
                usage = {
                    self.price(item)["id"]: self.used(item, events, opens, until)
                    for item in phase["items"]
                    if self.metered(item)
                }
                yield until - 1, edges[until], [], usage
                opens = until

    def price(self, item):
        return self.prices[item["price"]["$answer_of"][0]]

    def metered(self, item):
        return self.price(item)["recurring"]["usage_type"] == "metered"

    def width(self, item):
        every = self.price(item)["recurring"]
        return every["interval_count"] * {"month": 1, "year": 12}[every["interval"]]

    def fixed(self, item):
        return cents(Decimal(self.price(item)["unit_amount_decimal"]) * item["quantity"])

    def used(self, item, events, opens, until):
        price = self.price(item)
        name = price["recurring"]["meter"]["$answer_of"][0].partition(":")[2]
        return sum(price_lines(price, events(name, opens, until)))

    def apply(self, finalized, metered):
        """Draw the grants that are in force, each on the prices it is for."""
        for grant in self.grants:
            if not grant["effective_at"] <= finalized < grant["expires_at"]:
                continue
            for one in grant["applicability_config"]["scope"]["prices"]:
                name = one["id"]["$answer_of"][0]
                drawn = min(metered.get(name, Decimal(0)), self.balance[grant["id"]])
                if drawn:
                    metered[name] -= drawn
                    self.balance[grant["id"]] -= drawn
