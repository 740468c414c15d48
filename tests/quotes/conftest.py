import pytest

from tests.quotes.documents.made import made_here


@pytest.fixture(autouse=True)
def documents_made_here(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Documents are drawn in the process of the test, except where the process apart is what is tested."""
    if "apart" not in request.keywords:
        monkeypatch.setattr("quotes.actions.documents.made_apart", made_here)
