from decimal import Decimal

import pytest

from catalog.models import Package, Price
from core.audit import history
from core.errors import Conflict, Invalid, Refused
from quotes.actions.lines import add_package, add_price, edit_line, remove_line
from quotes.actions.outline import move_row
from quotes.models import QuoteLine, QuoteVersion
from tests.factories import AT, make_draft_quote, make_submitted_quote
from tests.quotes.views.deals import a_draft, stored

pytestmark = pytest.mark.django_db


def keys_of(version: QuoteVersion) -> list[str]:
    return list(version.lines.order_by("position").values_list("key", flat=True))


def line_of(version: QuoteVersion, key: str) -> QuoteLine:
    return QuoteLine.objects.select_related("version").get(version=version, key=key)


def test_a_package_brings_its_required_components_at_their_quantities():
    draft = make_draft_quote()
    assert keys_of(draft) == ["platform", "seats", "tokens", "prepaid"]
    assert line_of(draft, "seats").component["quantity"]["value"] == "40"
    assert draft.committed_total == Decimal("53_920.00")


def test_a_package_twice_has_its_own_keys_and_references(ada):
    draft = make_draft_quote()
    again = add_package(draft, package=Package.objects.get(code="hybrid"), by=ada, at=AT)
    assert keys_of(again)[4:] == ["platform-2", "seats-2", "tokens-2", "prepaid-2"]
    assert line_of(again, "prepaid-2").component["scope"]["charges"] == ["tokens-2"]
    assert line_of(again, "prepaid").component["scope"]["charges"] == ["tokens"]


def test_a_single_price_goes_to_the_end(ada):
    draft = make_draft_quote()
    done = add_price(draft, price=Price.objects.get(key="onboarding"), by=ada, at=AT)
    assert keys_of(done)[-1] == "onboarding"
    assert line_of(done, "onboarding").part.package.code == "hybrid"
    assert done.committed_total == Decimal("65_920.00")


def test_a_quantity_changes_the_committed_total(ada):
    draft = make_draft_quote()
    done = edit_line(line_of(draft, "seats"), by=ada, at=AT, quantity=Decimal(50))
    assert done.committed_total == Decimal("57_400.00")
    entry = history(f"quote:{draft.quote.number}").last()
    assert (entry.verb, entry.data["line"], list(entry.data["changes"])) == ("edit_line", "seats", ["quantity"])


@pytest.mark.parametrize(
    ("key", "changes", "errors"),
    [
        ("seats", {"quantity": Decimal(4)}, {"quantity": "The smallest quantity is 5; you gave 4."}),
        ("seats", {"quantity": Decimal(5001)}, {"quantity": "The largest quantity is 5,000; you gave 5,001."}),
        ("seats", {"quantity": Decimal("5.5")}, {"quantity": "The quantity goes in steps of 1 from 5; take 5 or 6."}),
        ("platform", {"quantity": Decimal(-1)}, {"quantity": "The quantity is between 0 and 1,000,000,000,000."}),
        (
            "tokens",
            {"quantity": Decimal(1)},
            {"quantity": "What is metered is forecast, not set; change the included usage or the assumption instead."},
        ),
        (
            "seats",
            {"allowance": Decimal(1)},
            {"allowance": "Only metered lines include usage; lower the quantity instead."},
        ),
        ("seats", {"discount_percent": Decimal(101)}, {"discount_percent": "A discount is between 0 and 100 %."}),
        (
            "prepaid",
            {"discount_percent": Decimal(5)},
            {"discount_percent": "Credits and commitments take no discount; change what is paid for them instead."},
        ),
        ("seats", {"name": " "}, {"name": "Give a name of 1 to 120 characters."}),
        ("seats", {"prices": {"unit": Decimal(-1)}}, {"prices.unit": "A price is between 0 and 1,000,000,000,000."}),
        (
            "seats",
            {"prices": {"fee": Decimal(1)}},
            {"prices.fee": "This line has no such price; load the page again."},
        ),
        (
            "seats",
            {"prices": {"unit": Decimal("0.0000000000001")}},
            {"price.unit": "price.unit has more than 12 decimals; round it to 12."},
        ),
    ],
)
def test_what_a_line_does_not_take(ada, key, changes, errors):
    draft = make_draft_quote()
    before = line_of(draft, key)
    with pytest.raises(Invalid) as caught:
        edit_line(before, by=ada, at=AT, **changes)
    assert caught.value.errors == errors
    after = line_of(draft, key)
    assert (after.component, after.discount_percent) == (before.component, before.discount_percent)
    assert QuoteVersion.objects.get(pk=draft.pk).edit_number == draft.edit_number


