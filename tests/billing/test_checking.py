"""Nothing is promised that billing cannot bill: the draft says so, one click mends it, nobody can get past it."""

import re
from decimal import Decimal
from html import unescape

import pytest

from billing.actions import delivering
from billing.models import Connection, Delivery, Route
from billing.queries import routing
from billing.targets import TARGETS
from billing.targets.capability import No, Yes
from billing.targets.nearest import discount_on_lines
from core.errors import Conflict, Refused
from quotes.actions.approvals import decide
from quotes.actions.drafts import edit_version
from quotes.actions.substituting import substitute
from quotes.actions.versions import submit
from quotes.models import QuoteVersion, SellingEntity
from quotes.queries.billable import unbillable
from quotes.queries.deals import deal_of
from quotes.queries.priced import priced, usage_of
from quotes.rules.billable import substituted, years_that_fit
from quotes.rules.terms import sold
from tests.billing.picky import send_all_to, send_all_to_picky
from tests.factories import AT, approved, make_accepted_quote, make_draft_quote, make_submitted_quote

pytestmark = pytest.mark.django_db
MATRIX = "matrix@charges[2].price"


def billing_problems(version):
    return [problem for problem in priced(version, at=AT).problems if problem.field == "billing"]


def test_the_ledger_bills_everything(ada):
    assert billing_problems(make_draft_quote()) == []


def test_the_draft_says_what_cannot_be_billed_and_what_comes_nearest(ada, fay, monkeypatch):
    send_all_to_picky(monkeypatch, by=fay, at=AT)
    [problem] = billing_problems(make_draft_quote())
    assert problem.sentence == "Picky cannot bill this: Price by dimension values. It has one price per product."
    assert (problem.line, problem.place) == ("tokens", MATRIX)
    assert problem.instead.startswith("One line for each of the 2 combinations instead")


def test_a_click_puts_the_alternative_in_place_and_the_deal_costs_the_same(ada, fay, monkeypatch):
    version = make_draft_quote()
    before = priced(version, at=AT)
    assert before.problems == ()
    send_all_to_picky(monkeypatch, by=fay, at=AT)
    version = substitute(version, place=MATRIX, by=ada, at=AT)

    after = priced(version, at=AT)
    assert after.problems == ()
    assert [line.key for line in after.lines] == [
        "platform",
        "seats",
        "tokens-input",
        "tokens-output",
        "prepaid",
    ]
    assert (after.totals, after.term) == (before.totals, before.term)
    prepaid = version.lines.get(key="prepaid").component
    assert prepaid["scope"]["charges"] == ["tokens-input", "tokens-output"]
    submit(version, by=ada, at=AT)


def test_a_field_of_the_deal_is_changed_by_a_click(ada, fay, monkeypatch):
    version = edit_version(make_draft_quote(), by=ada, at=AT, free_months=2)
    send_all_to_picky(monkeypatch, by=fay, at=AT)
    version = substitute(version, place="free_months@free_months", by=ada, at=AT)
    version.refresh_from_db()
    assert version.free_months == 0
    with pytest.raises(Conflict, match="not a problem any more"):
        substitute(version, place="free_months@free_months", by=ada, at=AT)


def test_a_discount_on_the_quote_moves_to_its_lines_by_a_click(ada, fay, monkeypatch):
    version = edit_version(make_draft_quote(), by=ada, at=AT, discount_percent=Decimal(25))
    before = priced(version, at=AT).totals.committed
    refused = {"quote_discount": No("It takes percents off lines only.", discount_on_lines), "matrix": Yes()}
    send_all_to_picky(monkeypatch, by=fay, at=AT, **refused)
    [problem] = billing_problems(version)
    version = substitute(version, place=problem.place, by=ada, at=AT)
    version.refresh_from_db()
    assert (version.discount_percent, billing_problems(version)) == (Decimal(0), [])
    assert {line.discount_percent for line in version.lines.exclude(key="prepaid")} == {Decimal(25)}
    assert priced(version, at=AT).totals.committed == before


@pytest.mark.parametrize("name", ["chargebee", "lago", "metronome"])
def test_a_click_leaves_the_deal_whose_costs_were_shown(name, ada, fay, monkeypatch):
    """What was compared beside the quote is what the draft is afterwards; click by click until all can be billed."""
    version = edit_version(make_draft_quote(), by=ada, at=AT, free_months=2, discount_percent=Decimal(5))
    send_all_to(TARGETS[name], monkeypatch, by=fay, at=AT)
    clicks = 0
    while problems := unbillable(version, deal_of(version), usage_of(version)):
        one = problems[0]
        promised = substituted(deal_of(version), one.instead)
        version = substitute(version, place=one.place, by=ada, at=AT)
        assert sold(deal_of(version)) == sold(promised)
        assert " this way, " in one.instead.costs
        clicks += 1
    assert clicks > 0
    assert billing_problems(version) == []


