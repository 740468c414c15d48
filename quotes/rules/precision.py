"""How many simulated futures are enough: until chance alone moves no quantile of the bill by more than a percent."""

from decimal import Decimal

from django.utils.translation import gettext as _

from core import formats
from core.languages import lazily as _lazy

LADDER = (2_000, 4_000, 8_000, 16_000)
WANTED = 1.0  # percent of P50
UNMET = _lazy("That is more than the 1 % aimed at, and a page may draw no more: do not read the last digits.")
LARGEST = 40_000_000  # numbers in one drawing, about half a second of work: what a page may ask of a machine


def exact(error: float | None) -> bool:
    """Whether more futures would tell nothing."""
    return error is None or error <= WANTED


def paths_enough(paths: int, error: float | None, *, steps: int) -> int:
    """The number of the ladder that is expected to be enough, at most what `steps` numbers per path allow."""
    if error is None or exact(error):
        return paths
    allowed = [rung for rung in LADDER if rung == LADDER[0] or rung * steps <= LARGEST]
    needed = paths * (error / WANTED) ** 2
    return max(paths, next((rung for rung in allowed if rung >= needed), allowed[-1]))


def sentence(paths: int, error: Decimal | None) -> str:
    """What the page says about it."""
    if error is None:
        return ""
    text = _("{paths} futures: chance alone moves P10, P50 or P90 of the term by about {error} % of P50").format(
        paths=formats.quantity(paths), error=error
    )
    return f"{text}." if error <= Decimal(str(WANTED)) else f"{text}. {UNMET}"
