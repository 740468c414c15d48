"""Hypothesis strategies: deals as JSON, and usage for them."""

from decimal import Decimal

from hypothesis import strategies as st

METERS = ("alpha", "beta", "gamma")


def decimals(high: int, places: int = 2) -> st.SearchStrategy[str]:
    """Decimal strings from 0 to `high`."""
    return st.integers(0, high * 10**places).map(lambda n: str(Decimal(n).scaleb(-places)))


def tier_list(fields: dict[str, st.SearchStrategy[str]]) -> st.SearchStrategy[list[dict[str, str]]]:
    """Tiers with rising whole ends; the last is open."""

    def build(ends: set[int]) -> st.SearchStrategy[list[dict[str, str]]]:
        ups = [{"up_to": st.just(str(end))} for end in sorted(ends)] + [{}]
        return st.tuples(*(st.fixed_dictionaries({**up, **fields}) for up in ups)).map(list)

    return st.sets(st.integers(1, 200), max_size=3).flatmap(build)


def tiered(model: str, fields: dict[str, st.SearchStrategy[str]], **more: st.SearchStrategy) -> st.SearchStrategy[dict]:
    return st.fixed_dictionaries(
        {"model": st.just(model), "tiers": tier_list(fields), "bill_zero": st.booleans(), **more}
    )


MONEY = decimals(20, 4)
ROUNDING = {"rounding": st.sampled_from(["up", "down"])}
BLOCK = {"size": st.integers(3, 40).map(str), "price": MONEY, "flat": decimals(5)}
PRICES = st.one_of(
    st.fixed_dictionaries({"model": st.just("flat"), "fee": decimals(500)}),
    st.fixed_dictionaries({"model": st.just("per_unit"), "unit": decimals(3, 12)}),
    st.fixed_dictionaries({"model": st.just("cost_plus"), "markup": decimals(60)}),
    st.fixed_dictionaries(
        {
            "model": st.just("package"),
            "size": st.integers(3, 40).map(str),
            "price": MONEY,
            "free": decimals(30, 0),
            **ROUNDING,
        }
    ),
    tiered("graduated", {"unit": MONEY, "flat": decimals(5)}),
    tiered("graduated", {"unit": MONEY, "flat": decimals(5), "cap": decimals(300)}),
    tiered("volume", {"unit": MONEY, "flat": decimals(5)}),
    tiered("volume", {"unit": MONEY, "flat": decimals(5), "cap": decimals(300)}),
    tiered("stairstep", {"amount": decimals(300)}),
    tiered("graduated_package", BLOCK, **ROUNDING),
    tiered("volume_package", BLOCK, **ROUNDING),
    tiered("graduated_percentage", {"rate": decimals(30), "flat": decimals(5)}),
)
WINDOWS = st.sampled_from(["month", "quarter", "term"])


@st.composite
def deals(draw: st.DrawFn) -> tuple[dict, dict[str, list[Decimal]]]:
    """A deal as JSON, and a quantity per meter and month."""
    months = draw(st.sampled_from([3, 6]))
    charges = [_charge(draw, n) for n in range(draw(st.integers(1, 4)))]
    keys = [charge["key"] for charge in charges]
    some = st.lists(st.sampled_from(keys), unique=True, max_size=len(keys))
    terms = {
        "currency": "USD",
        "start": "2027-01-15",
        "months": months,
        "charges": charges,
        "discounts": [_discount(draw, n, months, some) for n in range(draw(st.integers(0, 3)))],
        "credits": [_grant(draw, n, months, some) for n in range(draw(st.integers(0, 3)))],
        "commitments": [_commitment(draw, n) for n in range(draw(st.integers(0, 1)))],
    }
    if not any(charge["quantity"]["source"] == "meter" for charge in charges):
        terms["commitments"] = []
    quantity = decimals(400, 3).map(Decimal)
    usage = {meter: draw(st.lists(quantity, min_size=months, max_size=months)) for meter in METERS}
    return terms, usage


@st.composite
def contested_credits(draw: st.DrawFn) -> tuple[dict, dict[str, list[Decimal]]]:
    """Small grants with ties in every place of the burn order, and more usage than they can pay."""
    keys = ["c0", "c1", "c2"]
    charges = [
        {
            "kind": "charge",
            "key": key,
            "price": {"model": "per_unit", "unit": "1"},
            "quantity": {"source": "meter", "meter": meter},
        }
        for key, meter in zip(keys, METERS, strict=True)
    ]
    scopes = st.sampled_from([[], ["c0"], ["c0", "c1"], ["c2"]])
    grants = [
        _grant(draw, n, 2, scopes) | {"amount": str(draw(st.integers(1, 60)))} for n in range(draw(st.integers(2, 4)))
    ]
    promise = {"kind": "commitment", "key": "m0", "amount": "150", "window": "month", "overage_factor": "1.5"}
    terms = {
        **{"currency": "USD", "start": "2027-01-15", "months": 4, "charges": charges, "credits": grants},
        **{"discounts": [], "commitments": [promise]},
    }
    quantity = st.integers(0, 40).map(Decimal)
    return terms, {meter: draw(st.lists(quantity, min_size=4, max_size=4)) for meter in METERS}


def _charge(draw: st.DrawFn, n: int) -> dict:
    charge = {"kind": "charge", "key": f"c{n}", "price": draw(PRICES)}
    if draw(st.integers(0, 3)):
        charge["quantity"] = {"source": "meter", "meter": draw(st.sampled_from(METERS))}
        if draw(st.booleans()):
            charge["allowance"] = {"quantity": draw(decimals(300)), "reset": draw(WINDOWS)}
    else:
        charge["quantity"] = {"source": "fixed", "value": draw(decimals(100))}
    if draw(st.booleans()):
        charge["maximum"] = draw(decimals(1000))
    return charge


def _discount(draw: st.DrawFn, n: int, months: int, some: st.SearchStrategy) -> dict:
    first = draw(st.integers(1, months))
    made = {"key": f"d{n}", "percent": draw(decimals(100)), "charges": draw(some), "from_month": first}
    return made | ({"to_month": draw(st.integers(first, months))} if draw(st.booleans()) else {})


def _grant(draw: st.DrawFn, n: int, months: int, some: st.SearchStrategy) -> dict:
    made = {
        "kind": "credit",
        "key": f"g{n}",
        "amount": draw(decimals(2000)),
        "purchase": draw(st.sampled_from(["0", "99.50"])),
        "priority": draw(st.integers(1, 2)),
        "scope": {"charges": draw(some)},
        "from_month": draw(st.integers(1, months)),
    }
    return made | ({"expires_months": draw(st.integers(1, 6))} if draw(st.booleans()) else {})


def _commitment(draw: st.DrawFn, n: int) -> dict:
    return {
        "kind": "commitment",
        "key": f"m{n}",
        "amount": draw(decimals(3000)),
        "window": draw(WINDOWS),
        "overage_factor": draw(st.sampled_from(["1", "1.5", "0.8"])),
    }