def test_a_price_is_overridden_in_the_unit_shown(ada):
    draft = make_draft_quote()
    edit_line(line_of(draft, "tokens"), by=ada, at=AT, prices={"cells/1/price/unit": Decimal("12.5")})
    line = line_of(draft, "tokens")
    assert line.component["price"]["cells"][1]["price"]["unit"] == "0.0000125"
    assert line.list_component["price"]["cells"][1]["price"]["unit"] == "0.000015"


def test_credits_keep_their_ratio_when_their_size_changes(ada):
    draft = make_draft_quote()
    edit_line(line_of(draft, "prepaid"), by=ada, at=AT, quantity=Decimal(21000))
    component = line_of(draft, "prepaid").component
    assert (component["amount"], component["purchase"]) == ("21000", "20000")


def test_included_usage_can_be_given_and_taken_away(ada):
    draft = make_draft_quote()
    done = edit_line(line_of(draft, "tokens"), by=ada, at=AT, allowance=Decimal(100_000_000))
    assert line_of(done, "tokens").component["allowance"] == {"quantity": "100000000", "reset": "month"}
    done = edit_line(line_of(done, "tokens"), by=ada, at=AT, allowance=Decimal(0))
    assert "allowance" not in line_of(done, "tokens").component


def test_a_line_that_credits_pay_for_stays_while_they_do(ada):
    draft = make_draft_quote()
    with pytest.raises(Refused) as caught:
        remove_line(line_of(draft, "tokens"), by=ada, at=AT)
    assert caught.value.sentence == "“Prepaid credits” applies to this line; remove that first."
    draft = remove_line(line_of(draft, "prepaid"), by=ada, at=AT)
    draft = remove_line(line_of(draft, "tokens"), by=ada, at=AT)
    assert keys_of(draft) == ["platform", "seats"]
    assert draft.forecast_run is None


@pytest.mark.parametrize(
    ("key", "to", "order"),
    [
        ("prepaid", 1, ["prepaid", "platform", "seats", "tokens"]),
        ("platform", 4, ["seats", "tokens", "prepaid", "platform"]),
        ("seats", 2, ["platform", "seats", "tokens", "prepaid"]),
    ],
)
def test_lines_move(ada, key, to, order):
    draft = make_draft_quote()
    done = move_row(draft, key=key, to=to, by=ada, at=AT)
    assert keys_of(done) == order
    assert list(done.lines.order_by("position").values_list("position", flat=True)) == [1, 2, 3, 4]
    assert done.committed_total == draft.committed_total


def test_there_is_no_fifth_place(ada):
    draft = make_draft_quote()
    with pytest.raises(Invalid):
        move_row(draft, key="seats", to=5, by=ada, at=AT)


def test_a_stale_edit_of_a_line_is_a_conflict(ada):
    draft = make_draft_quote()
    seen = line_of(draft, "seats")
    edit_line(seen, by=ada, at=AT, quantity=Decimal(50))
    with pytest.raises(Conflict):
        edit_line(seen, by=ada, at=AT, quantity=Decimal(60))
    assert line_of(draft, "seats").component["quantity"]["value"] == "50"


@pytest.mark.parametrize("person", ["ben", "fay", "pia", "eve", "dan"])
def test_nobody_else_touches_lines(person, request):
    draft = make_draft_quote()
    someone = request.getfixturevalue(person)
    for act in (
        lambda: edit_line(line_of(draft, "seats"), by=someone, at=AT, quantity=Decimal(50)),
        lambda: remove_line(line_of(draft, "prepaid"), by=someone, at=AT),
        lambda: move_row(draft, key="seats", to=1, by=someone, at=AT),
        lambda: add_price(draft, price=Price.objects.get(key="onboarding"), by=someone, at=AT),
        lambda: add_package(draft, package=Package.objects.get(code="hybrid"), by=someone, at=AT),
    ):
        with pytest.raises(Refused):
            act()
    assert keys_of(draft) == ["platform", "seats", "tokens", "prepaid"]


def test_lines_of_a_submitted_version_are_frozen(ada):
    version = make_submitted_quote()
    with pytest.raises(Refused):
        edit_line(line_of(version, "seats"), by=ada, at=AT, quantity=Decimal(50))


def test_a_credit_does_not_come_before_what_it_applies_to(ada):
    version = a_draft(ada)
    before = stored(version)
    prepaid = version.price_book.prices.get(key="prepaid")
    with pytest.raises(Refused) as refused:
        add_price(version, price=prepaid, by=ada, at=AT)
    assert refused.value.sentence == ("It applies to Model tokens, which is not part of this quote; add that first.")
    assert stored(version) == before
    version = add_price(version, price=version.price_book.prices.get(key="tokens"), by=ada, at=AT)
    assert add_price(version, price=prepaid, by=ada, at=AT).lines.count() == 4
