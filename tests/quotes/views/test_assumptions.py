"""What a meter without history is taken to use."""

import pytest

from tests.quotes.views.deals import a_draft, post, stored

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_hours")]

SERIES = "requests|"


@pytest.fixture
def version(ada):
    return a_draft(ada, keys=("platform", "requests"))


def test_the_builder_asks_and_does_not_submit_before_it_knows(ada, client_of, version):
    html = client_of(ada).get(f"/quotes/{version.quote.number}/").content.decode()
    assert f'name="series" value="{SERIES}"' in html
    assert "One meter has no history and no assumption yet" in html
    assert "Without the usage that is not known yet." in html


@pytest.mark.parametrize("htmx", [False, True])
def test_low_base_and_high_make_a_forecast(ada, client_of, version, htmx):
    sent = {"series": SERIES, "low": "1,000", "base": "2,000", "high": "4,000", "edit_number": version.edit_number}
    response = post(client_of(ada), f"/quotes/{version.quote.number}/assumptions/", sent, htmx=htmx)
    version.refresh_from_db()
    assert response.status_code == (200 if htmx else 303)
    assert version.assumptions == {SERIES: {"low": "1000", "base": "2000", "high": "4000"}}
    assert version.forecast_run.gaps == []


@pytest.mark.parametrize(
    ("levels", "message"),
    [
        ({"low": "5", "base": "2", "high": "9"}, "Base must lie between low and high."),
        ({"low": "5", "base": "", "high": "9"}, "Base must be a number."),
    ],
)
def test_wrong_levels_stay_typed(ada, client_of, version, levels, message):
    before = stored(version)
    sent = {"series": SERIES, "edit_number": version.edit_number, **levels}
    response = post(client_of(ada), f"/quotes/{version.quote.number}/assumptions/", sent, htmx=True)
    html = response.content.decode()
    assert response.status_code == 422
    assert message in html
    assert 'name="high" value="9"' in html
    assert stored(version) == before


def test_who_may_and_what_is_there(ada, ben, eve, client_of, version):
    path = f"/quotes/{version.quote.number}/assumptions/"
    sent = {"series": SERIES, "low": "1", "base": "2", "high": "3", "edit_number": version.edit_number}
    before = stored(version)
    assert client_of(ada).get(path).status_code == 405
    assert [post(client_of(who), path, sent).status_code for who in (eve, ben)] == [404, 409]
    assert post(client_of(ada), path, {**sent, "series": "no-such|"}).status_code == 404
    assert stored(version) == before
