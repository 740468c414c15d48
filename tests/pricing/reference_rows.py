"""The rows of the second engine: what is counted in each interval, and what it costs at list."""

from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

from .reference_prices import amount, below, blocks
from .reference_time import groups, tiles

D = Decimal
DIGITS = {"JPY": 0, "KWD": 3, "XTS": 12}
TWELFTH = D("1e-12")  # quantities that were divided keep twelve decimals


class Rows:
    def __init__(self, terms, usage, events):
        self.terms, self.usage, self.events = terms, usage, events
        self.cent = D(1).scaleb(-DIGITS.get(terms["currency"], 2))
        self.tiles = tiles(terms)
        self.all = range(len(self.tiles))
        self.rows = []

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
