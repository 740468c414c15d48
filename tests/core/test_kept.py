from copy import copy, deepcopy

import pytest
from django.utils import translation

from core.kept import WAYS, Kept, kept, remembered, remembered_in_words

TEXT = '{"key": "seats", "price": {"unit": "30"}, "tiers": [{"up_to": "5"}]}'


def test_the_same_text_is_the_same_object():
    assert kept(TEXT) is kept(TEXT)
    assert kept(TEXT) == {"key": "seats", "price": {"unit": "30"}, "tiers": [{"up_to": "5"}]}


@pytest.mark.parametrize(
    "write",
    [
        lambda content: content.__setitem__("key", "other"),
        lambda content: content["price"].__setitem__("unit", "1"),
        lambda content: content["tiers"][0].update(up_to="9"),
        lambda content: content.pop("key"),
        lambda content: content.setdefault("name", ""),
        lambda content: content.clear(),
    ],
)
def test_nobody_writes_into_it(write):
    with pytest.raises(TypeError, match="copy it before you change it"):
        write(kept(TEXT))
    assert kept(TEXT)["price"] == {"unit": "30"}


def test_copies_are_ones_own():
    for own in (dict(kept(TEXT)), copy(kept(TEXT)), deepcopy(kept(TEXT))):
        own["key"] = "other"
    whole = deepcopy(kept(TEXT))
    whole["price"]["unit"] = whole["tiers"][0]["up_to"] = "1"
    assert kept(TEXT) == {"key": "seats", "price": {"unit": "30"}, "tiers": [{"up_to": "5"}]}


def test_what_was_worked_out_is_remembered_for_each_argument():
    asked = []

    @remembered
    def told(content, more=""):
        asked.append(more)
        return content["key"] + more

    content = Kept({"key": "seats"})
    assert [told(content, "a"), told(content, "b"), told(content, "a"), told(content, "b")] == ["seatsa", "seatsb"] * 2
    assert asked == ["a", "b"]
    assert [told(Kept({"key": "seats"}), "a"), told({"key": "seats"}, "a"), told({"key": "seats"}, "a")] == [
        "seatsa"
    ] * 3
    assert asked == ["a", "b", "a", "a", "a"]


def test_an_argument_that_cannot_be_known_again_is_not_remembered():
    @remembered
    def told(content, other):
        return content["key"] + other["key"]

    content = Kept({"key": "a"})
    assert [told(content, {"key": "b"}), told(content, {"key": "c"})] == ["ab", "ac"]
    assert content.known == {}


@pytest.mark.django_db
def test_words_are_remembered_for_each_language():
    @remembered_in_words
    def told(_content):
        return translation.get_language()

    content = Kept()
    assert told(content) == "en"
    with translation.override("de"):
        assert told(content) == "de"
    assert told(content) == "en"


def test_a_memory_does_not_grow_without_end():
    @remembered
    def told(_content, number):
        return number

    content = Kept()
    assert [told(content, n) for n in range(3 * WAYS)] == list(range(3 * WAYS))
    assert len(content.known) <= WAYS
