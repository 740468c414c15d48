"""The parts of docs/QUOTES.md that are made from tables."""

import re

from quotes.rules import approvals, facts, transitions
from quotes.rules.transitions import LABELS, OWNERS, TRANSITIONS, Status


def filled(text: str) -> str:
    """The manual with every generated part as the tables have it now."""
    for name, content in parts().items():
        pattern = re.compile(rf"(<!-- {name}: generated -->\n).*?(<!-- end -->)", re.DOTALL)
        text, found = pattern.subn(rf"\1{escaped(content)}\n\2", text)
        if found != 1:
            raise ValueError(f'docs/QUOTES.md should have one part "{name}", it has {found}.')
    return text


def escaped(content: str) -> str:
    """As a replacement that means itself."""
    return content.replace("\\", r"\\")


def parts() -> dict[str, str]:
    return {
        "diagram": f"```mermaid\n{transitions.diagram()}\n```",
        "statuses": statuses(),
        "approvals": approvals.table(),
        "facts": facts.table(),
    }


def statuses() -> str:
    """What may happen in each status and whose turn it is."""
    rows = ["| status | whose turn | what may happen |", "|---|---|---|"]
    rows += [f"| {LABELS[status]} | {OWNERS[status]} | {verbs(status)} |" for status in Status]
    return "\n".join(rows)


def verbs(status: Status) -> str:
    words = [verb.replace("_", " ") for verb in TRANSITIONS[status]]
    return ", ".join(words) or "nothing; it is over"
