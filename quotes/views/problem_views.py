"""What keeps a draft from being submitted, as the page shows it."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from quotes.queries.configuration import configured
from quotes.queries.fixes import Fix, fixes_of
from quotes.queries.lines import lines_of
from quotes.queries.priced import PricedVersion
from quotes.rules.components import months_of
from quotes.rules.line_months import FIRST, MONTHS
from quotes.rules.pricing import Problem
from quotes.views.line_views import LineView


@dataclass(frozen=True)
class ProblemView:
    """What keeps the draft from being submitted, and the place on the page where it is mended."""

    sentence: str
    anchor: str
    where: str
    fixes: tuple[Fix, ...] = ()  # ways out of it, by a click
    place: str = ""  # of what billing cannot bill
    instead: str = ""  # what a click puts in its place, in words


def problem_sentences(deal: PricedVersion) -> list[str]:
    """What keeps the draft from being submitted; the missing assumptions as one sentence."""
    missing = sum(1 for problem in deal.problems if problem.field == "assumptions")
    others = [problem.sentence for problem in deal.problems if problem.field != "assumptions"]
    return [*others, assumptions_sentence(missing)] if missing else others


def assumptions_sentence(missing: int) -> str:
    return ngettext(
        "One meter has no history and no assumption yet; state low, base and high for each.",
        "{n} meters have no history and no assumption yet; state low, base and high for each.",
        missing,
    ).format(n=missing)


def problem_views(deal: PricedVersion, rows: list[LineView]) -> list[ProblemView]:
    """What keeps the draft from being submitted, each with the way to where it is mended."""
    lines = {row.key: row for row in rows} if deal.problems else {}
    fixes = fixes_of(configured(deal.version)) if rows and any(one.field == "lines" for one in deal.problems) else {}
    found = [
        ProblemView(
            problem.sentence,
            f"line-{problem.line}" * (problem.line in lines),
            lines[problem.line].name if problem.line in lines else "",
            month_fixes(problem, lines[problem.line]) if problem.field in MONTHS else fixes.get(problem.sentence, ()),
            problem.place,
            problem.instead,
        )
        for problem in deal.problems
        if problem.field != "assumptions" and (rows or problem.field != "lines")
    ]
    if missing := sum(1 for problem in deal.problems if problem.field == "assumptions"):
        found.append(ProblemView(assumptions_sentence(missing), "assumptions", _("the assumptions")))
    return found


def month_fixes(problem: Problem, line: LineView) -> tuple[Fix, ...]:
    """The line as long as the term, unless its price says otherwise, or the term as long as the line asks."""
    month = line.from_month if problem.field == FIRST else line.to_month
    label = _("Begin with the term") if problem.field == FIRST else _("End with the term")
    longer = ngettext("Make the term {n} month", "Make the term {n} months", month).format(n=month)
    facts = reverse("quotes:facts", args=[line.version.quote.number])
    shorter = Fix(label, fields=((problem.field, ""),), url=line.urls["line"])
    own = next(months_of(one.list_component)[0] for one in lines_of(line.version) if one.key == line.key)
    fits = problem.field != FIRST or (own or 1) <= line.version.months
    return (*[shorter] * fits, Fix(longer, fields=(("months", str(month)),), url=facts))
