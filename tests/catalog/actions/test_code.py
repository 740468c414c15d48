import copy

import pytest

from catalog import documents
from catalog.actions.code import apply_catalog, diff_catalog
from catalog.models import Meter, Price, PriceBook
from core import audit
from core.errors import Invalid, Refused
from tests.catalog.books import demo, make_draft, read, read_mapping, small
from tests.catalog.rules.test_meters import METER
from tests.factories import AT, make_book
from tests.quotes.configured import ruled_catalog


def said(changes):
    return [str(change) for change in changes]


def test_a_new_catalog_is_told_and_made_once(pia):
    wanted = demo()
    told = said(diff_catalog(wanted))
    assert told[0] == "+ meter tokens"
    assert told[-1] == "+ book standard v1: 44 prices, 24 costs, 18 packages, 2 rules, 3 rule tests"
    assert not Meter.objects.exists()
    assert said(apply_catalog(wanted, by=pia, at=AT).changes) == told
    assert diff_catalog(wanted) == []
    assert apply_catalog(wanted, by=pia, at=AT).changes == []
    assert audit.history("catalog").count() == 1


def test_the_round_trip_is_exact(pia):
    books = apply_catalog(demo(), by=pia, at=AT).books
    text = documents.write(documents.stored(books))
    again = read(text)
    assert diff_catalog(again) == []
    assert documents.write(again) == text


def test_the_round_trip_keeps_limits_floors_groups_rules_and_derived_dimensions(pia):
    content = ruled_catalog()
    content["books"][0] |= {"environment": "staging", "effective_to": "2027-12-31"}
    content["meters"] = [METER]
    books = apply_catalog(read_mapping(content), by=pia, at=AT).books
    text = documents.write(documents.stored(books))
    again = read(text)
    assert diff_catalog(again) == []
    assert documents.write(again) == text
    assert again.form() == read_mapping(content).form()


def test_a_change_of_a_draft_names_path_old_and_new(pia):
    make_draft(pia)
    content = small()
    prices = content["books"][0]["prices"]
    prices[1]["component"]["price"]["unit"] = "31"
    del prices[1]["max_discount"]
    content["meters"][0]["name"] = "Text tokens"
    changes = said(apply_catalog(read_mapping(content), by=pia, at=AT).changes)
    assert changes == [
        "~ meter tokens: name Tokens -> Text tokens",
        "~ tests v1 price seats: component.price.unit 29 -> 31; max_discount 90 -> none",
    ]
    assert Price.objects.get(key="seats").component["price"]["unit"] == "31"


def test_the_quantities_in_which_a_price_is_sold_go_in_and_out_and_no_other_hash_has_them(pia):
    book = make_draft(pia)
    before, content = documents.sha256(book), small()
    content["books"][0]["prices"][1] |= {"min": "5", "max": "500", "step": "5"}
    changes = said(apply_catalog(read_mapping(content), by=pia, at=AT).changes)
    assert changes == ["~ tests v1 price seats: min none -> 5; max none -> 500; step none -> 5"]
    assert said(apply_catalog(read_mapping(content), by=pia, at=AT).changes) == []
    assert documents.sha256(book) != before
    apply_catalog(read_mapping(small()), by=pia, at=AT)
    assert documents.sha256(book) == before


def test_what_a_draft_no_longer_names_is_removed_but_meters_stay(pia):
    make_draft(pia)
    content = small(meters=[], products=[])
    content["books"][0]["packages"] = []
    content["books"][0]["prices"].reverse()
    changes = said(apply_catalog(read_mapping(content), by=pia, at=AT).changes)
    assert changes == ["~ tests v1 order of prices", "- tests v1 package hybrid", "- tests v1 package requests"]
    assert Meter.objects.count() == 2


def test_a_published_book_is_refused_and_nothing_is_written(pia):
    book = make_book()
    content = small()
    content["books"][0]["prices"][0]["component"]["price"]["fee"] = "1"
    content["meters"][0]["name"] = "Other"
    with pytest.raises(Refused, match="tests v1 is published and never changes; make the change in a new version"):
        apply_catalog(read_mapping(content), by=pia, at=AT)
    assert Meter.objects.get(code="tokens").name == "Tokens"
    assert documents.sha256(book) == book.sha256


def test_the_change_goes_into_a_new_version(pia):
    make_book()
    content = small()
    content["books"][0] |= {"version": 2}
    apply_catalog(read_mapping(content), by=pia, at=AT)
    assert list(PriceBook.objects.order_by("version").values_list("version", "status")) == [
        (1, "published"),
        (2, "draft"),
    ]


def broken(path, value):
    content = copy.deepcopy(small())
    inner = content
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return content


