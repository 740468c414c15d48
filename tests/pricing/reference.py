"""A second engine that shares no code with the kernel: JSON in, plain loops over decimals, one number at a time.

`terms` is the canonical JSON of terms, loaded; `usage` has a list of decimals, one per period, for each series, a tuple
(meter, ((dimension, value), ...)); `events` lists, for some series, the amounts of single events per period.
It does every step for itself, in the order that docs/PRICING.md tells.
"""

from decimal import ROUND_DOWN, Decimal, localcontext
from types import SimpleNamespace

from .reference_prices import amount
from .reference_rows import TWELFTH, Rows, covers, metered, suits_scope
from .reference_time import MONTHS

D = Decimal


def rated(terms, usage, events=None):
    """Net per line key and period, of lines that are not nothing."""
    with localcontext() as context:
        context.prec = 60
        return Deal(terms, usage, events or {}).rated()


class Deal(Rows):
    def rated(self):
        self.open_rows()
        self.include()
        self.cover_units()
        self.price()
        self.buy()
        self.discount_lines()
        for row in self.rows:
            row.net = [self.round(value) for value in row.net]
        self.limit_lines()
        self.discount_quote()
        self.guarantee()
        self.pay()
        self.settle()
        self.limit_deal()
        return {row.key: row.net for row in self.rows if any(row.net)}

    # What is off it.

    def discount_lines(self):
        for row in self.rows:
            if row.charge and not metered(row.charge) and row.charge["interval"] != "once":
                for span in self.spans(row.charge):
                    at = self.billed_in(row.charge, span)
                    row.net[at] -= self.fixed_amount(row.charge, span, self.terms["free_months"]) * self.risen(row, at)
            for off in self.part("discounts"):
                if "percent" in off and ("charges" in off or "scope" in off) and self.is_off(off, row):
                    row.net = [value * self.kept(off, n) for n, value in enumerate(row.net)]

    def is_off(self, off, row):
        if "charges" in off:
            return row.owner in off["charges"]
        if "scope" in off:
            return bool(row.charge) and covers(off["scope"], row)
        return row.kind in ("charge", "minimum")

    def kept(self, off, period):
        first, stop = self.months(off)
        return 1 - D(off["percent"]) / 100 if first <= period < stop else D(1)

    def limit_lines(self):
        for charge in self.part("charges"):
            rows = [row for row in self.charge_rows() if row.owner == charge["key"]]
            missing = [D(0) for _ in self.all]
            for span in self.spans(charge):
                n = self.billed_in(charge, span)
                days, whole = sum(self.days(charge, one) for one in range(span.first, span.stop)), span.whole
                if charge["interval"] == "once":
                    days = whole = 1
                high = self.limit_of(charge.get("maximum"), days, whole)
                excess = max(sum(row.net[n] for row in rows) - high, D(0))
                for row in reversed(rows):
                    cut = min(row.net[n], excess)
                    row.net[n] -= cut
                    excess -= cut
                low = self.limit_of(charge.get("minimum", "0"), days, whole)
                missing[n] = max(low - sum(row.net[n] for row in rows), D(0))
            if "minimum" in charge:
                self.add(f"{charge['key']}/minimum", charge["key"], "minimum", missing, charge, {})

    def limit_of(self, value, days, whole):
        part = self.part_of(value, days, whole)
        return self.round(part) if part.is_finite() else part

    def part_of(self, value, days, whole):
        value = D("Infinity") if value is None else D(value)
        return value if days == whole or value == D("Infinity") else value * days / whole

    def discount_quote(self):
        whole = [one for one in self.part("discounts") if "amount" in one or not ("charges" in one or "scope" in one)]
        for off in sorted(whole, key=lambda one: ("amount" in one, one["key"])):
            rows = sorted((row for row in self.rows if self.is_off(off, row)), key=lambda row: row.key)
            for n in range(*self.months(off)):
                total = sum((row.net[n] for row in rows), D(0))
                share = total * D(off["percent"]) / 100 if "percent" in off else min(D(off["amount"]), total)
                self.spread(rows, n, self.round(share), total)

    def spread(self, rows, n, off, total):
        """Each row bears its share of what is off, cut to cents; cents left over go to the largest remainders."""
        if not off:
            return
        exact = [(off / self.cent) * (row.net[n] / self.cent) for row in rows]  # shares, still times the total
        parts = [value // (total / self.cent) for value in exact]
        missing = int(off / self.cent - sum(parts))
        order = sorted(range(len(rows)), key=lambda i: parts[i] * (total / self.cent) - exact[i])
        for i in order[:missing]:
            parts[i] += 1
        for row, part in zip(rows, parts, strict=True):
            row.net[n] -= part * self.cent

    def guarantee(self):
        for one in self.part("guarantees"):
            back = self.add(f"{one['key']}/returned", one["key"], "guarantee")
            keys = one.get("charges") or [c["key"] for c in self.part("charges") if metered(c)]
            for window in self.windows(one["window"]):
                good, tried = (self.total(self.series(one[name]), window) for name in ("outcomes", "attempts"))
                billed = sum(
                    sum(row.net[window.first : window.stop]) for row in self.charge_rows() if row.owner in keys
                )
                if good < tried * D(one["threshold"]):
                    back.net[window.stop - 1] = self.round(-billed * D(one["credit_percent"]) / 100)

    # Credits and commitments.

    def cover_units(self):
        lots = [lot for one in self.part("credits") if "unit" in one for lot in self.lots(one)]
        lots += [lot for one in self.prepaid() if "quantity" in one for lot in self.lots_of_commitment(one)]

        def take(lot, row, n):
            rates = lot.source.get("rates", {})
            rate = D(rates.get(row.owner, rates.get(row.charge["product"], "1")))
            claim = row.left[n] * rate
            taken = min(claim, lot.balance)
            row.left[n] = ((claim - taken) / rate).quantize(TWELFTH, "ROUND_HALF_UP")
            return taken

        self.burn(lots, take, D("0.000001"))

    def pay(self):
        lots = [lot for one in self.part("credits") if "unit" not in one for lot in self.lots(one)]
        lots += [lot for one in self.prepaid() if "amount" in one for lot in self.lots_of_commitment(one)]
        for row in self.rows:
            row.billed = list(row.net)

        def take(lot, row, n):
            taken = min(row.net[n], lot.balance)
            row.net[n] -= taken
            if lot.source["kind"] == "credit" and not D(lot.source["purchase"]):
                row.billed[n] -= taken
            return taken

        self.burn(lots, take, self.cent)

    def burn(self, lots, take, unit):
        for n in self.all:
            for lot in sorted((one for one in lots if one.rows), key=lambda one: one.order):
                if lot.first <= n < lot.stop:
                    for row in lot.rows:
                        lot.balance -= take(lot, row, n)
                    if n == lot.stop - 1 and "rollover" in lot.source:
                        self.roll(lot, lots, unit)

    def roll(self, lot, lots, unit):
        rule = lot.source["rollover"]
        rolled = max(lot.balance * D(rule["fraction"]), D(rule["floor"]))
        rolled = min(rolled, D(rule["cap"])) if "cap" in rule else rolled
        for later in lots:
            if later.source is lot.source and later.first == lot.stop:
                later.balance += rolled.quantize(unit, ROUND_DOWN)

    def lots(self, grant):
        first, stop = self.months(grant)
        width = MONTHS.get(grant["every"], len(self.tiles))
        lasts = width if "rollover" in grant else grant.get("expires_months")
        return [
            self.lot(grant, self.agreed(grant, n), n, n + lasts if lasts else len(self.tiles))
            for n in range(first, stop, width)
        ]

    def lots_of_commitment(self, promise):
        return [self.lot(promise, value, window.first, window.stop) for window, value in self.promised(promise)]

    def lot(self, source, value, first, expires):
        in_units = "unit" in source or "quantity" in source
        rows = [row for row in self.in_scope(source) if not in_units or metered(row.charge)]
        order = (source["priority"], expires, len(rows), first, source["key"])
        stop = min(expires, len(self.tiles))
        return SimpleNamespace(source=source, balance=value, first=first, stop=stop, rows=rows, order=order)

    def in_scope(self, part):
        scope, rates = part.get("scope", {}), part.get("rates", {})
        by_rate = rates and not any(scope.get(name) for name in ("charges", "products", "meters"))
        rows = [row for row in self.charge_rows() if suits_scope(scope, row)]
        if by_rate:
            rows = [row for row in rows if row.owner in rates or row.charge["product"] in rates]
        else:
            rows = [row for row in rows if covers(scope, row)]
        return sorted(rows, key=lambda row: row.key)

    def prepaid(self):
        return [one for one in self.part("commitments") if one["settle"] == "prepaid"]

    def promised(self, promise):
        """The windows of a commitment with what is promised in each, less where the term cuts it."""
        unit = self.cent if "amount" in promise else D("0.000001")
        for window in self.windows(promise["window"], *self.months(promise)):
            value = self.part_of(self.agreed(promise, window.first), window.days, window.whole)
            yield window, value.quantize(unit, "ROUND_HALF_UP")

    def agreed(self, part, period):
        changed = [one for month, one in self.changes(part["key"]) if month <= period]
        now = part.get("amount", part.get("quantity"))
        for one in changed:
            now = one.get("amount", one.get("quantity", now))
        return D(now)

    def worth(self, promise, window, units):
        """What units of the one charge cost at list, risen and discounted as in the last period of the window."""
        row = next(row for row in self.in_scope(promise) if row.kind == "charge")
        begins, ends = self.months(row.charge)
        first, last = min(max(window.first, begins), ends - 1), window.stop - 1
        value = amount(self.price_in(row.charge, first), units, row.when) * self.risen(row, last)
        for off in self.part("discounts"):
            if "percent" in off and self.is_off(off, row):
                value *= self.kept(off, last)
        return value

    def buy(self):
        for grant in self.part("credits"):
            first, stop = self.months(grant)
            granted = range(first, stop, MONTHS.get(grant["every"], len(self.tiles)))
            bought = [D(grant["purchase"]) if n in granted else D(0) for n in self.all]
            self.add(f"{grant['key']}/purchase", grant["key"], "credit", bought)
        for promise in self.prepaid():
            row = self.add(f"{promise['key']}/purchase", promise["key"], "commitment")
            for window, value in self.promised(promise):
                price = value if "amount" in promise else self.round(self.worth(promise, window, value))
                dates = range(window.first, window.stop, MONTHS.get(promise["invoice"], len(self.tiles)))
                cents, over = divmod(int(price / self.cent), len(dates))
                for i, n in enumerate(dates):
                    row.net[n] += (cents + (i < over)) * self.cent

    def settle(self):
        for promise in self.part("commitments"):
            true_up = self.add(f"{promise['key']}/true-up", promise["key"], "commitment")
            overage = self.add(f"{promise['key']}/overage", promise["key"], "commitment")
            for window, value in self.promised(promise):
                months = slice(window.first, window.stop)
                if "amount" in promise:
                    gap = value - sum(sum(row.billed[months], D(0)) for row in self.in_scope(promise))
                else:
                    row = next(row for row in self.in_scope(promise) if row.kind == "charge")
                    used = sum(row.used[months], D(0))
                    gap = self.worth(promise, window, value) - self.worth(promise, window, used)
                if promise["settle"] == "true_up":
                    true_up.net[window.stop - 1] = self.round(max(gap, D(0)))
                overage.net[window.stop - 1] = self.round(max(-gap, D(0)) * (D(promise["overage_factor"]) - 1))

    def limit_deal(self):
        for name in ("minimum", "maximum"):
            if name in self.terms:
                limit, made = self.terms[name], []
                for window in self.windows(limit["window"]):
                    spent = sum(sum(row.net[window.first : window.stop], D(0)) for row in self.rows)
                    bound = self.limit_of(limit["amount"], window.days, window.whole)
                    made.append(
                        (window.stop - 1, max(bound - spent, D(0)) if name == "minimum" else min(bound - spent, D(0)))
                    )
                row = self.add(f"deal/{name}", "deal", "deal")
                for n, value in made:
                    row.net[n] = value
