"""What a document is made of cannot have it read files, ask the network, or change how it looks."""

import io
import re
import socket

import pytest
from pypdf import PdfReader

from quotes.documents import QuoteDocument, render
from tests.quotes.documents.samples import canonical, snapshot

HOSTILE = '<img src="file:///etc/passwd"/><link href="http://10.0.0.1/"/><font size="90">'
PLACES = ("title", "customer", "contact", "prepared_by", "lines", "clauses")
FREE = {"title", "name", "legal_name", "address", "text", "body", "description"}


@pytest.mark.parametrize("place", PLACES)
def test_t14_markup_in_any_text_is_printed_as_it_was_typed(monkeypatch, place):
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("the network was asked"))
    data = snapshot()
    data[place] = HOSTILE if place == "title" else spoilt(data[place])
    reader = PdfReader(io.BytesIO(render(QuoteDocument.parse(*canonical(data)))))
    text = re.sub(r"\s+", "", "".join(page.extract_text() for page in reader.pages))
    assert re.sub(r"\s+", "", HOSTILE) in text
    assert [image for page in reader.pages for image in page.images] == []


def spoilt(value):
    """The same with the hostile words in each text that a person types."""
    if isinstance(value, list):
        return [spoilt(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        name: HOSTILE if name in FREE and isinstance(one, str) and one else spoilt(one) for name, one in value.items()
    }
