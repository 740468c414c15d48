"""What of a deal its billing system cannot bill, in values of the quotes room (settings.BILLING_CHECK)."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from operator import itemgetter
from typing import NamedTuple

from django.utils.translation import gettext as _

from billing.queries.routing import routes, target_name
from billing.targets import TARGETS
from billing.targets.base import Target
from billing.targets.capability import Alternative, Construct, Problem
from billing.targets.nearest.matching import total
from core.formats import money
from pricing import InvalidTerms, Terms, Usage
from quotes.models import QuoteVersion
from quotes.rules.billable import Substitute, Unbillable, substituted
from quotes.rules.terms import Deal, sold


class Near(NamedTuple):
    """What comes near, or why nothing does."""

    instead: Substitute | None = None
    otherwise: str = ""


def unbillable(version: QuoteVersion, deal: Deal, usage: Usage | None, *, fresh: bool) -> list[Unbillable]:
    """One for each place of the deal that the target of this version cannot bill as agreed."""
    return found(TARGETS[target_name(routes(fresh=fresh).of(version))], deal, usage)


def found(target: Target, deal: Deal, usage: Usage | None) -> list[Unbillable]:
    """The same of a target; the nearest that it can bill is looked for where there is `usage` to compare them at."""
    problems = target.problems(sold(deal.with_options), usage)
    names = {line.key: str(line.component.get("name") or line.key) for line in deal.lines}

    def told(problem: Problem) -> Unbillable:
        near = Near() if usage is None else nearest(target, problem, problems, deal, usage)
        return Unbillable(
            target=str(target.label),
            construct=problem.construct.value,
            label=str(problem.construct.label),
            path=problem.path,
            line=problem.use.key,
            why=problem.why,
            instead=near.instead,
            otherwise=near.otherwise,
            name=names.get(problem.use.key, ""),
        )

    return [*once_each(told(problem) for problem in problems)]


def once_each(listed: Iterable[Unbillable]) -> Iterator[Unbillable]:
    """One click may mend several: its alternative is offered at the first of them."""
    offered: list[Substitute] = []
    for one in listed:
        yield replace(one, again=one.instead in offered)
        if one.instead is not None:
            offered.append(one.instead)


def nearest(target: Target, problem: Problem, problems: list[Problem], deal: Deal, usage: Usage) -> Near:
    """The nearest alternative that the target bills, with what it costs; or why there is none, in words.

    One that leaves nothing else to mend on the line comes before one that does, and both before one that gives up.
    """
    otherwise, best = problem.otherwise, None
    for alternative in problem.near():
        instead = substitute(alternative)
        left = after(target, deal, instead)
        if left is None:
            continue
        keys = touched(instead)
        if wrong := worse(left, problem, problems, keys):
            otherwise = _("What comes nearest is refused too: {why}").format(why=wrong)
            continue
        rank = (alternative.gives_up, bool(problem.use.key) and any(one.use.key == problem.use.key for one in left))
        best = min(best or (rank, alternative), (rank, alternative), key=itemgetter(0))
        if not any(rank):
            break
    if best is None:
        return Near(otherwise=otherwise)
    return Near(substitute(best[1], costs(deal, substitute(best[1]), usage)))


def after(target: Target, deal: Deal, instead: Substitute) -> list[Problem] | None:
    """What the target still refuses with the alternative in place; None where that is no deal at all."""
    try:
        return target.problems(sold(substituted(deal, instead).with_options))
    except InvalidTerms:
        return None


def worse(left: list[Problem], problem: Problem, problems: list[Problem], keys: set[str]) -> str:
    """Why an alternative is none: it leaves the problem, or makes another of what it touches. "" where it is one."""
    before, now = counted(problems), counted(left)
    before[named(problem)] -= 1
    return next((one.why for one in left if one.use.key in keys and now[named(one)] > before[named(one)]), "")


def counted(problems: list[Problem]) -> Counter[tuple[Construct, str]]:
    return Counter(named(one) for one in problems)


def named(problem: Problem) -> tuple[Construct, str]:
    return problem.construct, problem.use.key


def touched(instead: Substitute) -> set[str]:
    """The keys of the lines that it changes, and "" for the deal."""
    return {"", *instead.removes, *instead.lines, *(part["key"] for part in instead.puts)}


def costs(deal: Deal, instead: Substitute, usage: Usage) -> str:
    """What the quote comes to over the term with the alternative, beside what was quoted."""
    optional = {line.key for line in deal.lines if line.optional}
    whole = deal.with_options if optional & touched(instead) else deal
    quoted, changed = sold(whole), sold(substituted(whole, instead))
    metered = any(charge.metered for charge in quoted.charges)
    said = _("Over the term: {instead} this way, {quoted} as quoted.")
    if usage.series:
        said = _("Over the term at your P50: {instead} this way, {quoted} as quoted.")
    elif metered:
        said = _("Over the term without any usage: {instead} this way, {quoted} as quoted.")
    return said.format(instead=amount(changed, usage), quoted=amount(quoted, usage))


def amount(terms: Terms, usage: Usage) -> str:
    return money(total(terms, usage).quantize(Decimal("0.01")), terms.currency)


def substitute(alternative: Alternative, said: str = "") -> Substitute:
    return Substitute(
        sentence=alternative.sentence,
        costs=said,
        puts=tuple(dict(part) for part in alternative.puts),
        removes=alternative.removes,
        deal=alternative.deal,
        lines=alternative.lines,
    )
