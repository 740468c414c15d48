from quotes.rules.steps import Content, difference, meet, reverse, touched

SEATS = {"kind": "charge", "key": "seats", "name": "Seats", "price": {"model": "per_unit", "unit": "29"}}
FACTS = {"months": 12, "discount_percent": "0"}


def line(value: str = "5", discount: str = "0", unit: str = "29") -> dict:
    component = {**SEATS, "price": {"model": "per_unit", "unit": unit}, "quantity": {"source": "fixed", "value": value}}
    return {"component": component, "discount_percent": discount, "rule": ""}


def content(*keys: str, facts: dict | None = None, **lines: dict) -> Content:
    return Content(facts or FACTS, {key: lines.get(key, line()) for key in keys}, list(keys))


def test_nothing_moved_is_nothing():
    assert difference(content("seats"), content("seats")) == {}


def test_a_change_turned_twice_is_itself():
    change = difference(content("a", "seats"), content("seats", "b", facts={**FACTS, "months": 24}))
    assert reverse(reverse(change)) == change
    assert reverse(change) == difference(content("seats", "b", facts={**FACTS, "months": 24}), content("a", "seats"))


def test_each_field_that_moved_has_its_own_path():
    before = content("seats", "b")
    assert set(touched(difference(before, content("seats", "b", seats=line("7"))))) == {"lines/seats/quantity"}
    assert set(touched(difference(before, content("seats", "b", seats=line(discount="5", unit="25"))))) == {
        "lines/seats/discount_percent",
        "lines/seats/prices.unit",
    }
    assert set(touched(difference(before, content("seats")))) == {"lines/b", "order"}
    assert set(touched(difference(before, content("b", "seats")))) == {"order"}
    assert set(touched(difference(before, content("seats", "b", facts={**FACTS, "months": 24})))) == {"facts/months"}


def test_the_same_field_meets_and_a_whole_line_meets_each_of_its_fields():
    assert meet(["lines/seats/quantity"], ["lines/seats/quantity"])
    assert meet(["lines/seats"], ["lines/seats/quantity"])
    assert meet(["lines/seats/quantity"], ["lines/seats"])
    assert not meet(["lines/seats/quantity"], ["lines/seats/discount_percent", "lines/seats-2", "facts/months"])
