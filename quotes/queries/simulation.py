"""What a changed rule would have asked of the versions submitted lately."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

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
            return _("Nothing was submitted yet, so there is nothing to try the rule on.")
        on = ngettext("on the last {n} submitted version", "on the last {n} submitted versions", self.versions).format(
            n=self.versions
        )
        if not self.differs:
            return _("Would have asked exactly as now {on} ({before} approvals).").format(on=on, before=self.before)
        change = _("for as many, but other,")
        if self.more:
            change = (_("for {n} more") if self.more > 0 else _("for {n} fewer")).format(n=abs(self.more))
        return _("Would have asked {change} approvals {on} ({before} before, {after} then).").format(
            change=change, on=on, before=self.before, after=self.after
        )


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
