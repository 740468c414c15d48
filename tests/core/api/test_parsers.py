"""What a JSON body may hold, however it is written."""

from io import BytesIO

import pytest

from core.api.parsers import DEEPEST, JSONBody
from core.errors import Invalid

HALF = "\ud800"


def parsed(text: bytes):
    return JSONBody().parse(BytesIO(text))


def nested(levels: int) -> bytes:
    return b"[" * levels + b"1" + b"]" * levels


@pytest.mark.parametrize(
    ("text", "path"),
    [
        (b'{"a": "\\u0000"}', "a"),
        (b'{"a": {"b": ["x", "\\ud800"]}}', "a"),
        (b'{"a": {"\\u0000": 1}}', "a"),
        (b'{"\\u0000": "x"}', "body"),
        (('{"a": "' + HALF + '"}').encode("utf-8", "surrogatepass"), "a"),
        ('{"a": "\\u0000"}'.encode("utf-16"), "a"),
    ],
)
def test_a_character_that_no_text_may_have_is_named(text, path):
    with pytest.raises(Invalid) as refused:
        parsed(text)
    assert list(refused.value.errors) == [path]


def test_other_escapes_and_letters_pass():
    assert parsed('{"a": "\\u00e9 \\ud83d\\ude00 한 é"}'.encode()) == {"a": "é 😀 한 é"}
    assert parsed('{"a": "é"}'.encode("utf-16")) == {"a": "é"}


@pytest.mark.parametrize("levels", [DEEPEST + 1, 500, 100_000])
def test_what_is_nested_deeper_than_that_is_refused(levels):
    parsed(nested(DEEPEST))
    with pytest.raises(Invalid) as refused:
        parsed(nested(levels))
    assert refused.value.errors == {"body": f"body: nested deeper than {DEEPEST} levels."}
