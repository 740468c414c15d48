"""What a seller states about a series, and whether it can be believed at all."""

from dataclasses import asdict, dataclass
from math import isfinite

from django.utils.translation import gettext as _

from core.errors import Invalid

LARGEST = 1e18
LONGEST_RAMP = 60


@dataclass(frozen=True)
class Assumption:
    """Monthly use in a low (P10), a base (P50) and a high (P90) case, reached after `ramp_months`."""

    low: float
    base: float
    high: float
    ramp_months: float = 0.0

    def __post_init__(self) -> None:
        problem = why_not_assume(self)
        if problem:
            raise Invalid({"assumption": problem})

    def as_json(self) -> dict[str, float]:
        return asdict(self)


def why_not_assume(assumption: Assumption) -> str:
    """ "" when low, base and high are in order and within limits; else a sentence."""
    values = (assumption.low, assumption.base, assumption.high)
    if not all(isfinite(value) and 0 <= value <= LARGEST for value in values):
        return _("Low, base and high are amounts per month between 0 and 10^18.")
    if not assumption.low <= assumption.base <= assumption.high:
        return _("Low must not be above base, and base not above high.")
    if not 0 <= assumption.ramp_months <= LONGEST_RAMP:
        return _("The ramp takes between 0 and {most} months.").format(most=LONGEST_RAMP)
    return ""
