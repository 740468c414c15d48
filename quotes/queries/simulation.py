"""What a changed rule would have asked of the versions submitted lately."""

from dataclasses import dataclass

from quotes.models import VersionMargin
from quotes.queries.carrying import FACTS_OF
from quotes.rules.approvals import Rule, need

LAST = 100


@dataclass(frozen=True)
class Simulated:
    """A version for which the draft decides otherwise than the rule in force."""

    number: str
    version: int
    title: str
    customer: str
    asks: bool  # what the draft does
    reason: str


@dataclass(frozen=True)
class Simulation:
    versions: int
    before: int
    after: int
    differs: tuple[Simulated, ...]

    @property
    def more(self) -> int:
        return self.after - self.before

    @property
    def sentence(self) -> str:
        """ "Would have asked for 14 more approvals on the last 100 submitted versions (3 before, 17 then)." """
        if not self.versions:
            return "Nothing was submitted yet, so there is nothing to try the rule on."
        on = f"on the last {self.versions} submitted version{'s' * (self.versions != 1)}"
        if not self.differs:
            return f"Would have asked exactly as now {on} ({self.before} approvals)."
        change = (
            f"for {abs(self.more)} {'more' if self.more > 0 else 'fewer'}" if self.more else "for as many, but other,"
        )
        return f"Would have asked {change} approvals {on} ({self.before} before, {self.after} then)."


def simulate(draft: Rule, present: Rule | None, *, last: int = LAST) -> Simulation:
    """Both rules on the facts that the last submitted versions were decided by; one query."""
    rows = VersionMargin.objects.select_related("version__quote__customer").order_by("-version__submitted_at")[:last]
    before = after = 0
    differs = []
    for row in rows:
        facts = FACTS_OF.validate_python(row.priced["facts"])
        was, will = bool(present and present.asks(facts)), draft.asks(facts)
        before, after = before + was, after + will
        if was != will:
            version, quote = row.version, row.version.quote
            reason = need(draft if will or present is None else present, facts).reason
            differs.append(Simulated(quote.number, version.number, version.title, quote.customer.name, will, reason))
    return Simulation(len(rows), before, after, tuple(differs))
