"""What each billing system can bill, in docs/HANDOFF.md, from the targets: `python -m docs.capabilities` writes it."""

import os
from pathlib import Path

import django

# The names of constructs are words in a language, and those want the settings.
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cpq.settings")
django.setup()

from billing.targets import TARGETS  # noqa: E402
from billing.targets.capability import Construct, No  # noqa: E402

PAGE = Path(__file__).parent / "HANDOFF.md"
BEGIN, END = "<!-- capabilities: generated -->", "<!-- end of capabilities -->"


def table() -> str:
    """A row for each construct of terms, a column for each billing system; then why not, and what comes nearest."""
    rows = [["construct", *(str(target.label) for target in TARGETS.values())], ["---"] * (1 + len(TARGETS))]
    rows += [[str(one.label), *(cell(target.can[one]) for target in TARGETS.values())] for one in Construct]
    reasons = [
        f"- **{target.label}**, {construct.label}: {reason(target.can[construct])}"
        for target in TARGETS.values()
        for construct in Construct
        if isinstance(target.can[construct], No)
    ]
    return "\n".join([*(f"| {' | '.join(row)} |" for row in rows), "", *reasons])


def reason(ability: No) -> str:
    """Why not; and why nothing comes near, where nothing does."""
    return str(ability.why) if ability.nearest else f"{ability.why} {ability.otherwise}"


def cell(ability: object) -> str:
    if isinstance(ability, No):
        return "refused; nearest offered" if ability.nearest else "refused"
    return str(ability.how or "yes")  # type: ignore[attr-defined]


def renewed(page: str) -> str:
    """The page with the table as it is now."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text()))
