"""Words inside sentences: several names, a label, a period."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from core.languages import HOUSE, current
from core.languages import lazily as _lazy

PERIODS = {
    "day": _lazy("day"),
    "week": _lazy("week"),
    "month": _lazy("month"),
    "quarter": _lazy("quarter"),
    "year": _lazy("year"),
    "term": _lazy("term"),
}


def all_of(names: Sequence[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    if len(names) < 2:
        return "".join(map(str, names))
    return _("{names} and {last}").format(names=", ".join(map(str, names[:-1])), last=names[-1])


def one_of(names: Sequence[str]) -> str:
    """ "a", "a or b", "a, b or c"."""
    if len(names) < 2:
        return "".join(map(str, names))
    return _("{names} or {last}").format(names=", ".join(map(str, names[:-1])), last=names[-1])


def inside(label: str) -> str:
    """A label in the midst of a sentence: English writes it small, German does not."""
    return label.lower() if current() == HOUSE else str(label)


def period(name: str) -> str:
    """ "month" in words; what is no period stays as it is."""
    return str(PERIODS.get(name, name))
