"""Who signs when, and what a drawn signature may hold."""

import re
from collections.abc import Collection, Iterable
from typing import Protocol

from django.utils.translation import gettext as _

WIDTH, HEIGHT = 600, 200
LONGEST = 20_000
FEWEST = 8
NUMBER = r"\d{1,3}(?:\.\d)?"
POINT = rf"{NUMBER} {NUMBER}"
PATH = re.compile(rf"M{POINT}(?: [ML]{POINT})*")


class Signer(Protocol):
    @property
    def pk(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def order(self) -> int: ...


def waiting(signers: Iterable[Signer], signed: Collection[int]) -> list[Signer]:
    """Whose turn it is: of those who have not signed (`signed` are the others' links), the lowest number."""
    left = [one for one in signers if one.pk not in signed]
    lowest = min((one.order for one in left), default=0)
    return [one for one in left if one.order == lowest]


def why_not_sign(signer: Signer, signers: Iterable[Signer], signed: Collection[int]) -> str:
    """Said to the customer: signatures are given in order."""
    if signer.pk in signed:
        return _("You have signed this quote.")
    turn = waiting(signers, signed)
    if any(one.pk == signer.pk for one in turn):
        return ""
    return _("{names} signs first; we write to you when it is your turn.").format(
        names=", ".join(one.name for one in turn)
    )


def wrong_drawing(path: str) -> str:
    """Why this is no drawn signature; "" if it is one: lines in a field of 600 by 200, and nothing else."""
    if len(path) > LONGEST:
        return _("This drawing is too detailed; clear it and draw your name once more.")
    if not PATH.fullmatch(path):
        return _("This drawing cannot be read; clear it and draw your name once more.")
    points = [tuple(map(float, point.split())) for point in re.findall(POINT, path)]
    if any(x > WIDTH or y > HEIGHT for x, y in points):
        return _("This drawing leaves its field; clear it and draw your name once more.")
    if len(points) < FEWEST:
        return _("This is too short for a signature; draw your name.")
    return ""
