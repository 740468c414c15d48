"""The pages that start a quote from another one or from a template."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from quotes.actions.templates import save_template
from quotes.models import Quote, Template
from tests.factories import AT
from tests.quotes.views.deals import a_customer, a_draft, post, sent

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_hours")]


def test_from_a_quote(ada, ben, eve, dan, client, client_of):
    version = sent(ada).version
    a_customer("globex")
    path, data = f"/quotes/{version.quote.number}/v1/copies/", {"customer": "globex", "title": "For Globex"}
    assert client_of(ada).get(path).status_code == 200
    assert [post(client_of(who), path, data).status_code for who in (ben, eve, dan)] == [404] * 3
    assert post(client, path, data).headers["Location"].startswith("/login/")
    assert post(client_of(ada), path, {"customer": "nobody"}).status_code == 422
    assert Quote.objects.count() == 1
    answer = post(client_of(ada), path, data)
    quote = Quote.objects.exclude(pk=version.quote_id).get()
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/quotes/{quote.number}/")
    assert quote.versions.get().title == "For Globex"
    story = client_of(ada).get(f"/quotes/{quote.number}/timeline/").content.decode()
    assert f"started it like {version.quote.number} v1" in story


def test_by_a_template_that_others_may_use_but_not_remove(ada, eve, ben, client_of):
    version = a_draft(ada)
    path = f"/quotes/{version.quote.number}/v1/template/"
    assert client_of(ada).get(path).status_code == 405
    assert [post(client_of(who), path, {"name": "Usual"}).status_code for who in (eve, ben)] == [404, 404]
    assert post(client_of(ada), path, {"name": " "}).status_code == 422
    assert Template.objects.count() == 0
    assert post(client_of(ada), path, {"name": "Usual"}).status_code == 303
    template = Template.objects.get()
    assert "Usual" in client_of(eve).get("/quotes/templates/").content.decode()
    answer = post(client_of(eve), f"/quotes/templates/{template.pk}/", {"customer": "acme"})
    assert answer.status_code == 303
    assert Quote.objects.get(owner=eve).versions.get().lines.count() == 2
    removal = f"/quotes/templates/{template.pk}/removal/"
    assert client_of(ada).get(removal).status_code == 405
    assert post(client_of(eve), removal).status_code == 403
    assert Template.objects.count() == 1
    assert post(client_of(ada), removal).status_code == 303
    assert Template.objects.count() == 0
    assert "No templates yet" in client_of(ada).get("/quotes/templates/").content.decode()


@pytest.mark.parametrize("queries", [3])
def test_1_and_3_templates_take_the_same_queries(ada, client_of, queries):
    client, version = client_of(ada), a_draft(ada)
    for names in ("a", "bc"):
        for name in names:
            save_template(version, name=name, by=ada, at=AT)
        with CaptureQueriesContext(connection) as taken:
            assert client.get("/quotes/templates/").status_code == 200
        assert len(taken) == queries
