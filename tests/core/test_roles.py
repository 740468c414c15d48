import pytest

from core.roles import ROLE_NAMES, ROLES, Permission, may
from tests.conftest import make_person

P = Permission

READS = {P.SEE_CUSTOMERS, P.SEE_MARGIN, P.SEE_CATALOG, P.SEE_CONTRACTS}

MAY = {
    "ada": READS
    | {P.EDIT_CUSTOMERS, P.SEE_OWN_QUOTES, P.EDIT_QUOTES, P.COMMENT_ON_QUOTES, P.SEE_RULES}
    | {P.SEE_DOCUMENTS},
    "ben": READS
    | {P.COMMENT_ON_QUOTES, P.SEE_DOCUMENTS, P.EDIT_DOCUMENTS}
    | {P.SEE_ALL_QUOTES, P.DECIDE_APPROVALS, P.SEE_AUDIT, P.SEE_MAIL, P.SEE_RULES, P.EDIT_RULES, P.RUN_FORECASTS},
    "ivo": {P.SEE_CUSTOMERS, P.SEE_CATALOG, P.SEE_CONTRACTS, P.IMPORT_USAGE, P.MANAGE_WEBHOOKS},
    "mia": {P.MANAGE_PEOPLE, P.MANAGE_WEBHOOKS, P.MANAGE_CONNECTIONS},
    "dan": set(),
}


@pytest.mark.parametrize("username", MAY)
def test_who_may_do_what(db, username):
    person = make_person(username)
    assert {permission for permission in Permission if may(person, permission)} == MAY[username]


def test_nobody_both_sells_and_decides():
    assert [role for role, held in ROLES.items() if {P.EDIT_QUOTES, P.DECIDE_APPROVALS} <= held] == []


def test_every_role_has_a_name():
    assert set(ROLE_NAMES) == set(ROLES)


def test_an_unknown_role_and_a_stranger_hold_nothing(dan):
    dan.roles = ["owner"]
    assert not any(may(dan, permission) for permission in Permission)
    assert not any(may(object(), permission) for permission in Permission)
