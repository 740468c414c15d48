"""What of a deal its billing system cannot bill, in values of the quotes room (settings.BILLING_CHECK)."""

from collections.abc import Mapping
from decimal import Decimal

from billing.queries.routing import routes, target_name
from billing.targets import TARGETS
from billing.targets.capability import Alternative
from pricing import Terms
from quotes.models import QuoteVersion
from quotes.rules.billable import Substitute, Unbillable


def unbillable(
    version: QuoteVersion, terms: Terms, expected: Mapping[str, Decimal], *, fresh: bool
) -> list[Unbillable]:
    """One for each place of the terms that the target of this version cannot bill as agreed."""
    target = TARGETS[target_name(routes(fresh=fresh).of(version))]
    return [
        Unbillable(
            target=str(target.label),
            construct=problem.construct.value,
            label=str(problem.construct.label),
            path=problem.path,
            line=problem.use.key,
            why=problem.why,
            instead=substitute(problem.alternative),
        )
        for problem in target.problems(terms, expected)
    ]


def substitute(alternative: Alternative | None) -> Substitute | None:
    if alternative is None:
        return None
    return Substitute(
        sentence=alternative.sentence,
        puts=tuple(dict(part) for part in alternative.puts),
        removes=alternative.removes,
        deal=alternative.deal,
        lines=alternative.lines,
    )
