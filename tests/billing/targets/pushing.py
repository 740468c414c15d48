"""A contract pushed as the hand-off does it: step by step, with the answers of earlier steps put in."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from billing.targets.base import Later, Rejected, Replaced, Step, Unclear, with_answers
from tests.metering.sources.vendor import cut, server_fault, too_many

AT = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)

# Parts of a deal that a target is tried with.
PLATFORM = {
    "kind": "charge",
    "key": "platform",
    "name": "Platform",
    "price": {"model": "flat", "fee": "1200"},
    "quantity": {"source": "fixed", "value": "1"},
    "interval": "year",
    "timing": "advance",
}
SEATS = {
    "kind": "charge",
    "key": "seats",
    "name": "Seats",
    "price": {"model": "per_unit", "unit": "30"},
    "quantity": {"source": "fixed", "value": "25"},
    "timing": "advance",
}
ONBOARDING = {
    "kind": "charge",
    "key": "onboarding",
    "name": "Onboarding",
    "price": {"model": "flat", "fee": "750"},
    "quantity": {"source": "fixed", "value": "1"},
    "interval": "once",
    "timing": "advance",
}
TOKENS = {
    "kind": "charge",
    "key": "tokens",
    "name": "Tokens",
    "price": {
        "model": "matrix",
        "dimensions": ["direction"],
        "cells": [
            {"when": {"direction": "input"}, "price": {"model": "per_unit", "unit": "0.0000025"}},
            {"when": {"direction": "output"}, "price": {"model": "per_unit", "unit": "0.00001"}},
        ],
    },
    "quantity": {"source": "meter", "meter": "tokens"},
}
CALLS = {
    "kind": "charge",
    "key": "calls",
    "name": "Calls",
    "price": {"model": "graduated", "tiers": [{"up_to": "1000", "unit": "0.02"}, {"unit": "0.01"}]},
    "quantity": {"source": "meter", "meter": "calls"},
    "allowance": {"quantity": "100"},
}
BOUGHT = {"kind": "credit", "key": "bought", "name": "Bought", "amount": "100", "purchase": "80"}

BAD_DAYS = ((too_many, Later), (server_fault, Unclear), (cut, Unclear))


def push(target, order, account, done=None):
    """All steps that are not done yet, but those whose day is to come; the answers by name of step."""
    done = {} if done is None else done
    for step in target.steps(order):
        if step.name not in done and step.due is None:
            whole = replace(step, body=with_answers(step.body, done))
            done[step.name] = target.perform(whole, key=key_of(target, order, step), account=account, at=AT)
    return done


def key_of(target, order, step):
    return f"{target.name}:{step.name}:{order.sha256}"


def replacing(order, reference, on, *, kind="amendment", **more):
    """The contract that takes the place of another one from a day on."""
    old = Replaced(number=order.number, reference=reference, on=date.fromisoformat(on), kind=kind, **more)
    return replace(order, number="C-2027-0009", sha256="a" * 64, replaces=old)


AHEAD = (("platform", "Platform", "604.93", 12),)


def left_of(target, order, reference, account, *, kind="amendment", day="2027-07-31", ahead=()):
    """What is left to a person when another contract ends this one; "" where nothing is."""
    _changed, last = last_of(target, order, reference, kind, day, ahead)
    said = []
    for _time in range(2):
        try:
            target.perform(last, key="any", account=account, at=AT)
            said.append("")
        except Rejected as left:
            said.append(str(left))
    assert said[0] == said[1]  # whoever sends it again is asked again
    return said[0]


def last_of(target, order, reference, kind, day, ahead=()):
    """The contract that ends this one, and its step that does."""
    changed = replacing(order, reference, day)
    changed = replace(changed, replaces=replace(changed.replaces, kind=kind, ahead=ahead))
    return changed, step_of(target, changed, "end_replaced")


def step_of(target, order, name):
    return next(step for step in target.steps(order) if step.name == name)


def follow(target, changed, account, name):
    """Does twice what follows by itself once the old contract has ended; when, and what is left for a person."""
    step, done = step_of(target, changed, name), push(target, changed, account)
    whole, said = replace(step, body=with_answers(step.body, done)), []
    for _time in range(2):
        try:
            target.perform(whole, key=key_of(target, changed, step), account=account, at=AT)
            said.append("")
        except Rejected as left:
            said.append(str(left))
    assert said[0] == said[1]  # whoever sends it again is asked again
    return step.due.isoformat(), said[0]


def early_end_is_read_back(target, order, reference, account):
    """Nothing but the day is compared, and the old contract's number goes on."""
    changed, last = last_of(target, order, reference, "early_end", "2027-07-31")
    assert target.steps(changed) == (last,)
    left_of(target, order, reference, account, kind="early_end")
    assert target.reference({last.name: {"id": reference}}) == reference
    held = target.read_back(reference, account=account)
    assert target.compare(changed, held) == ()
    other = replace(changed, replaces=replace(changed.replaces, on=date(2027, 6, 30)))
    assert [drift.path for drift in target.compare(other, held)] == ["until"]


def an_end_that_is_not_there_is_unclear(target, order, reference, account, fake):
    """What the vendor took and did not do is found out by reading it back."""
    fake.deaf = True
    with pytest.raises(Unclear, match=f"{target.label} lets"):
        left_of(target, order, reference, account)


def each_is_found(target, order, account, done, *, first=0):
    """What was done is found over there without its key."""
    for step in target.steps(order)[first:]:
        whole = replace(step, body=with_answers(step.body, done))
        assert target.find(whole, key="any", account=account) == done[step.name], step.name


def each_is_refused(target, order, account, done, fake, wrong, *, match):
    """The mock refuses every kind of call when its body has these wrong parts."""
    for n, (call, parts) in enumerate(wrong.items(), start=1):
        step = next(one for one in target.steps(order) if one.call == call)
        bad = Step(step.name, step.title, call, {**with_answers(step.body, done), **parts})
        with pytest.raises(Rejected, match=match):
            target.perform(bad, key=f"other-{n}", account=account, at=AT)
        assert len(fake.vendor.refused) == n, call


def bad_days_double_nothing(target, order, account, fake, *, faults=BAD_DAYS):
    """Each fault is told as what it is, and the push then goes on to the same end."""
    done = {}
    for fault, error in faults:
        fake.vendor.faults = [None, fault]
        with pytest.raises(error):
            push(target, order, account, done)
    reference = target.reference(push(target, order, account, done))
    assert target.compare(order, target.read_back(reference, account=account)) == ()
