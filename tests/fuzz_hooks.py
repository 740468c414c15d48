"""What schemathesis is taught beyond the description: how long an address may be, and terms that hang together, so
that its calls reach the kernel."""

from typing import Any
from urllib.parse import urlencode

import schemathesis
from hypothesis import strategies as st
from schemathesis.generation import GenerationMode
from schemathesis.generation.meta import TestPhase

from tests.pricing.deals import METERS, decimals
from tests.pricing.wide_deals import wide_deals

CUSTOMER, LONGEST = "acme", 7_000
ODD = st.sampled_from([None, "", "x", "-1", "1e9", -1, 0, 1.5, True, [], {}, "9" * 30, "2027-02-30"])


@schemathesis.hook
def filter_query(context: Any, query: Any) -> bool:
    """A longer line the web server itself refuses (414), before the application hears of it."""
    return len(urlencode(query or {}, doseq=True)) < LONGEST


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: Any) -> None:
    """Links are followed with calls of their own: an answer given again speaks of what may be gone by now."""
    if case.meta is not None and case.meta.phase.name == TestPhase.STATEFUL and case.headers:
        case.headers.pop("Idempotency-Key", None)


@schemathesis.hook.apply_to(path="/api/v1/price/")
def flatmap_case(context: Any, case: Any) -> st.SearchStrategy:
    """Two calls of three that are meant to be right ask for a real deal, often with one thing in it changed."""
    if case.meta is None or case.meta.generation.mode != GenerationMode.POSITIVE:
        return st.just(case)
    return st.one_of(st.just(case), *[bodies().map(lambda body: with_body(case, body))] * 2)


def with_body(case: Any, body: Any) -> Any:
    case.body = body
    return case


@st.composite
def bodies(draw: st.DrawFn) -> dict[str, Any]:
    terms = {"version": 1, **draw(wide_deals())}
    if draw(st.booleans()):
        change(draw, terms)
    body = {"terms": terms, "explain": draw(st.booleans())}
    if draw(st.booleans()):
        return {**body, "forecast": {"customer": CUSTOMER, "paths": 104}}
    quantities = st.lists(decimals(400, 3), min_size=terms["months"], max_size=terms["months"])
    tiers = st.sampled_from(["low", "high"])
    rows = st.fixed_dictionaries(
        {"meter": st.sampled_from(METERS), "dimensions": st.builds(lambda tier: {"tier": tier}, tiers)}
    )
    usage = draw(st.lists(rows, max_size=3, unique_by=str))
    return {**body, "usage": [{**row, "quantities": draw(quantities)} for row in usage]}


def change(draw: st.DrawFn, part: Any) -> None:
    """One value, however deep, becomes another, or is gone; the months stay, for which the usage is given."""
    while True:
        places = [place for place in (part if isinstance(part, dict) else range(len(part))) if place != "months"]
        if not places:
            return
        place = draw(st.sampled_from(places))
        if not isinstance(part[place], dict | list) or draw(st.integers(0, 4)) == 0:
            break
        part = part[place]
    if draw(st.booleans()):
        part[place] = draw(ODD)
    else:
        del part[place]
