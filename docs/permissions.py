"""The table of who may do what in docs/SECURITY.md, from core/roles.py: `python -m docs.permissions` writes it."""

import os
from pathlib import Path

import django

# The names of roles are words in a language, and those want the settings.
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cpq.settings")
django.setup()

from core.roles import ROLE_NAMES, ROLES, SCOPES, Permission  # noqa: E402

PAGE = Path(__file__).parent / "SECURITY.md"
BEGIN, END = "<!-- permissions: generated -->", "<!-- end of permissions -->"


def table() -> str:
    """A row for each permission, a column for each role, and under it what an API key may be given."""
    rows = [["permission", *map(str, ROLE_NAMES.values())], ["---"] * (1 + len(ROLE_NAMES))]
    rows += [
        [permission.value.replace("_", " "), *("yes" if permission in ROLES[role] else "" for role in ROLE_NAMES)]
        for permission in Permission
    ]
    keys = [["scope of an API key", "lets a program", "whose owner may"], ["---"] * 3]
    keys += [[f"`{scope}`", str(text), said(needed)] for scope, (text, needed) in SCOPES.items()]
    return "\n\n".join("\n".join(f"| {' | '.join(row)} |" for row in part) for part in (rows, keys))


def said(needed: tuple[Permission, ...]) -> str:
    return " or ".join(permission.value.replace("_", " ") for permission in needed)


def renewed(page: str) -> str:
    """The page with the table as it is now."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text()))
