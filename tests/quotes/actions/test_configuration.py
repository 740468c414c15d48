"""Rules and packages while a seller builds a quote: what is added, what is refused, what keeps it from submission."""

from decimal import Decimal

import pytest

from catalog.models import Package
from core.errors import Invalid, Refused
from quotes.actions.lines import add_package, edit_line, remove_line, remove_package
from quotes.actions.versions import revise, submit
from quotes.queries.priced import price
from tests.factories import AT
from tests.quotes.configured import add, contents, line_of, make_ruled_quote, set_seats

pytestmark = pytest.mark.django_db


def problems(version):
    return [problem.sentence for problem in price(version).problems]


def test_a_package_starts_with_the_first_of_a_required_group(ada):
    draft = make_ruled_quote()
    assert contents(draft) == {"seats": "10", "basic": "1"}
    assert problems(draft) == []


def test_a_rule_adds_a_line_keeps_its_quantity_and_takes_it_off_again(ada):
    draft = set_seats(make_ruled_quote(), 60)
    assert contents(draft) == {"seats": "60", "basic": "1", "audit": "60"}
    assert draft.committed_total == 12 * (60 * 30 + 100 + 60)
    assert contents(set_seats(draft, 75))["audit"] == "75"
    draft.refresh_from_db()
    assert contents(set_seats(draft, 50)) == {"seats": "50", "basic": "1"}


def test_what_a_rule_added_is_not_removed_or_recounted_by_hand(ada):
    draft = set_seats(make_ruled_quote(), 60)
    audit = line_of(draft, "audit")
    with pytest.raises(Refused, match="A rule of the price book adds this line: Teams over 50 seats are audited"):
        remove_line(audit, by=ada, at=AT)
    with pytest.raises(Invalid, match="A rule sets this quantity: Teams over 50 seats are audited"):
        edit_line(audit, by=ada, at=AT, quantity=Decimal(5))
    assert contents(draft)["audit"] == "60"
    cheaper = edit_line(audit, by=ada, at=AT, discount_percent=Decimal(5))
    assert line_of(set_seats(cheaper, 80), "audit").discount_percent == 5


def test_a_new_version_keeps_what_rules_added(ada):
    draft = set_seats(make_ruled_quote(), 60)
    again = revise(submit(draft, by=ada, at=AT), by=ada, at=AT)
    assert contents(again) == {"seats": "60", "basic": "1", "audit": "60"}
    assert line_of(again, "audit").rule == "audited"


def test_all_problems_at_once_keep_it_from_submission(ada):
    draft = set_seats(make_ruled_quote(), 120)
    draft = add(draft, "ai")
    draft = edit_line(line_of(draft, "ai"), by=ada, at=AT, quantity=Decimal(121))
    expected = [
        "There is one AI add-on per seat at most. AI add-on: at most 120; there are 121.",
        "With more than 100 seats support is premium. Choose premium support.",
    ]
    assert problems(draft) == expected
    with pytest.raises(Refused, match=r"at most 120.*support is premium"):
        submit(draft, by=ada, at=AT)
    draft.refresh_from_db()
    assert (draft.status, draft.sha256) == ("draft", "")


def test_what_would_break_a_rule_is_refused_and_changes_nothing(ada):
    draft = make_ruled_quote()
    before = contents(draft)
    with pytest.raises(Refused, match=r"^Basic support is self-service\.$"):
        add(draft, "onboarding")
    with pytest.raises(Refused, match="The package Team takes one of a group: remove Basic support first"):
        add(draft, "premium")
    assert contents(draft) == before
    draft.refresh_from_db()
    assert draft.edit_number == 2


def test_a_package_needs_its_parts_and_one_of_a_group(ada):
    draft = make_ruled_quote()
    draft = remove_line(line_of(draft, "basic"), by=ada, at=AT)
    draft = remove_line(line_of(draft, "seats"), by=ada, at=AT)
    assert problems(draft) == ["Add at least one line."]
    draft = add_package(draft, package=Package.objects.get(code="team"), by=ada, at=AT)
    draft = remove_line(line_of(draft, "seats"), by=ada, at=AT)
    assert problems(draft) == ["The package Team needs Seats. Add it, or remove the whole package."]
    draft = add(draft, "seats")
    draft = remove_line(line_of(draft, "basic"), by=ada, at=AT)
    assert problems(draft) == [
        "The package Team needs one of Basic support or Premium support. Add one of them.",
    ]
    assert problems(add(draft, "premium")) == []


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (4, "The smallest quantity is 5; you gave 4."),
        (505, "The largest quantity is 500; you gave 505."),
        (12, "The quantity goes in steps of 5 from 5; take 10 or 15."),
    ],
)
def test_quantities_keep_to_the_package(ada, count, said):
    draft = make_ruled_quote()
    with pytest.raises(Invalid) as problem:
        set_seats(draft, count)
    assert problem.value.errors == {"quantity": said}
    assert contents(draft)["seats"] == "10"


def test_a_whole_package_leaves_at_once(ada):
    draft = remove_package(make_ruled_quote(), package=Package.objects.get(code="team"), by=ada, at=AT)
    assert contents(draft) == {}
    with pytest.raises(Invalid, match="Team is not on this quote any more"):
        remove_package(draft, package=Package.objects.get(code="team"), by=ada, at=AT)
