"""A second engine that shares no code with the kernel: JSON in, plain loops over decimals, one number at a time.

`terms` is the canonical JSON of terms, loaded; `usage` has a list of decimals, one per period, for each series, a tuple
(meter, ((dimension, value), ...)); `events` lists, for some series, the amounts of single events per period.
It does every step for itself, in the order that docs/PRICING.md tells. `reference_prices` knows what a quantity costs.
"""

from datetime import timedelta
from decimal import ROUND_DOWN, Decimal, localcontext
from types import SimpleNamespace

from .reference_prices import amount, below, blocks
from .reference_time import MONTHS, groups, tiles

D = Decimal
TWELFTH = D("1e-12")  # quantities that were divided keep twelve decimals
DIGITS = {"JPY": 0, "KWD": 3, "XTS": 12}


def rated(terms, usage, events=None):
    """Net per line key and period, of lines that are not nothing."""
    with localcontext() as context:
        context.prec = 60
        return Deal(terms, usage, events or {}).rated()


class Deal:
    def __init__(self, terms, usage, events):
        self.terms, self.usage, self.events = terms, usage, events
        self.cent = D(1).scaleb(-DIGITS.get(terms["currency"], 2))
        self.tiles = tiles(terms)
        self.all = range(len(self.tiles))
        self.rows = []

    def rated(self):
        self.open_rows()
        self.include()
        self.cover_units()
        self.price()
        self.buy()
        self.discount_lines()
        self.limit_lines()
        for row in self.rows:
            row.net = [self.round(value) for value in row.net]
        self.discount_quote()
        self.guarantee()
        self.pay()
        self.settle()
        self.limit_deal()
        return {row.key: row.net for row in self.rows if any(row.net)}

    def part(self, name):
        return self.terms.get(name, [])

    def round(self, value):
        return value.quantize(self.cent, "ROUND_HALF_UP")

    def add(self, key, owner, kind, net=None, charge=None, when=None, series=()):
        net = net or [D(0) for _ in self.all]
        row = SimpleNamespace(key=key, owner=owner, kind=kind, charge=charge, when=when, series=series, net=net)
        row.used, row.left, row.gifts = ([D(0) for _ in self.all] for _ in range(3))
        self.rows.append(row)
        return row

    # What is counted.

    def open_rows(self):
        for charge in self.part("charges"):
            cells = {}
            if metered(charge):
                for price in [self.price_in(charge, n) for n in range(*self.months(charge))]:
                    cells |= self.cells(below(price))
                if "*" in cells:
                    cells["*"] = cells.pop("*")  # the default is asked last
            mine = self.series(charge["quantity"]) if metered(charge) else []
            for name, when in cells.items():
                fits = [one for one in mine if next((n for n, w in cells.items() if suits(w, one)), None) == name]
                self.add(f"{charge['key']}/{name}", charge["key"], "charge", None, charge, when, fits)
            if not cells:
                self.add(charge["key"], charge["key"], "charge", None, charge, {}, mine)
        for row in self.charge_rows():
            for span in self.spans(row.charge) if metered(row.charge) else ():
                at = self.billed_in(row.charge, span)
                row.used[at] = self.convert(row.charge, self.total(row.series, span))
                row.left[at] = row.used[at]

    def cells(self, price):
        """What each line of a matrix is called, and which dimension values it takes."""
        cells = price.get("cells", [])
        names = [",".join(cell["when"][one] for one in price["dimensions"] if one in cell["when"]) for cell in cells]
        return dict(zip(names, (cell["when"] for cell in cells), strict=True)) | (
            {"*": {}} if "default" in price else {}
        )

    def series(self, source):
        meter, where = source["meter"], source.get("where", {})
        return [s for s in self.usage if s[0] == meter and all(dict(s[1]).get(k) in v for k, v in where.items())]

    def total(self, series, span):
        return sum((self.usage[one][n] for one in series for n in range(span.first, span.stop)), D(0))

    def convert(self, charge, quantity):
        if "conversion" not in charge:
            return quantity
        size, how = D(charge["conversion"]["divide"]), charge["conversion"]["rounding"]
        return (quantity / size).quantize(TWELFTH, "ROUND_HALF_UP") if how == "none" else blocks(quantity, size, how)

    def charge_rows(self):
        return [row for row in self.rows if row.charge]

    def include(self):
        for charge in self.part("charges"):
            if "allowance" in charge:
                first, stop = self.months(charge)
                self.use_up(
                    charge["allowance"], [charge["key"]], self.windows(charge["allowance"]["reset"], first, stop)
                )
        for shared in self.part("allowances"):
            self.use_up(shared, shared["charges"], self.windows(shared["reset"]))

    def use_up(self, allowance, keys, windows):
        rows = [row for key in keys for row in self.charge_rows() if row.owner == key and metered(row.charge)]
        for window in windows:
            left = D(allowance["quantity"])
            for n in range(window.first, window.stop):
                for row in rows:
                    taken = min(row.left[n], left)
                    row.left[n] -= taken
                    left -= taken

    # What it costs.

    def price(self):
        for row in self.charge_rows():
            for span in self.spans(row.charge):
                at = self.billed_in(row.charge, span)
                if metered(row.charge):
                    row.net[at] = self.usage_amount(row, span, row.left[at])
                else:
                    row.net[at] += self.fixed_amount(row.charge, span, len(self.tiles))
            row.net = [value * self.risen(row, n) for n, value in enumerate(row.net)]

    def usage_amount(self, row, span, quantity):
        charge, price = row.charge, self.price_in(row.charge, span.first)
        parts = [(dict(one[1]), self.total([one], span)) for one in row.series]
        tier_by = charge.get("tier_quantity")
        by = self.convert(charge, self.total(self.series(tier_by), span)) if tier_by else None
        count = self.total(self.series(charge["events"]), span) if "events" in charge else None
        listed = [one for one in row.series if one in self.events]
        flat = [value for one in listed for n in range(span.first, span.stop) for value in self.events[one][n]]
        return amount(price, quantity, row.when, parts, by, count, flat if listed else None)

    def fixed_amount(self, charge, span, until):
        """Count the days charged in each period of an interval; each costs its part of the price then."""
        billed, whole, total = self.billed_in(charge, span), span.whole, D(0)
        for (price, quantity), periods in self.stretches(charge, span):
            days = sum(self.days(charge, n) for n in periods if n < until)
            if charge["interval"] == "once":
                days, whole = int(billed in [n for n in periods if n < until]), 1
            full = amount(price, quantity)
            total += full if days == whole else full * days / whole
        return total

    def stretches(self, charge, span):
        found = []
        for n in range(span.first, span.stop):
            state = self.price_in(charge, n), self.quantity_in(charge, n)
            found = found if found and found[-1][0] == state else [*found, (state, [])]
            found[-1][1].append(n)
        return found

    def days(self, charge, period):
        tile, count = self.tiles[period], 0
        day = tile.start
        while day < tile.end:
            count += str(day) >= charge.get("starts", "") and str(day) < charge.get("ends", "9999")
            day += timedelta(days=1)
        return count

    def risen(self, row, period):
        rise = self.terms.get("escalator")
        keys = rise.get("charges", []) if rise else []
        if not rise or not row.charge or (row.owner not in keys if keys else row.charge["interval"] == "once"):
            return D(1)
        factor = D(1)
        for _ in range(period // rise["every_months"]):
            factor *= 1 + D(rise["percent"]) / 100
        return factor

    def price_in(self, charge, period):
        changed = [one["price"] for month, one in self.changes(charge["key"]) if month <= period and "price" in one]
        return changed[-1] if changed else charge["price"]

    def quantity_in(self, charge, period):
        changed = [
            one["quantity"] for month, one in self.changes(charge["key"]) if month <= period and "quantity" in one
        ]
        return D(changed[-1] if changed else charge["quantity"]["value"])

    def changes(self, key):
        for phase in self.part("phases"):
            yield from ((phase["from_month"] - 1, one) for one in phase["changes"] if one["key"] == key)

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
                excess = max(sum(row.net[n] for row in rows) - self.part_of(charge.get("maximum"), days, whole), D(0))
                for row in reversed(rows):
                    cut = min(row.net[n], excess)
                    row.net[n] -= cut
                    excess -= cut
                low = self.part_of(charge.get("minimum", "0"), days, whole)
                missing[n] = max(low - sum(row.net[n] for row in rows), D(0))
            if "minimum" in charge:
                self.add(f"{charge['key']}/minimum", charge["key"], "minimum", missing, charge, {})

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
                    bound = self.round(self.part_of(limit["amount"], window.days, window.whole))
                    made.append(
                        (window.stop - 1, max(bound - spent, D(0)) if name == "minimum" else min(bound - spent, D(0)))
                    )
                row = self.add(f"deal/{name}", "deal", "deal")
                for n, value in made:
                    row.net[n] = value

    # Months and intervals.

    def months(self, part):
        return part["from_month"] - 1, min(part.get("to_month", len(self.tiles)), len(self.tiles))

    def windows(self, window, first=0, stop=None):
        return groups(self.terms, self.tiles, window, first, len(self.tiles) if stop is None else stop)

    def spans(self, charge):
        return self.windows(charge["interval"], *self.months(charge))

    def billed_in(self, charge, span):
        if charge["interval"] == "once" and not metered(charge):
            starts = charge.get("starts")
            return (
                span.first if starts is None else next(n for n, one in enumerate(self.tiles) if starts < str(one.end))
            )
        return span.first if charge["timing"] == "advance" else span.stop - 1


def metered(charge):
    return charge["quantity"]["source"] == "meter"


def suits(when, series):
    return all(dict(series[1]).get(name) == value for name, value in when.items())


def suits_scope(scope, row):
    return all(row.when.get(name) in values for name, values in scope.get("where", {}).items())


def covers(scope, row):
    """Whether a scope covers a row; one that names nothing covers all that is metered."""
    charge, meter = row.charge, row.charge["quantity"].get("meter")
    named = {name: scope.get(name, []) for name in ("charges", "products", "meters")}
    if not any(named.values()):
        return metered(charge) and suits_scope(scope, row)
    hit = charge["key"] in named["charges"] or charge["product"] in named["products"] or meter in named["meters"]
    return hit and suits_scope(scope, row)
