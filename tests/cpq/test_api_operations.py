"""Every operation of the API x every person, called with its own example. A new operation fails until it has its row.

Each row has the operation, what it names, to whom it answers alike, and with what status; the letters are those of
test_matrix.py. Who may see a thing but not do that is refused with 403 or 409, everyone else with 404.
"""

import json
import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.db import transaction
from django.test import Client
from django.urls import resolve
from django.utils.timezone import now
from jsonschema import Draft202012Validator

from core.api.fields import parts_of
from core.api_keys import create_key
from core.models import WebhookMessage
from core.roles import FOR_PEOPLE, Scope, scopes_of
from docs.api import SCHEMA
from quotes.models import QuoteVersion
from tests.conftest import make_person
from tests.cpq.world import LETTERS, session_of, world  # noqa: F401 - the fixture
from tests.factories import AT

pytestmark = pytest.mark.django_db

MATRIX = """
audit_log_get               -               BF      200
whole_catalog_get           -               AEBFPI  200
books_get                   -               AEBFPI  200
book_get                    book            AEBFPI  200
catalog_plan_post           -               P       422
catalog_application_post    -               P       422
book_delete                 book            P       409
book_publication_post       book            FP      409
book_retirement_post        book            FP      201
book_versions_post          book            P       201
book_promotion_post         book            P       409
customers_get               -               AEBFPI  200
customers_post              -               AEP     201
customer_imports_post       -               AEP     201
one_customer_get            customer        AEBFPI  200
one_customer_patch          customer        AEP     200
contacts_get                customer        AEBFPI  200
contacts_post               customer        AEP     201
contact_get                 contact         AEBFPI  200
contact_put                 contact         AEP     200
contact_delete              contact         AEP     409
usage_get                   customer        AEBFPI  200
usage_hours_get             customer        AEBFPI  422
events_post                 -               PI      200
forecast_get                customer        AEBFPI  200
scenarios_get               customer        AEBFPI  200
scenarios_post              customer        AEP     201
scenario_get                scenario        AEBFPI  200
scenario_put                scenario        AEP     200
scenario_delete             scenario        AEP     204
portfolios_get              -               AEBFPI  200
portfolios_post             -               BFP     409
portfolio_get               portfolio       AEBFPI  200
portfolio_cancellation_post portfolio       BFP     201
portfolio_resumption_post   portfolio       BFP     202
price_post                  -               AEBFPI  200
quotes_get                  -               AEBFP   200
quotes_post                 -               AE      201
one_quote_get               draft           ABFP    200
version_get                 draft           ABFP    200
version_patch               draft           A       200
lines_get                   draft           ABFP    200
lines_post                  draft           A       201
lines_patch                 draft           A       200
line_get                    draft           ABFP    200
line_patch                  draft           A       200
line_delete                 draft           A       200
explanation_get             draft           ABFP    200
document_get                submitted_quote ABFP    200
templates_get               -               AE      200
template_delete             template        A       204
template_quotes_post        template        AE      201
version_templates_post      draft           A       201
copies_post                 draft           A       201
advice_get                  draft           ABFP    200
assumptions_get             draft           ABFP    200
plan_put                    draft           A       200
forecast_anew_post          draft           A       201
undo_post                   draft           A       201
redo_post                   draft           ABFP    409
version_package_delete      draft           A       200
texts_get                   draft           ABFP    200
texts_post                  draft           A       201
text_patch                  text            A       200
text_delete                 text            A       200
position_put                draft           A       200
line_year_patch             draft           A       422
target_post                 draft           A       201
batches_post                draft           A       201
substitutions_post          draft           A       412
rows_plan_post              draft           ABFP    200
rows_post                   draft           A       201
links_get                   sent            ABFP    200
links_post                  sent            A       201
link_delete                 link            A       204
link_mails_post             link            ABFP    409
alternative_post            submitted_quote ABFP    409
sellers_get                 -               AEBFP   200
sellers_post                -               P       201
seller_get                  seller          AEBFP   200
seller_patch                seller          P       200
seller_logo_put             seller          P       200
seller_logo_delete          seller          P       204
saved_views_get             -               AEBFP   200
saved_views_post            -               AEBFP   201
saved_view_get              view            A       200
saved_view_patch            view            A       200
saved_view_delete           view            A       204
usage_imports_get           -               PI      200
usage_imports_post          -               PI      415
usage_import_get            import          PI      200
usage_import_delete         import          PI      409
usage_import_preview_post   import          PI      409
usage_import_recording_post import          PI      409
usage_import_rejections_get import          PI      200
ways_get                    draft           ABFP    200
explorations_post           draft           ABFP    200
version_scenarios_get       draft           ABFP    200
version_scenario_get        draft           ABFP    200
version_scenario_put        draft           A       200
version_scenario_delete     draft           A       200
scenario_drivers_post       draft           A       201
replay_get                  draft           ABFP    200
comments_get                draft           ABFP    200
comments_post               draft           ABFP    201
comment_delete              comment         A       204
comment_resolution_post     comment         ABFP    201
comment_resolution_delete   comment         ABFP    409
customer_messages_get       sent            ABFP    200
message_answer_post         message         A       201
questions_get               submitted_quote ABFP    200
questions_post              submitted_quote BF      201
question_answer_post        question_quote  A       201
approvals_get               -               BF      200
deciders_get                -               AEBFP   200
stand_ins_get               -               BF      200
stand_ins_post              -               B       201
stand_in_delete             stand_in        B       204
reassignment_post           submitted_quote B       201
further_approvals_post      submitted_quote ABF     201
approval_rules_get          -               AEBFP   200
approval_rules_post         -               BP      201
approval_rule_get           rule            AEBFP   200
rule_drafts_post            rule            BP      201
rule_version_get            rule_draft      AEBFP   200
rule_version_patch          rule_draft      BP      200
rule_version_delete         rule_draft      BP      204
rule_publication_post       rule_draft      FP      201
rule_retirement_post        rule            FP      201
clauses_get                 -               AEBFP   200
clauses_post                -               BP      201
clause_get                  clause          AEBFP   200
clause_drafts_post          clause          BP      201
clause_version_get          clause_draft    AEBFP   200
clause_version_patch        clause_draft    BP      200
clause_version_delete       clause_draft    BP      204
clause_publication_post     clause_draft    FP      201
clause_retirement_post      clause          FP      201
layouts_get                 -               AEBFP   200
layouts_post                -               BP      201
layout_get                  layout          AEBFP   200
layout_drafts_post          layout          BP      201
layout_version_get          layout_draft    AEBFP   200
layout_version_patch        layout_draft    BP      200
layout_version_delete       layout_draft    BP      204
layout_publication_post     layout_draft    FP      201
layout_retirement_post      layout          FP      201
notices_get                 -               AEBFPIMD 200
notices_reading_post        -               AEBFPIMD 204
notice_reading_post         notice          A       201
notice_ways_get             -               AEBFPIMD 200
notice_ways_patch           -               AEBFP   200
mails_get                   -               BF      200
mail_get                    letter          BF      200
mail_resending_post         letter          BF      409
contract_changes_get        contract        ABFI    200
contract_changes_post       contract        A       201
opportunities_get           -               AEBFP   200
quote_opportunity_get       draft           ABFP    200
quote_opportunity_put       draft           A       200
quote_opportunity_delete    draft           A       200
submission_post             draft           A       201
withdrawal_post             draft           A       201
revision_post               submitted_quote A       201
decisions_get               submitted_quote ABFP    200
decisions_post              submitted_quote B       201
sending_post                submitted_quote ABFP    409
countersignature_post       sent            ABFP    409
acceptance_post             sent            A       201
crm_mappings_get            -               IM      200
crm_connections_get         -               IM      200
crm_connections_post        -               IM      201
crm_connection_get          crm             IM      200
crm_connection_patch        crm             IM      200
crm_connection_delete       crm             IM      204
crm_address_post            crm             IM      201
crm_secrets_post            crm             IM      201
crm_disabling_post          crm             IM      201
crm_disabling_delete        crm             IM      204
crm_mapping_get             crm             IM      200
crm_mapping_put             crm             IM      200
crm_preview_get             crm             IM      200
crm_messages_get            crm             IM      200
webhook_put                 webhook         IM      200
webhook_disabling_post      webhook         IM      201
webhook_disabling_delete    webhook         IM      204
webhook_tests_post          webhook         IM      201
webhooks_get                -               IM      200
webhooks_post               -               IM      201
webhook_get                 webhook         IM      200
webhook_delete              webhook         IM      204
webhook_secrets_post        webhook         IM      201
webhook_messages_get        webhook         IM      200
webhook_replays_post        webhook         AEBFPIMD 404
contract_list_get           -               AEBFI   200
contract_detail_get         contract        ABFI    200
delivery_retry_post         contract        F       409
delivery_check_post         contract        F       409
delivery_solution_post      contract        F       409
billing_systems_get         -               FM      200
billing_connections_get     -               FM      200
billing_connections_post    -               FM      201
billing_connection_get      account         FM      200
billing_connection_patch    account         FM      200
billing_connection_delete   account         FM      204
billing_secrets_post        account         FM      201
billing_tests_post          account         FM      201
billing_routes_get          -               FM      200
billing_routes_put          -               FM      200
"""
ROWS = [row.split() for row in MATRIX.strip().splitlines()]
STORED = json.loads(SCHEMA.read_text())
OPERATIONS = {
    one["operationId"]: (method, path, one) for path, each in STORED["paths"].items() for method, one in each.items()
}


MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[^\" ]*")
DAYS = {name: str((now() + timedelta(days=days)).date()) for name, days in (("first", 30), ("last", 40))}


def test_every_operation_has_its_row():
    assert sorted(name for name, *_ in ROWS) == sorted(OPERATIONS)


def address(path, names, things):
    """The path with what the world has under these names."""
    for name, value in {
        "version": 1,
        "version_number": 1,
        "key": "seats",
        "message": 0,
        "package": "hybrid",
        "year": 2,
        **things.get(names, {}),
    }.items():
        path = path.replace(f"{{{'id' if name == 'pk' else name}}}", str(value))
    return path


def example_of(operation, known):
    """The content type and the first example, with what is `known` in the test for the names of that."""
    for kind, content in operation.get("requestBody", {}).get("content", {}).items():
        for example in content.get("examples", {}).values():
            value = example["value"]
            if isinstance(value, dict):
                value = {name: known.get(name, one) for name, one in value.items()}
            return kind, value if isinstance(value, str) else json.dumps(value)
    return "application/json", "{}"


def sha256_of(thing, things):
    number = things.get(thing, {}).get("number", "")
    return QuoteVersion.objects.filter(quote__number=number).values_list("sha256", flat=True).first() or "0" * 64


def call(name, thing, things, headers):
    method, path, operation = OPERATIONS[name]
    known = {"sha256": sha256_of(thing, things), "scenario": things["scenario"]["pk"], **DAYS}
    kind, body = example_of(operation, known)
    with transaction.atomic():
        answer = Client(raise_request_exception=False).generic(
            method.upper(),
            address(path, thing, things),
            "" if method == "get" else body,
            content_type=kind,
            headers={name: value for name, value in {"If-Match": "*", **headers}.items() if value is not None},
        )
        transaction.set_rollback(True)
    return answer


