"""A version with some of its options: totals at once, and whether somebody would have to approve again."""

from collections.abc import Collection
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from pricing import Terms
from quotes.models import QuoteVersion
from quotes.queries.approval_rules import rules_in_force
from quotes.queries.bands import band_of
from quotes.queries.carrying import carried_over
from quotes.queries.limits import beyond_own
from quotes.queries.lines import lines_of
from quotes.queries.priced import Ground, assess, usage_of
from quotes.rules.approvals import needed
from quotes.rules.discounts import limit_needs
from quotes.rules.pricing import Band
from quotes.rules.validity import today


@dataclass(frozen=True)
class Selection:
    """The deal with what was picked."""

    picked: tuple[str, ...]
    terms: Terms
    committed: Decimal
    term: Band
    needs_approval: bool


def selection(version: QuoteVersion, keys: Collection[str], *, at: datetime) -> Selection:
    """Rated by the engine on the version's own futures; unknown keys are left out. Stores nothing."""
    lines = [copy(line) for line in lines_of(version)]
    picked = tuple(line.key for line in lines if line.optional and line.key in keys)
    for line in lines:
        line.optional = line.optional and line.key not in picked
    found = assess(version, lines, usage_of(version), Ground.of(version))
    needs = (
        *needed(found.facts, rules_in_force(today(at, version.zone))),
        *limit_needs(beyond_own(version, lines), version.discount_percent),
    )
    following = copy(version)
    following.number += 1
    standing = carried_over(following, needs, found.facts) if needs else {}
    asks = any(need.rule not in standing or not standing[need.rule].stands for need in needs)
    return Selection(
        picked=picked,
        terms=found.offer.terms,
        committed=found.offer.committed.total,
        term=band_of(found.offer.net.sum(axis=1), version.currency),
        needs_approval=bool(picked) and asks,
    )
