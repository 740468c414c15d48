"""Usage that a customer moves, and where it stands beside the forecast."""

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

STEPS = 200
MOST = Decimal("1e15")


@dataclass(frozen=True)
class Slider:
    """One kind of usage in a month, in the unit people speak of. The band is the forecast's."""

    name: str
    label: str
    unit: str
    low: Decimal
    usual: Decimal
    high: Decimal
    top: Decimal  # where the track ends
    step: Decimal
    value: Decimal

    def place(self, value: Decimal) -> int:
        """Percent of the track."""
        return int(min(100 * value / self.top, Decimal(100))) if self.top else 0

    @property
    def places(self) -> tuple[int, int, int]:
        """P10, P50 and P90 on the track."""
        return self.place(self.low), self.place(self.usual), self.place(self.high)


def slider(
    name: str, *, label: str, unit: str, low: Decimal, usual: Decimal, high: Decimal, wanted: Decimal | None
) -> Slider:
    """The track goes from nothing to about twice the high forecast; what is typed may go beyond it."""
    low, usual, high = (three_digits(value) for value in (low, usual, high))
    top = ceiling(max(2 * high, Decimal(1)))
    value = usual if wanted is None else min(max(wanted, Decimal(0)), MOST)
    return Slider(name, label, unit, low, usual, high, top, top / STEPS, value)


def three_digits(value: Decimal) -> Decimal:
    """ "1230" of 1234.5: as precise as a wish is."""
    if not value:
        return Decimal(0)
    place = Decimal(1).scaleb(value.adjusted() - 2)
    return value.quantize(place) if place <= 1 else (value / place).quantize(Decimal(1)) * place


def ceiling(value: Decimal) -> Decimal:
    """The next round number: 1, 2 or 5 and zeros."""
    unit = Decimal(1).scaleb(value.adjusted())
    return next(Decimal(n) * unit for n in (1, 2, 5, 10) if n * unit >= value.quantize(unit, ROUND_CEILING))
