"""What Metronome bills, by its own documents: a small rater of pushed objects that shares no code with our kernel.

Written from docs.metronome.com: a usage product is rated per pricing group value at the rate in force when the period
begins, overwrites before the rate card; tiers have a size each, the last none; quantities are converted, then rounded;
every line item is rounded to the cent; credits and prepaid commits burn by priority, low first, on their products and
in their access window; a postpaid commit bills at its invoice date what was not paid for usage by then.
"""

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal


def cents(value):
    return value.quantize(Decimal(1), ROUND_HALF_UP)


def exact(value):
    return Decimal(str(value))


def pointed(marker):
    return marker["$answer_of"][0]


class Account:
    def __init__(self, steps, starts):
        """`starts` are the days on which usage statements begin, and the day after the last."""
        self.made = {step.name: step.body for step in steps}
        self.contract = self.made["create_contract"]
        self.rates = self.made.get("add_rates", {"rates": []})["rates"]
        self.starts = [day.isoformat() for day in starts]

    def invoices(self, events):
        """Cents per period."""
        totals = [Decimal(0)] * (len(self.starts) - 1)
        balance = {id(one): exact(access(one)["amount"]) for one in self.pools()}
        paid = []
        for n, start in enumerate(self.starts[:-1]):
            lines = self.usage(n, events)
            for pool in sorted(self.pools(), key=lambda one: one["priority"]):
                window = access(pool)
                if window["starting_at"][:10] <= start < window["ending_before"][:10]:
                    self.burn(pool, lines, balance)
            paid.append(lines)
            totals[n] += sum(lines.values())
        for on, amount in self.scheduled():
            totals[self.period_of(on)] += amount
        for commit in self.contract.get("commits", []):
            if commit["type"] == "POSTPAID":
                self.true_up(commit, paid, totals)
        return totals

    def usage(self, n, events):
        """Cents by product in one period."""
        found = {}
        for rate in self.rates:
            if not rate["starting_at"][:10] <= self.starts[n] < rate["ending_before"][:10]:
                continue
            name = pointed(rate["product_id"])
            product, groups = self.made[name], rate.get("pricing_group_values", {})
            quantity = self.quantity(product, groups, n, events)
            amount = sum(self.priced(self.rate_in_force(rate, name, groups, self.starts[n]), quantity))
            found[name] = found.get(name, Decimal(0)) + amount
        return found

    def quantity(self, product, groups, n, events):
        metric = self.made[pointed(product["billable_metric_id"])]
        wanted = {one["name"]: set(one["in_values"]) for one in metric["property_filters"] if "in_values" in one}
        wanted |= {name: {value} for name, value in groups.items()}
        quantity = events(metric["event_type_filter"]["in_values"], wanted, n)
        if "quantity_conversion" in product:
            rounding = {"ROUND_UP": ROUND_CEILING, "ROUND_DOWN": ROUND_FLOOR}[
                product["quantity_rounding"]["rounding_method"]
            ]
            quantity = quantity / exact(product["quantity_conversion"]["conversion_factor"])
            quantity = quantity.to_integral_value(rounding)
        return quantity

    def rate_in_force(self, rate, name, groups, start):
        for one in self.contract.get("overrides", []):
            about = one["override_specifiers"][0] if "override_specifiers" in one else one
            same = pointed(about["product_id"]) == name and about.get("pricing_group_values", {}) == groups
            if same and one["starting_at"][:10] <= start < one["ending_before"][:10]:
                return one["overwrite_rate"]
        return rate

    def priced(self, rate, quantity):
        if rate["rate_type"] == "FLAT":
            return [cents(quantity * exact(rate["price"]))]
        lines = []
        for tier in rate["tiers"]:
            inside = min(quantity, exact(tier.get("size", "Infinity")))
            lines.append(cents(inside * exact(tier["price"])))
            quantity -= inside
        return lines

    def pools(self):
        return self.contract.get("credits", []) + [
            one for one in self.contract.get("commits", []) if one["type"] == "PREPAID"
        ]

    def burn(self, pool, lines, balance):
        for name in map(pointed, pool["applicable_product_ids"]):
            drawn = min(lines.get(name, Decimal(0)), balance[id(pool)])
            if drawn:
                lines[name] -= drawn
                balance[id(pool)] -= drawn

    def scheduled(self):
        prepaid = [one for one in self.contract.get("commits", []) if one["type"] == "PREPAID"]
        schedules = [one["schedule"] for one in self.contract.get("scheduled_charges", [])]
        schedules += [one["invoice_schedule"] for one in prepaid if "invoice_schedule" in one]
        return [
            (one["timestamp"][:10], exact(one["amount"]))
            for schedule in schedules
            for one in schedule["schedule_items"]
        ]

    def true_up(self, commit, paid, totals):
        window = access(commit)
        first, stop = (self.starts.index(window[name][:10]) for name in ("starting_at", "ending_before"))
        names = [pointed(one) for one in commit["applicable_product_ids"]]
        counted = sum(lines.get(name, Decimal(0)) for lines in paid[first:stop] for name in names)
        assert commit["invoice_schedule"]["schedule_items"][0]["timestamp"] == window["ending_before"]
        totals[stop - 1] += max(Decimal(0), exact(window["amount"]) - counted)

    def period_of(self, on):
        return max(n for n, start in enumerate(self.starts[:-1]) if start <= on)


def access(one):
    [item] = one["access_schedule"]["schedule_items"]
    return item