def unlike_described(name, answer):
    """Where an answer of JSON is not what the description says of it."""
    responses = OPERATIONS[name][2]["responses"]
    described = responses.get(str(answer.status_code)) or responses[f"{answer.status_code // 100}XX"]
    if "$ref" in described:
        described = STORED["components"]["responses"][described["$ref"].rpartition("/")[2]]
    shape = described.get("content", {}).get(answer.headers.get("Content-Type"), {}).get("schema", {})
    if "json" not in answer.headers.get("Content-Type", ""):
        return []
    whole = {**shape, "components": STORED["components"]}
    return [f"{one.json_path}: {one.message[:200]}" for one in Draft202012Validator(whole).iter_errors(answer.json())]


@pytest.mark.long
def test_who_may_do_what(world):  # noqa: F811
    sessions = {letter: session_of(world["people"][username]) for letter, username in LETTERS.items()}
    got = []
    for name, thing, who, _ in ROWS:
        answers = {letter: call(name, thing, world, {"Cookie": f"sessionid={sessions[letter]}"}) for letter in sessions}
        assert call(name, thing, world, {}).status_code == 401, name
        unlike = [told for answer in answers.values() for told in unlike_described(name, answer)]
        assert unlike == [], name
        first = answers[who[0]].status_code
        may = "".join(letter for letter, answer in answers.items() if answer.status_code == first)
        got.append([name, thing, may, str(first)])
        for answer in answers.values():
            assert answer.status_code < 500, name
    assert [row for row in got if row not in ROWS] == []
    assert got == ROWS


