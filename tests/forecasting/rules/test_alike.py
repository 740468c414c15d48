"""Who is alike: older, of the same kind, about as big, with a similar beginning."""

import numpy as np
import pytest

from forecasting.rules.alike import Candidate, cold_note, look_alikes, nobody_note

OWN = np.array([10.0, 12.0, 14.0, 17.0])


def other(slug: str, values: list[float] | np.ndarray, segment: str = "startup", grain: str = "M") -> Candidate:
    return Candidate(slug, slug.title(), segment, frozenset({"tokens"}), grain, np.asarray(values, dtype=float))


def growing(level: float, months: int = 24) -> np.ndarray:
    return level * 1.2 ** np.arange(months)


def found(*candidates: Candidate, values: np.ndarray = OWN, horizon: int = 12) -> list[tuple[str, tuple[str, ...]]]:
    alike = look_alikes(
        segment="startup", products={"tokens"}, grain="M", values=values, horizon=horizon, candidates=candidates
    )
    return [(one.candidate.slug, one.reasons) for one in alike]


ALIKE = [other("a", growing(10.0)), other("b", growing(11.0)), other("c", growing(30.0), "enterprise")]


def test_the_most_alike_come_first_and_say_why() -> None:
    names = found(*ALIKE)
    assert [name for name, _ in names] == ["a", "b", "c"]
    assert names[0][1] == (
        "same segment", "uses the same products", "1.0 times the size at this age", "similar first 4 months",
    )  # fmt: skip
    assert names[2][1] == ("uses the same products", "similar first 4 months")


def test_fewer_than_three_are_anecdotes() -> None:
    assert found(*ALIKE[:2]) == []


@pytest.mark.parametrize(
    ("ahead", "speaks"), [(2, False), (3, True)], ids=["too young to show a way on", "three months on"]
)
def test_who_does_not_show_how_it_goes_on_does_not_speak(ahead: int, speaks: bool) -> None:
    known = np.concatenate([growing(10.0)[: 4 + ahead], np.full(10, np.nan)])
    assert bool(found(*ALIKE[:2], other("d", known))) is speaks


def test_other_grains_are_not_compared() -> None:
    assert found(*ALIKE[:2], other("d", growing(10.0), grain="W")) == []


def test_without_history_kind_alone_counts() -> None:
    names = found(*ALIKE, values=np.empty(0))
    assert [name for name, _ in names] == ["a", "b", "c"]


def test_at_most_eight_speak() -> None:
    assert len(found(*(other(f"n{n}", growing(10.0)) for n in range(12)))) == 8


def test_the_note_says_how_many_and_why_none() -> None:
    assert cold_note("Tokens", 40, 5) == "Tokens: 40 days of history, so 5 look-alike customers speak beside it."
    note = nobody_note(["Tokens", "Images"], 1)
    assert note.startswith("Tokens, Images: less than 180 days of history. 1 other customer uses the same, but fewer")
