import pytest

from quotes.rules.mentions import mentions, parts


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@ben, please look", ["ben"]),
        ("Ask @fay and @ben. @fay decides.", ["fay", "ben"]),
        ("mail cleo@acme.example", []),
        ("(@ada.l) @ada.", ["ada.l", "ada"]),
        ("@ nobody", []),
    ],
)
def test_who_is_mentioned(text, names):
    assert mentions(text) == names


def test_a_text_is_cut_at_its_mentions():
    assert parts("Hi @ben: look") == [("Hi ", False), ("@ben", True), (": look", False)]
    assert parts("@ben") == [("@ben", True)]
