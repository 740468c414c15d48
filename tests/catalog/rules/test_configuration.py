"""Configuration rules: what each effect says, what is added, and that their order never matters."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.rules.configuration import Configuration, Offered, Rule, RuleTest, Selection, rule_problems

PRICES = {
    "seats": Offered("Seats", Decimal(25)),
    "ai": Offered("AI add-on", Decimal(25)),
    "basic": Offered("Basic support", Decimal(1)),
    "premium": Offered("Premium support", Decimal(1)),
    "gpu": Offered("GPU", Decimal(2)),
}
GROUPS = {"support": ("basic", "premium")}


def rule(key="a-rule", message="Said why.", **content) -> Rule:
    return Rule.model_validate({"key": key, "message": message, **content})


def configured(*rules) -> Configuration:
    return Configuration(rules, PRICES, GROUPS)


def chosen(months=12, segment="", **quantities) -> Selection:
    return Selection({key: Decimal(value) for key, value in quantities.items()}, months, segment)


def said(configuration, selection):
    return [problem.sentence for problem in configuration.settle(selection).problems]


NEEDS_SEATS = rule(when='"ai" in selected', requires=["seats"], message="The AI add-on works on seats.")
NO_GPU = rule(when='"basic" in selected', excludes=["gpu", "premium"], message="Basic support is without hardware.")
AS_MANY = rule(when='"ai" in selected', bounds={"price": "ai", "max": "quantity.seats"}, message="One AI per seat.")
PREMIUM = rule(when="quantity.seats > 100", must='choice.support == "premium"', message="Over 100 seats: premium.")
LONG = rule(when="months >= 24", must='customer.segment == "enterprise"', message="Two years are for enterprises.")


@pytest.mark.parametrize(
    ("one", "selection", "expected"),
    [
        (NEEDS_SEATS, chosen(ai=5), ["The AI add-on works on seats. Add Seats."]),
        (NEEDS_SEATS, chosen(ai=5, seats=5), []),
        (NEEDS_SEATS, chosen(seats=5), []),
        (
            NO_GPU,
            chosen(basic=1, gpu=1, premium=1),
            ["Basic support is without hardware. Remove GPU and Premium support."],
        ),
        (NO_GPU, chosen(gpu=1), []),
        (AS_MANY, chosen(ai=6, seats=5), ["One AI per seat. AI add-on: at most 5; there are 6."]),
        (AS_MANY, chosen(ai=5, seats=5), []),
        (PREMIUM, chosen(seats=101, basic=1), ["Over 100 seats: premium."]),
        (PREMIUM, chosen(seats=101, premium=1), []),
        (PREMIUM, chosen(seats=100, basic=1), []),
        (LONG, chosen(months=24), ["Two years are for enterprises."]),
        (LONG, chosen(months=24, segment="enterprise"), []),
        (
            rule(must="quantity.seats / quantity.gpu > 1 / 0"),
            chosen(),
            ["The rule a-rule cannot be evaluated: division by zero in CEL expression. Pricing must mend it."],
        ),
    ],
)
def test_each_effect_says_what_is_wrong_and_how_to_mend_it(one, selection, expected):
    assert said(configured(one), selection) == expected


def test_all_problems_come_at_once():
    everything = configured(NEEDS_SEATS, NO_GPU, PREMIUM, LONG)
    assert len(said(everything, chosen(months=36, ai=1, basic=1, gpu=1))) == 3


def test_a_rule_adds_a_price_and_follows_the_quantity_it_names():
    adding = configured(
        rule("with-ai", when='"ai" in selected', adds={"price": "premium"}),
        rule("gpus", when='"premium" in selected', adds={"price": "gpu", "quantity": "quantity.ai * 2.0"}),
    )
    added = adding.settle(chosen(ai=3)).added
    assert {key: (one.quantity, one.rule, one.held) for key, one in added.items()} == {
        "premium": (1, "with-ai", False),
        "gpu": (6, "gpus", True),
    }
    assert adding.settle(chosen(ai=3, gpu=1)).added.keys() == {"premium"}


def test_the_most_wins_where_two_rules_add_the_same():
    fewer, more = (rule(f"add-{n}", adds={"price": "gpu", "quantity": str(n)}) for n in (2, 5))
    for order in ((fewer, more), (more, fewer)):
        assert configured(*order).settle(chosen()).added["gpu"].quantity == 5


def test_rules_that_chase_each_other_are_named():
    chasing = configured(
        rule("up", adds={"price": "ai", "quantity": "quantity.seats + 1.0"}),
        rule("and-up", adds={"price": "seats", "quantity": "quantity.ai + 1.0"}),
    )
    assert said(chasing, chosen()) == [
        "The rules and-up and up never settle: each changes what the other adds. Pricing must mend it."
    ]


def test_an_option_that_leads_to_a_problem_says_so_and_others_do_not():
    both = configured(NEEDS_SEATS, PREMIUM)
    assert both.blocked(chosen(), {"ai": Decimal(1)}) == ("The AI add-on works on seats. Add Seats.",)
    assert both.blocked(chosen(seats=5), {"ai": Decimal(1)}) == ()
    assert both.blocked(chosen(), {"gpu": Decimal(1)}) == ()
    assert configured(NO_GPU).blocked(chosen(basic=1), {"gpu": Decimal(1)}) == ("Basic support is without hardware.",)
    assert both.blocked(chosen(seats=200), {"basic": Decimal(1)}) == ()  # wrong already, and not made worse
    assert both.blocked(chosen(ai=1), {"seats": Decimal(101)}) == ("Over 100 seats: premium.",)
    everything = configured(rule(when="size(selected) > 1", must="false", message="One thing at a time."))
    assert everything.blocked(chosen(seats=1), {"gpu": Decimal(1)}) == ("One thing at a time.",)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"when": '"ais" in selected', "requires": ["seats"]}, 'when: position 1: there is no "ais" in selected; it'),
        ({"when": "quantity.seat > 1", "requires": ["seats"]}, 'when: position 1: there is no "seat" in quantity; it'),
        ({"must": 'choice["tier"] == ""'}, 'must: position 1: there is no "tier" in choice; it has support.'),
        ({"must": "customer.name == ''"}, 'must: position 1: there is no "name" in customer; it has country, segment.'),
        ({"when": "months", "requires": ["seats"]}, "when: position 1: should be true or false, it is 12."),
        ({"when": "months >", "requires": ["seats"]}, "when: position 9: unexpected end of the expression."),
        ({"must": "quantity.seats * 2 > 1.0"}, "must: Unsupported operation: float * int."),
        ({"requires": ["seat"]}, 'it names the price "seat", which this book does not have.'),
        ({"bounds": {"price": "ai", "min": "true"}}, "bounds.min: position 1: should be a number, it is True."),
        ({"adds": {"price": "ai", "quantity": "-1"}}, "adds.quantity: position 1: should be from 0 to 1e12, it is -1."),
    ],
)
def test_what_is_wrong_with_a_rule_names_place_and_position(content, expected):
    [found] = rule_problems(rule(**content), configured())
    assert found.startswith(expected)


@pytest.mark.parametrize(
    "content",
    [{}, {"requires": ["seats"], "must": "true"}, {"bounds": {"price": "ai"}}, {"must": "true", "message": ""}],
)
def test_a_rule_has_one_effect_and_a_message(content):
    with pytest.raises(ValueError, match=r"exactly one|bounds need|at least 1 character"):
        rule(**content)


def test_a_rule_test_that_expects_something_else_fails_in_words():
    adding = configured(NEEDS_SEATS, rule("extra", when='"gpu" in selected', adds={"price": "premium"}))
    tests = [
        {"name": "AI alone", "selection": {"ai": "1"}, "expect": ["a-rule"]},
        {"name": "GPU", "selection": {"gpu": "1"}, "adds": {"premium": "1"}},
        {"name": "AI is fine", "selection": {"ai": "1"}},
        {"name": "GPU alone", "selection": {"gpu": "1"}},
    ]
    assert adding.failures([RuleTest.model_validate(test) for test in tests]) == [
        'Rule test "AI is fine": expected problems of none, found a-rule.',
        'Rule test "GPU alone": expected nothing to be added, found premium 1.',
    ]


KEYS = sorted(PRICES)
key = st.sampled_from(KEYS)
condition = st.one_of(
    st.just("true"),
    key.map(lambda k: f'"{k}" in selected'),
    key.map(lambda k: f'!("{k}" in selected)'),
    st.tuples(key, st.integers(0, 40)).map(lambda one: f"quantity.{one[0]} > {one[1]}"),
    st.just('choice.support == "premium"'),
)
number = st.one_of(
    st.integers(0, 40).map(str), key.map(lambda k: f"quantity.{k}"), key.map(lambda k: f"quantity.{k} + 1.0")
)
effect = st.one_of(
    st.lists(key, min_size=1, max_size=2).map(lambda keys: {"requires": keys}),
    st.lists(key, min_size=1, max_size=2).map(lambda keys: {"excludes": keys}),
    key.map(lambda k: {"adds": {"price": k}}),
    st.tuples(key, number).map(lambda one: {"adds": {"price": one[0], "quantity": one[1]}}),
    st.tuples(key, number).map(lambda one: {"bounds": {"price": one[0], "min": one[1]}}),
    condition.map(lambda one: {"must": one}),
)
rules = st.lists(st.tuples(condition, effect), max_size=6).map(
    lambda found: [rule(f"rule-{n}", when=when, **effect) for n, (when, effect) in enumerate(found)]
)
selections = st.dictionaries(key, st.integers(0, 50).map(Decimal)).map(Selection)


@settings(max_examples=150)
@given(rules, selections, st.randoms())
def test_the_order_of_rules_does_not_matter_and_settling_ends(some, selection, random):
    first = configured(*some).settle(selection)
    shuffled = list(some)
    random.shuffle(shuffled)
    second = configured(*shuffled).settle(selection)
    assert second.added == first.added
    assert sorted(second.problems) == sorted(first.problems)


@settings(max_examples=150)
@given(rules, selections)
def test_a_settled_selection_stays_settled(some, selection):
    configuration = configured(*some)
    added, problems = configuration.settle(selection)
    if any(problem.rule == "" for problem in problems):
        return
    whole = selection.with_prices({key: one.quantity for key, one in added.items()})
    again = configuration.settle(whole)
    assert (again.added, again.problems) == ({}, problems)


@settings(max_examples=150)
@given(rules, selections, key)
def test_a_blocked_option_is_one_that_brings_a_problem(some, selection, option):
    """The short cut for rules that the option does not concern never hides a problem."""
    configuration = configured(*some)
    option = {option: PRICES[option].quantity}
    before = {mark for problem in configuration.settle(selection).problems for mark in problem.marks}
    after = configuration.settle(selection.with_prices(option)).problems
    fresh = [problem.message for problem in after if not problem.marks <= before]
    blocked = configuration.blocked(selection, option)
    assert [said.startswith(message) for said, message in zip(blocked, fresh, strict=True)] == [True] * len(fresh)