def test_one_alternative_that_mends_several_things_has_one_button(ada, fay, monkeypatch):
    version = make_draft_quote()
    send_all_to(TARGETS["chargebee"], monkeypatch, by=fay, at=AT)
    first, *rest = [one for one in unbillable(version, deal_of(version), usage_of(version)) if one.line == "prepaid"]
    assert rest
    assert [one.again for one in (first, *rest)] == [False, *[True] * len(rest)]
    told = [one for one in billing_problems(version) if one.line == "prepaid"]
    assert [bool(one.instead) for one in told] == [True, *[False] * len(rest)]
    assert {one.sentence.endswith("The change above mends this too.") for one in told[1:]} == {True}
    version = substitute(version, place=first.place, by=ada, at=AT)
    assert [one for one in billing_problems(version) if one.line == "prepaid"] == []


def test_where_nothing_comes_near_the_draft_says_why(ada, fay, monkeypatch):
    version = make_draft_quote()
    refused = {"matrix": No("It has one price per product.", None, "Prices differ too much for one.")}
    send_all_to_picky(monkeypatch, by=fay, at=AT, **refused)
    [problem] = billing_problems(version)
    assert (problem.instead, problem.sentence.endswith("Prices differ too much for one.")) == ("", True)
    with pytest.raises(Refused, match="Prices differ too much for one"):
        substitute(version, place=MATRIX, by=ada, at=AT)
    assert version.lines.filter(key="tokens").count() == 1


def test_the_approver_reads_why_nothing_comes_near(ada, ben, fay, client_of, monkeypatch):
    version = make_submitted_quote()
    refused = {"matrix": No("It has one price per product.", None, "Prices differ too much for one.")}
    send_all_to_picky(monkeypatch, by=fay, at=AT, **refused)
    html = client_of(ben).get(page_of(version)).content.decode()
    assert "Prices differ too much for one." in html
    assert "wish-1" not in html


def test_a_ramp_of_prices_that_the_new_price_has_not_is_forgotten(ada, fay, monkeypatch):
    version = make_draft_quote()
    line = version.lines.get(key="seats")
    line.years = {"2": {"quantity": "60", "prices": {"unit": "27"}}}
    assert years_that_fit(line.years, {**line.component, "price": {"model": "flat", "fee": "9"}}) == {
        "2": {"quantity": "60"}
    }
    assert years_that_fit(line.years, line.component) == line.years


def test_nobody_submits_what_cannot_be_billed(ada, fay, monkeypatch):
    version = make_draft_quote()
    send_all_to_picky(monkeypatch, by=fay, at=AT)
    routing.keep(routing.Routes({}))  # a process that has not heard of the new account yet
    with pytest.raises(Refused, match="Picky cannot bill this: Price by dimension values"):
        submit(version, by=ada, at=AT)
    version.refresh_from_db()
    assert version.status == "draft"


def test_nobody_approves_it_either_when_contracts_go_elsewhere_meanwhile(ada, ben, fay, monkeypatch):
    version = make_submitted_quote()
    send_all_to_picky(monkeypatch, by=fay, at=AT)
    with pytest.raises(Refused, match="Picky cannot bill this"):
        decide(version, decision="approve", sha256=version.sha256, by=ben, at=AT)
    version = decide(
        version, decision="request_changes", sha256=version.sha256, by=ben, at=AT, comment="Billing cannot."
    )
    assert version.status == "changes_requested"


def test_a_selling_entity_has_an_account_of_its_own(ada, fay, monkeypatch):
    connection = send_all_to_picky(monkeypatch, by=fay, at=AT)
    Connection.objects.update(takes_contracts=False)
    entity = SellingEntity.objects.create(
        code="emea", name="EMEA", legal_name="Northlight EMEA", address="Berlin", email="a@b.example", zone="UTC"
    )
    Route.objects.create(entity=entity, connection=connection)
    routing.keep(routing.read())
    version = make_draft_quote()
    assert billing_problems(version) == []
    version.selling_entity = entity
    assert [problem.line for problem in billing_problems(version)] == ["tokens"]


def test_the_contract_goes_where_new_contracts_go_and_stays_there(ada, fay, monkeypatch):
    contract = make_accepted_quote()
    connection = send_all_to_picky(monkeypatch, by=fay, at=AT)
    delivery = delivering.deliver(contract.number, at=AT)
    assert (delivery.target, delivery.connection) == ("picky", connection)
    Connection.objects.update(takes_contracts=False)
    assert delivering.deliver(contract.number, at=AT).target == "picky"
    assert Delivery.objects.count() == 1
    assert delivery.contract.version.committed_total > Decimal(0)


