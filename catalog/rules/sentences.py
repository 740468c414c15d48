"""Configuration rules and their tests as sentences. Pure."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from catalog.rules.configuration import Configuration, Rule, RuleTest
from core.formats import quantity

ALWAYS = "true"
MEMBER = r"(?:\.([A-Za-z_]\w*)|\[\s*[\"']([^\"']+)[\"']\s*\])"
REPLACED: Sequence[tuple[str, str]] = (
    (r"\bcustomer\s*\.\s*segment\b", "the customer's segment"),
    (r"\bcustomer\s*\.\s*country\b", "the customer's country"),
    (r"\bmonths\b", "the term in months"),
    (r"\bsize\(selected\)", "the number of prices taken"),
    (r"\s*&&\s*", " and "),
    (r"\s*\|\|\s*", " or "),
    (r"\s*>=\s*", " is at least "),
    (r"\s*<=\s*", " is at most "),
    (r"\s*!=\s*", " is not "),
    (r"\s*==\s*", " is "),
    (r"\s*>\s*", " is more than "),
    (r"\s*<\s*", " is less than "),
    (r"!\s*(?=\(|the\b)", "not "),
    (r"\s*\*\s*", " × "),
)


class RuleRow(NamedTuple):
    """A rule as a person reads it, and as it is written."""

    key: str
    sentence: str
    message: str
    source: str


class TestRow(NamedTuple):
    """A test of the rules: what is taken, what must be said, and whether it is."""

    name: str
    given: str
    expected: str
    failures: list[str]


def rule_row(rule: Rule, configuration: Configuration) -> RuleRow:
    """ "If the number of Seats is more than 100: Premium support is needed too."."""
    names = {key: offered.name for key, offered in configuration.prices.items()}
    condition = "" if rule.when == ALWAYS else f"If {said(rule.when, names)}: "
    sentence = f"{condition}{effect(rule, configuration, names)}"
    source = " ; ".join(f"{path}: {text}" for path, text in rule.conditions if text != ALWAYS)
    return RuleRow(rule.key, sentence[:1].upper() + sentence[1:] + ".", rule.message, source)


def effect(rule: Rule, configuration: Configuration, names: Mapping[str, str]) -> str:
    if rule.requires:
        return f"{configuration.names(rule.requires)} {'is' if len(rule.requires) == 1 else 'are'} needed too"
    if rule.excludes:
        return f"{configuration.names(rule.excludes)} cannot be taken"
    if rule.adds:
        many = f" ({said(rule.adds.quantity, names)})" if rule.adds.quantity else ""
        return f"{configuration.names([rule.adds.price])}{many} is added"
    if rule.bounds:
        least = [f"at least {said(rule.bounds.min, names)}"] if rule.bounds.min else []
        most = [f"at most {said(rule.bounds.max, names)}"] if rule.bounds.max else []
        return f"the number of {configuration.names([rule.bounds.price])} is {' and '.join(least + most)}"
    return f"it must hold that {said(rule.must or ALWAYS, names)}"


def said(condition: str, names: Mapping[str, str]) -> str:
    """A condition in words, as far as words go; what they do not cover stays as it is written."""

    def named(match: re.Match[str]) -> str:
        key = match[1] or match[2]
        return f"the number of {names.get(key, key)}"

    text = re.sub(rf"\bquantity\s*{MEMBER}", named, condition)
    text = re.sub(rf"\bchoice\s*{MEMBER}", lambda match: f"the choice of {match[1] or match[2]}", text)
    text = re.sub(r"!\s*\(?\s*[\"']([^\"']+)[\"']\s+in\s+selected\s*\)?", r'"\1" is not taken', text)
    text = re.sub(r"[\"']([^\"']+)[\"']\s+in\s+selected\b", r'"\1" is taken', text)
    text = re.sub(r"[\"']([^\"']+)[\"']", lambda match: names.get(match[1], match[1]), text)
    for pattern, word in REPLACED:
        text = re.sub(pattern, word, text)
    return text


def test_row(test: RuleTest, configuration: Configuration) -> TestRow:
    """ "With 120 Seats over 12 months" and what the rules must say."""
    taken = [
        f"{quantity(many)} × {configuration.names([key])}" if many != 1 else configuration.names([key])
        for key, many in test.selection.items()
    ]
    facts = [
        f"over {test.months} months",
        *([test.segment] if test.segment else []),
        *([test.country] if test.country else []),
    ]
    added = [f"{quantity(many)} × {configuration.names([key])}" for key, many in test.adds.items()]
    told = [f"problems of {', '.join(test.expect)}" if test.expect else "no problem"]
    return TestRow(
        test.name,
        f"{', '.join(taken) or 'Nothing'}, {', '.join(facts)}",
        "; ".join([*told, *([f"adds {', '.join(added)}"] if added else [])]),
        list(configuration.failures_of(test)),
    )
