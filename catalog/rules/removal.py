"""When a price may leave a draft. Pure."""

from collections.abc import Sequence

from django.utils.translation import gettext as _


def why_not_remove(name: str, packages: Sequence[str], scopes: Sequence[str]) -> str:
    """Why the price cannot be removed: what holds it, and what is for it alone; "" if it can."""
    if packages:
        return _("{name} is in {packages}; take it out of there first.").format(name=name, packages=listed(packages))
    if scopes:
        return f"{name} is what {listed(scopes)} {'is' if len(scopes) == 1 else 'are'} for; change that first."
    return ""


def listed(names: Sequence[str]) -> str:
    quoted = [f"“{name}”" for name in names]
    return f"{', '.join(quoted[:-1])} and {quoted[-1]}" if len(quoted) > 1 else quoted[0]
