"""A contract pushed as the hand-off does it: step by step, with the answers of earlier steps put in."""

from dataclasses import replace
from datetime import UTC, date, datetime

from billing.targets.base import Replaced, with_answers

AT = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)


def push(target, order, account, done=None):
    """All steps that are not done yet; the answers by name of step."""
    done = {} if done is None else done
    for step in target.steps(order):
        if step.name not in done:
            whole = replace(step, body=with_answers(step.body, done))
            done[step.name] = target.perform(whole, key=key_of(target, order, step), account=account, at=AT)
    return done


def key_of(target, order, step):
    return f"{target.name}:{step.name}:{order.sha256}"


def replacing(order, reference, on):
    """The contract that takes the place of another one from a day on."""
    old = Replaced(number=order.number, reference=reference, on=date.fromisoformat(on), kind="amendment")
    return replace(order, number="C-2027-0009", sha256="a" * 64, replaces=old)