def test_the_builder_shows_it_with_a_button_and_the_button_works(ada, fay, client_of, monkeypatch):
    version = make_draft_quote()
    send_all_to_picky(monkeypatch, by=fay, at=AT)
    page = f"/quotes/{version.quote.number}/"
    html = client_of(ada).get(page).content.decode()
    assert "Picky cannot bill this: Price by dimension values. It has one price per product." in html
    assert f'name="billing" value="{MATRIX}"' in html

    data = {"billing": MATRIX, "edit_number": version.edit_number}
    response = client_of(ada).post(f"{page}fixes/", data, headers={"HX-Request": "true"})
    assert response.status_code == 200
    assert "cannot bill this" not in response.content.decode()
    assert version.lines.filter(key__startswith="tokens-").count() == 2


def test_a_stranger_and_an_old_page_change_nothing(ada, eve, fay, client_of, monkeypatch):
    version = make_draft_quote()
    send_all_to_picky(monkeypatch, by=fay, at=AT)
    page, data = f"/quotes/{version.quote.number}/fixes/", {"billing": MATRIX, "edit_number": version.edit_number}
    assert client_of(eve).post(page, data).status_code == 404
    answer = client_of(ada).post(page, {**data, "billing": "volume@charges[0].price"}, headers={"HX-Request": "true"})
    assert answer.status_code == 409
    assert version.lines.filter(key="tokens").count() == 1


def test_the_approver_reads_it_too(ada, ben, fay, client_of, monkeypatch):
    version = make_submitted_quote()
    send_all_to_picky(monkeypatch, by=fay, at=AT)
    html = client_of(ben).get(f"/quotes/{version.quote.number}/v{version.number}/").content.decode()
    assert "Billing cannot bill this as agreed, so it cannot be approved" in html
    assert "One line for each of the 2 combinations instead" in html


def page_of(version) -> str:
    return f"/quotes/{version.quote.number}/v{version.number}/"


def status_of(version) -> str:
    return QuoteVersion.objects.get(pk=version.pk).status


def test_the_approver_asks_for_the_alternative_and_the_seller_puts_it_in_a_new_draft(
    ada, ben, fay, client_of, monkeypatch
):
    version = make_submitted_quote()
    send_all_to_picky(monkeypatch, by=fay, at=AT)
    [asked] = forms_of(client_of(ben).get(page_of(version)), "wish-1")
    assert asked["sha256"] == version.sha256
    answer = client_of(ben).post(f"{page_of(version)}decision/", {**asked, "decision": "request_changes"})
    assert (answer.status_code, status_of(version)) == (303, "changes_requested")
    version.refresh_from_db()
    assert version.closed_note.startswith(
        "Price by dimension values (Model tokens): One line for each of the 2 combinations"
    )

    [wanted] = forms_of(client_of(ada).get(page_of(version)), "instead-1")
    assert wanted == {"place": MATRIX}
    response = client_of(ada).post(f"{page_of(version)}alternative/", wanted, headers={"HX-Request": "true"})
    assert response.headers["HX-Redirect"] == f"/quotes/{version.quote.number}/"
    draft = version.quote.versions.get(status="draft")
    assert draft.lines.filter(key__startswith="tokens-").count() == 2
    assert (status_of(version), priced(draft, at=AT).problems) == ("superseded", ())
    assert forms_of(client_of(ada).get(page_of(version)), "instead-1") == []


def test_the_seller_takes_an_approved_version_further_while_it_stays_good(ada, fay, client_of, monkeypatch):
    version = approved(make_submitted_quote())
    send_all_to_picky(monkeypatch, by=fay, at=AT)
    answer = client_of(ada).post(f"{page_of(version)}alternative/", {"place": MATRIX})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/quotes/{version.quote.number}/")
    assert (status_of(version), version.quote.versions.get(status="draft").lines.count()) == ("approved", 5)
    assert forms_of(client_of(ada).get(page_of(version)), "instead-1") == []


def test_what_cannot_be_done_makes_no_draft(ada, ben, eve, fay, client_of, monkeypatch):
    version = make_submitted_quote()
    send_all_to_picky(monkeypatch, by=fay, at=AT)
    url = f"{page_of(version)}alternative/"
    for person, place, status in ((eve, MATRIX, 404), (ben, MATRIX, 409), (ada, "volume@charges[0].price", 409)):
        assert client_of(person).post(url, {"place": place}).status_code == status
    assert client_of(ada).get(url).status_code == 405
    assert (status_of(version), version.quote.versions.count()) == ("submitted", 1)


def forms_of(response, button: str) -> list[dict[str, str]]:
    """The fields of the form with this button, without the token."""
    forms = re.findall(r"<form\b.*?</form>", response.content.decode(), re.DOTALL)
    fields = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')
    found = [dict(fields.findall(form)) for form in forms if f'id="{button}"' in form]
    return [{name: unescape(value) for name, value in one.items() if name != "csrfmiddlewaretoken"} for one in found]
