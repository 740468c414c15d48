"""What a quantity costs, in plain loops: the prices of the second engine. Prices are JSON, numbers decimals."""

from decimal import Decimal

D = Decimal


def amount(price, q, when=None, parts=(), tier_by=None, count=None, events=None):
    """What a quantity costs, unrounded; `when` says which cell, `parts` are (dimensions, quantity) pairs."""
    if price["model"] == "multiplier":
        return amount(below(price), q, when, parts, tier_by, count, events) * average_factor(price, parts)
    if price["model"] == "matrix":
        fits = [cell["price"] for cell in price["cells"] if all(when.get(k) == v for k, v in cell["when"].items())]
        cell = fits[0] if fits else price.get("default")
        return amount(cell, q, when, parts, tier_by, count, events) if cell else D(0)
    if price["model"].endswith("percentage"):
        return percentage(price, q, count, events)
    if "tiers" in price:
        return tiers(price, q, q if tier_by is None else tier_by)
    return simple(price, q)


def simple(price, q):
    if price["model"] == "flat":
        return D(price["fee"])
    if price["model"] == "per_unit":
        return q * D(price["unit"])
    if price["model"] == "cost_plus":
        return q * (1 + D(price["markup"]) / 100)
    return blocks(q - D(price["free"]), D(price["size"]), price["rounding"]) * D(price["price"])


def below(price):
    """The price below all multipliers."""
    return below(price["base"]) if price["model"] == "multiplier" else price


def average_factor(price, parts):
    total = sum((used for _, used in parts), D(0))
    if total:
        return sum((used * factor_of(price, values) for values, used in parts), D(0)) / total
    factors = {factor_of(price, values) for values, _ in parts}
    return factors.pop() if len(factors) == 1 else D(1)


def factor_of(price, values):
    own = D(price["factors"].get(values.get(price["dimension"]), price["default"]))
    return own * factor_of(price["base"], values) if price["base"]["model"] == "multiplier" else own


def tiers(price, q, tier_by):
    """What a quantity costs in tiers: up to the one it reaches, or wholly in that one."""
    if tier_by <= 0:
        first = price["tiers"][0]
        return D(first.get("flat", first.get("amount", "0"))) if price["bill_zero"] else D(0)
    total, low = D(0), D(0)
    for tier in price["tiers"]:
        high = D(tier.get("up_to", "Infinity"))
        flat = D(tier.get("flat", tier.get("amount", "0")))
        if price["model"].startswith("graduated"):
            total += piece(tier, min(q, high) - low, price) + flat
        elif tier_by <= high:
            total = flat if price["model"] == "stairstep" else piece(tier, q, price) + flat
        if tier_by <= high:
            return total
        low = high
    raise AssertionError("the last tier is open")


def piece(tier, q, price):
    """What some units cost in one tier, its flat fee apart."""
    if "size" in tier:
        return blocks(q, D(tier["size"]), price["rounding"]) * D(tier["price"])
    cost = q * D(tier["unit"])
    return min(cost, D(tier["cap"])) if "cap" in tier else cost


def blocks(q, size, rounding):
    """How many blocks, begun or full."""
    count = D(int(q / size) - 1 if q > size else 0)
    q -= count * size
    while q > 0:
        if q < size and rounding == "down":
            break
        count, q = count + 1, q - size
    return count


def percentage(price, q, count, events):
    """Event by event, or as if all events were alike; what came first is free."""
    steps = price.get("tiers", [{"rate": price.get("rate"), "flat": "0"}])
    by_event = (
        any(D(price.get(name) or 0) for name in ("fee", "free_events")) or "minimum" in price or "maximum" in price
    )
    if events is not None:
        charged = chargeable(price, events)
        parts = [(money, D(1)) for money in charged]
    elif count is None or not by_event:
        money = max(q - D(price.get("free_amount", "0")), D(0))
        return slices(steps, D(0), money, lambda part, tier: part * D(tier["rate"]) / 100) + flats(price, steps, money)
    else:
        return of_average(price, steps, q, count)
    total, reached = D(0), D(0)
    for money, _ in parts:
        total += clip(price, slices(steps, reached, reached + money, lambda part, tier: part * D(tier["rate"]) / 100))
        reached += money
    return total + flats(price, steps, reached)


def chargeable(price, events):
    """The money of each event that is not free, without what is free of it."""
    most, free = int(price.get("free_events") or 0), D(price.get("free_amount") or 0)
    if not most and not free:
        return list(events)
    charged, gone = [], D(0)
    for n, money in enumerate(events):
        if (most and n >= most) or (free and gone >= free):
            return charged + list(events[n:])
        if free and gone + money > free:
            return [*charged, gone + money - free, *events[n + 1 :]]
        gone += money
    return charged


def of_average(price, steps, q, count):
    each = q / count if count else D(0)
    free = []
    if price.get("free_events"):
        free.append(D(price["free_events"]))
    if D(price.get("free_amount") or 0):
        free.append(D(price["free_amount"]) / each if each else D("Infinity"))
    paid = count - min([*free, count] if free else [D(0)])
    money, left, total = each * paid, paid, D(0)
    low = D(steps[0].get("up_to", "Infinity"))
    for tier in steps[1:]:
        high = D(tier.get("up_to", "Infinity"))
        inside = max(min(money, high) - low, D(0))
        some = min(inside / each if each else D(0), left)
        total, left, low = total + clip(price, each * D(tier["rate"]) / 100) * some, left - some, high
    return total + clip(price, each * D(steps[0]["rate"]) / 100) * left + flats(price, steps, money)


def clip(price, share):
    share = max(share + D(price.get("fee") or 0), D(price.get("minimum") or 0))
    return min(share, D(price["maximum"])) if "maximum" in price else share


def slices(steps, start, end, cost):
    """Add up what each tier's part of a stretch of money costs."""
    total, low = D(0), D(0)
    for tier in steps:
        high = D(tier.get("up_to", "Infinity"))
        part = min(end, high) - max(start, low)
        total += cost(part, tier) if part > 0 else D(0)
        low = high
    return total


def flats(price, steps, money):
    """The flat fees of the tiers that some money enters."""
    total, low = D(0), D(0)
    for n, tier in enumerate(steps):
        if money > low or (n == 0 and price.get("bill_zero")):
            total += D(tier["flat"])
        low = D(tier.get("up_to", "Infinity"))
    return total