@pytest.mark.long
def test_a_key_does_only_what_its_scope_says(world):  # noqa: F811
    """By a key that has every scope but the one, nothing of it is opened; by the one alone, that much."""
    ada = make_person("ada")
    ada.roles = ["sales", "deal_desk", "finance", "pricing_ops", "integrator", "admin"]
    ada.save()
    every = scopes_of(ada)
    assert set(every) == set(Scope)
    for name, thing, *_ in ROWS:
        [needed] = OPERATIONS[name][2]["security"][0]["apiKey"]
        headers = {"Authorization": f"Bearer {key(ada, [scope for scope in every if scope != needed])}"}
        answer = call(name, thing, world, headers)
        assert (answer.status_code, answer.json()["type"]) == (403, "urn:quantile:problem:scope-missing"), name
        headers = {"Authorization": f"Bearer {key(ada, [needed])}"}
        assert call(name, thing, world, headers).status_code not in (401, 403), name


def test_an_agent_is_sent_to_a_person(world):  # noqa: F811
    ada = make_person("ada")
    agent = key(ada, [scope for scope in scopes_of(ada) if scope not in FOR_PEOPLE], agent=True)
    found = {}
    for name, thing, *_ in ROWS:
        [needed] = OPERATIONS[name][2]["security"][0]["apiKey"]
        if needed in FOR_PEOPLE:
            answer = call(name, thing, world, {"Authorization": f"Bearer {agent}"}).json()
            found[name] = (answer["type"].rpartition(":")[2], len(urlsplit(answer["decide_at"]).path) > 1)
    assert set(found.values()) == {("person-needed", True)}
    assert len(found) == 75


def test_moments_look_alike(world):  # noqa: F811
    """In answers and in the messages of webhooks: RFC 3339 in UTC."""
    bodies = list(WebhookMessage.objects.values_list("body", flat=True))
    bodies += [answer.getvalue().decode("utf-8", "replace") for _, answer in reads(world)]
    found = [moment for body in bodies for moment in MOMENT.findall(body)]
    assert len(found) > 50
    assert [moment for moment in found if not re.fullmatch(r"[0-9-]{10}T[0-9:]{8}(\.[0-9]+)?Z", moment)] == []


def test_nothing_is_answered_that_is_not_declared(world):  # noqa: F811
    """So that a list without rows knows the fields of those with rows."""
    found = []
    for path, answer in reads(world):
        if answer["Content-Type"] == "application/json" and answer.status_code == 200:
            view = resolve(path).func.view_class()
            view.setup(answer.wsgi_request)
            found += [f"{path} {name}" for name in undeclared(answer.json(), view.declared())]
    assert found == []


def test_what_needs_a_tag_says_so(world):  # noqa: F811
    """Exactly where the description has 428, nothing is done without If-Match."""
    asked, described = set(), set()
    for name, thing, who, _ in ROWS:
        headers = {"Cookie": f"sessionid={session_of(world['people'][LETTERS[who[0]]])}", "If-Match": None}
        if not name.endswith("_get"):
            asked |= {name} if call(name, thing, world, headers).status_code == 428 else set()
            described |= {name} if "428" in OPERATIONS[name][2]["responses"] else set()
    assert (asked - described, described - asked) == (set(), set())
    assert len(described) > 30


def test_what_has_a_tag_is_not_removed_by_an_old_one(world):  # noqa: F811
    tagged = {path for path, answer in reads(world) if "ETag" in answer and answer.status_code == 200}
    got = {}
    for name, thing, who, status in ROWS:
        if name.endswith("_delete") and address(OPERATIONS[name][1], thing, world) in tagged:
            cookie = {"Cookie": f"sessionid={session_of(world['people'][LETTERS[who[0]]])}"}
            old, any_ = (call(name, thing, world, {**cookie, "If-Match": tag}).status_code for tag in ('"old"', "*"))
            got[name] = (old, str(any_) == status)
    assert set(got.values()) == {(412, True)}
    assert len(got) > 8


def undeclared(data, shape, name=""):
    known = parts_of(shape)
    rows = data if isinstance(data, list) else [data]
    for row in [one for one in rows if isinstance(one, dict) and known]:
        for part, value in row.items():
            below = f"{name}.{part}"
            yield from undeclared(value, known[part], below) if part in known else [below]


def reads(things):
    """The address and answer of every GET, by the first who may."""
    for name, thing, who, _ in ROWS:
        if name.endswith("_get"):
            headers = {"Cookie": f"sessionid={session_of(things['people'][LETTERS[who[0]]])}"}
            yield address(OPERATIONS[name][1], thing, things), call(name, thing, things, headers)


def key(owner, scopes, agent=False):
    return create_key(owner=owner, name="k", scopes=scopes, expires_at=None, by=owner, at=AT, agent=agent).text
