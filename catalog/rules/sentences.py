"""Configuration rules and their tests as sentences. Pure."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalog.rules.configuration import Configuration, Rule, RuleTest
from core.data_words import told
from core.formats import quantity
from core.languages import lazily as _lazy
from core.words import all_of

ALWAYS = "true"
MEMBER = r"(?:\.([A-Za-z_]\w*)|\[\s*[\"']([^\"']+)[\"']\s*\])"
REPLACED: Sequence[tuple[str, str]] = (
    (r"\bcustomer\s*\.\s*segment\b", _lazy("the customer's segment")),
    (r"\bcustomer\s*\.\s*country\b", _lazy("the customer's country")),
    (r"\bmonths\b", _lazy("the term in months")),
    (r"\bsize\(selected\)", _lazy("the number of prices taken")),
    (r"\s*&&\s*", _lazy(" and ")),
    (r"\s*\|\|\s*", _lazy(" or ")),
    (r"\s*>=\s*", _lazy(" is at least ")),
    (r"\s*<=\s*", _lazy(" is at most ")),
    (r"\s*!=\s*", _lazy(" is not ")),
    (r"\s*==\s*", _lazy(" is ")),
    (r"\s*>\s*", _lazy(" is more than ")),
    (r"\s*<\s*", _lazy(" is less than ")),
    (r"!\s*(?=\(|the\b)", _lazy("not ")),
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
    names = {key: told(offered.name) for key, offered in configuration.prices.items()}
    sentence = effect(rule, configuration, names)
    if rule.when != ALWAYS:
        sentence = _("If {condition}: {effect}").format(condition=said(rule.when, names), effect=sentence)
    source = " ; ".join(f"{path}: {text}" for path, text in rule.conditions if text != ALWAYS)
    return RuleRow(rule.key, sentence[:1].upper() + sentence[1:] + ".", told(rule.message), source)


def effect(rule: Rule, configuration: Configuration, names: Mapping[str, str]) -> str:
    if rule.requires:
        needed = ngettext("{names} is needed too", "{names} are needed too", len(rule.requires))
        return needed.format(names=configuration.names(rule.requires))
    if rule.excludes:
        return _("{names} cannot be taken").format(names=configuration.names(rule.excludes))
    if rule.adds:
        many = f" ({said(rule.adds.quantity, names)})" if rule.adds.quantity else ""
        return _("{names}{many} is added").format(names=configuration.names([rule.adds.price]), many=many)
    if rule.bounds:
        least = [_("at least {least}").format(least=said(rule.bounds.min, names))] if rule.bounds.min else []
        most = [_("at most {most}").format(most=said(rule.bounds.max, names))] if rule.bounds.max else []
        number = configuration.names([rule.bounds.price])
        return _("the number of {names} is {bounds}").format(names=number, bounds=all_of(least + most))
    return _("it must hold that {condition}").format(condition=said(rule.must or ALWAYS, names))


def said(condition: str, names: Mapping[str, str]) -> str:
    """A condition in words, as far as words go; what they do not cover stays as it is written."""

    def named(match: re.Match[str]) -> str:
        key = match[1] or match[2]
        return _("the number of {name}").format(name=names.get(key, key))

    text = re.sub(rf"\bquantity\s*{MEMBER}", named, condition)
    text = re.sub(
        rf"\bchoice\s*{MEMBER}", lambda match: _("the choice of {group}").format(group=match[1] or match[2]), text
    )
    text = re.sub(
        r"!\s*\(?\s*[\"']([^\"']+)[\"']\s+in\s+selected\s*\)?", _('"{name}" is not taken').format(name=r"\1"), text
    )
    text = re.sub(r"[\"']([^\"']+)[\"']\s+in\s+selected\b", _('"{name}" is taken').format(name=r"\1"), text)
    text = re.sub(r"[\"']([^\"']+)[\"']", lambda match: names.get(match[1], match[1]), text)
    for pattern, word in REPLACED:
        text = re.sub(pattern, str(word), text)
    return text


def test_row(test: RuleTest, configuration: Configuration) -> TestRow:
    """ "With 120 Seats over 12 months" and what the rules must say."""
    taken = [
        f"{quantity(many)} × {configuration.names([key])}" if many != 1 else configuration.names([key])
        for key, many in test.selection.items()
    ]
    facts = [
        _("over {months} months").format(months=test.months),
        *([test.segment] if test.segment else []),
        *([test.country] if test.country else []),
    ]
    added = [f"{quantity(many)} × {configuration.names([key])}" for key, many in test.adds.items()]
    expected = [_("problems of {rules}").format(rules=", ".join(test.expect)) if test.expect else _("no problem")]
    return TestRow(
        test.name,
        f"{', '.join(taken) or _('Nothing')}, {', '.join(facts)}",
        "; ".join([*expected, *([_("adds {names}").format(names=", ".join(added))] if added else [])]),
        list(configuration.failures_of(test)),
    )
