"""A second engine that shares no code with the kernel: JSON in, plain loops over decimals, one number at a time.

It covers monthly charges on whole months, and is what the property tests compare the kernel with.
"""

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal, localcontext

D = Decimal
CENT = D("0.01")


def amount(price, q):
    """What a quantity costs, unrounded."""
    kind = price["model"]
    if kind == "flat":
        return D(price["fee"])
    if kind == "per_unit":
        return q * D(price["unit"])
    if kind == "cost_plus":
        return q * (1 + D(price["markup"]) / 100)
    if kind == "package":
        return blocks(q - D(price["free"]), D(price["size"]), price["rounding"]) * D(price["price"])
    if q <= 0:
        first = price["tiers"][0]
        return D(first.get("flat", first.get("amount", "0"))) if price["bill_zero"] else D(0)
    return tiers(kind, price, q)


def tiers(kind, price, q):
    """What a quantity costs in tiers: up to the one it reaches, or wholly in that one."""
    total, low = D(0), D(0)
    for tier in price["tiers"]:
        high = D(tier.get("up_to", "Infinity"))
        flat = D(tier.get("flat", tier.get("amount", "0")))
        if kind.startswith("graduated"):
            total += piece(tier, min(q, high) - low, price) + flat
        elif q <= high:
            total = flat if kind == "stairstep" else piece(tier, q, price) + flat
        if q <= high:
            return total
        low = high
    raise AssertionError("the last tier is open")


def piece(tier, q, price):
    """What some units cost in one tier, its flat fee apart."""
    if "size" in tier:
        return blocks(q, D(tier["size"]), price["rounding"]) * D(tier["price"])
    if "rate" in tier:
        return q * D(tier["rate"]) / 100
    cost = q * D(tier["unit"])
    return min(cost, D(tier["cap"])) if "cap" in tier else cost


def blocks(q, size, rounding):
    """How many blocks, begun or full."""
    count = D(0)
    while q > 0:
        if q < size and rounding == "down":
            break
        count, q = count + 1, q - size
    return count


def rated(terms, usage):
    """Net per line key and month: charges, true-ups, purchases, deal minimum."""
    with localcontext() as context:
        context.prec = 60
        return _rated(terms, usage)


def _rated(terms, usage):
    months = range(terms["months"])
    lines = {c["key"]: [line_amount(terms, c, usage, month) for month in months] for c in terms["charges"]}
    for discount in sorted(terms["discounts"], key=lambda one: one["key"]):
        for month in months:
            if not discount["charges"] and in_force(discount, month):
                spread(lines, month, D(discount["percent"]))
    billed = {key: list(amounts) for key, amounts in lines.items()}
    balances = {grant["key"]: D(grant["amount"]) for grant in terms["credits"]}
    for month in months:
        for grant in sorted(terms["credits"], key=lambda one: burn_order(terms, one)):
            if grant["from_month"] - 1 <= month < ends(terms, grant):
                burn(grant, sorted(scope(terms, grant)), month, balances, lines, billed)
    for grant in terms["credits"]:
        lines[f"{grant['key']}/purchase"] = [D(grant["purchase"]) * (m == grant["from_month"] - 1) for m in months]
    for promise in terms["commitments"]:
        settle(terms, promise, billed, lines)
    return {key: amounts for key, amounts in lines.items() if any(amounts)}


def in_force(discount, month):
    return discount["from_month"] - 1 <= month < discount.get("to_month", 999)


def scope(terms, grant):
    return grant["scope"]["charges"] or [c["key"] for c in terms["charges"] if metered(c)]


def ends(terms, grant):
    return grant["from_month"] - 1 + grant["expires_months"] if "expires_months" in grant else terms["months"]


def burn_order(terms, grant):
    return grant["priority"], ends(terms, grant), len(scope(terms, grant)), grant["from_month"], grant["key"]


def burn(grant, keys, month, balances, lines, billed):
    """Pay a month's lines from one grant while it lasts."""
    for key in keys:
        paid = min(lines[key][month], balances[grant["key"]])
        lines[key][month] -= paid
        balances[grant["key"]] -= paid
        if not D(grant["purchase"]):
            billed[key][month] -= paid


def settle(terms, promise, billed, lines):
    """Bill what a window is short of the commitment, and the factor on what is beyond it."""
    width = {"month": 1, "quarter": 3, "term": terms["months"]}[promise["window"]]
    true_up, overage = ([D(0)] * terms["months"] for _ in range(2))
    for first in range(0, terms["months"], width):
        keys = [c["key"] for c in terms["charges"] if metered(c)]
        gap = D(promise["amount"]) - sum(sum(billed[key][first : first + width]) for key in keys)
        true_up[first + width - 1] = max(gap, D(0))
        overage[first + width - 1] = rounded(max(-gap, D(0)) * (D(promise["overage_factor"]) - 1))
    lines[f"{promise['key']}/true-up"], lines[f"{promise['key']}/overage"] = true_up, overage


def line_amount(terms, charge, usage, month):
    """One charge in one month, after line discounts, limits and rounding."""
    q = D(charge["quantity"].get("value", "0"))
    if metered(charge):
        used = usage[charge["quantity"]["meter"]]
        before = after = D(0)
        if "allowance" in charge:
            width = {"month": 1, "quarter": 3, "term": terms["months"]}[charge["allowance"]["reset"]]
            before = sum(used[month - month % width : month], D(0))
            included = D(charge["allowance"]["quantity"])
            after = max(before + used[month] - included, D(0)) - max(before - included, D(0))
        q = after if "allowance" in charge else used[month]
    cost = amount(charge["price"], q)
    for discount in terms["discounts"]:
        if charge["key"] in discount["charges"] and in_force(discount, month):
            cost *= 1 - D(discount["percent"]) / 100
    if "maximum" in charge:
        cost = min(cost, D(charge["maximum"]))
    return rounded(cost)


def metered(charge):
    return charge["quantity"]["source"] == "meter"


def rounded(value):
    return value.quantize(CENT, ROUND_HALF_UP)


def spread(lines, month, percent):
    """Take percent off a month's lines: the whole is rounded once, cents go to the largest remainders."""
    keys = sorted(lines)
    whole = sum(lines[key][month] for key in keys)
    if not whole:
        return
    off = rounded(whole * percent / 100)
    exact = {key: off * lines[key][month] / whole for key in keys}
    parts = {key: value.quantize(CENT, ROUND_DOWN) for key, value in exact.items()}
    missing = int((off - sum(parts.values())) / CENT)
    for key in sorted(keys, key=lambda key: parts[key] - exact[key])[:missing]:
        parts[key] += CENT
    for key in keys:
        lines[key][month] -= parts[key]