@pytest.mark.parametrize(
    ("path", "value", "reason"),
    [
        (("books", 0, "currency"), "usd", "books[0].currency"),
        (("books", 0, "color"), "red", "is not a known key"),
        (("books", 0, "prices", 0, "component", "price", "fee"), 2.5, "write the number as a string"),
        (("books", 0, "prices", 0, "component", "price", "model"), "magic", "use one of"),
        (("books", 0, "prices", 0, "component", "product"), "cars", 'there is no product "cars"'),
        (("books", 0, "prices", 1, "component", "key"), "platform", "platform is there 2 times; keep one"),
        (("books", 0, "prices", 1, "max_discount"), "101", "must be 100 or less"),
        (("books", 0, "prices", 1, "min"), "26", "price seats: the default 25 is not between 26 and None"),
        (("books", 0, "prices", 2, "max"), "5", "quantities are chosen for fixed quantities only"),
        (("books", 0, "packages", 0, "components", 0, "price"), "nothing", 'there is no price "nothing"'),
        (("books", 0, "packages", 0, "components"), [], "it has no components"),
        (("meters", 0, "defaults"), {"direction": "sideways"}, "is not a value of that dimension"),
        (("meters", 0, "dimensions"), {"direction": ["in"]}, 'is never "input"'),
        (("meters", 0, "code"), "words", 'there is no meter "tokens"'),
    ],
)
def test_what_cannot_be_names_where_and_why(db, path, value, reason):
    with pytest.raises(Invalid) as problem:
        diff_catalog(read_mapping(broken(path, value)))
    assert reason in " ".join(problem.value.errors.values())


def test_all_problems_come_at_once(db):
    content = small()
    content["books"][0]["prices"][0]["component"]["product"] = "cars"
    content["books"][0]["packages"][0]["components"].append({"price": "nothing"})
    with pytest.raises(Invalid) as problem:
        diff_catalog(read_mapping(content))
    assert len(problem.value.errors) == 2


@pytest.mark.parametrize(
    ("quantities", "reason"),
    [
        ({"min": "5", "max": "1"}, "the minimum 5 is above the maximum 1"),
        ({"step": "0"}, "the step is 0"),
        ({"default": "3", "min": "5"}, "the default 3 is not between 5"),
        ({"default": "6", "min": "1", "step": "2"}, "is not reached from 1 in steps of 2"),
    ],
)
def test_quantities_of_a_package_fit_together(db, quantities, reason):
    content = small()
    content["books"][0]["packages"][0]["components"] = [{"price": "seats", **quantities}]
    with pytest.raises(Invalid, match=reason):
        diff_catalog(read_mapping(content))


RULE = {"key": "a", "must": "quantity.seats >", "message": "Why."}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            lambda book: book["prices"][1].update(limits={"pricing_ops": "5"}),
            "gives no discounts; use sales",
        ),
        (lambda book: book["prices"][1].update(limits={"sales": "95"}), "sales gives up to 95 %, more than the 90 %"),
        (lambda book: book["prices"][1].update(floors={"fee": "5"}), 'there is no price at "fee"; use unit'),
        (lambda book: book["prices"][1].update(floors={"unit": "30"}), "above the list price of 29; lower it"),
        (lambda book: book.update(effective_to="2025-01-01"), "its last day 2025-01-01 is before its first"),
        (lambda book: book["packages"][1]["components"][0].update(group="x"), 'the group "x" has one component'),
        (
            lambda book: book["packages"][0]["components"].extend(
                [{"price": "requests", "group": "x"}, {"price": "onboarding", "group": "x", "required": False}]
            ),
            "required for some and optional for others",
        ),
        (lambda book: book.update(rules=[RULE]), "tests v1 rule a: must: position 17: unexpected end"),
        (lambda book: book.update(rules=[{**RULE, "must": "true"}] * 2), "tests v1 rules: a is there 2 times"),
        (lambda book: book.update(rules=[{**RULE, "color": "red"}]), "books[0].rules[0].color"),
        (lambda book: book.update(rule_tests=[{"name": "T", "expect": ["b"]}]), 'there is no rule "b"'),
        (lambda book: book.update(rule_tests=[{"name": "T", "selection": {"x": "1"}}]), 'there is no price "x"'),
    ],
)
def test_limits_groups_and_rules_are_checked_when_they_are_read(db, change, said):
    content = small()
    change(content["books"][0])
    with pytest.raises(Invalid) as problem:
        diff_catalog(read_mapping(content))
    assert said in " ".join(problem.value.errors.values())


def test_a_metered_price_has_no_quantity_to_choose(db):
    content = small()
    content["books"][0]["packages"][0]["components"] = [{"price": "tokens", "default": "5"}]
    with pytest.raises(Invalid, match="a meter counts this one"):
        diff_catalog(read_mapping(content))


@pytest.mark.parametrize(
    ("text", "said"), [("a: [", "is not YAML"), ("- 1", "should be a mapping"), ("x: []", "one of meters")]
)
def test_what_is_no_catalog_is_said(db, text, said):
    with pytest.raises(Invalid, match=said):
        read(text)
