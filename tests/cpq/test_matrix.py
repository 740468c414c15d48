"""Every address x every person: who gets through the one door. A new address fails here until it has its row.

Each row has an address, what it names, and a letter for each person who gets through: Ada (whose everything is), Eve
(another seller), Ben, Fay, Pia, Ivo, Mia (accounts), Dan (an account without a role) and 0 (signed out). "staff" are
all whose work is deals, "all" have an account, "open" is the whole world. Getting through is not being allowed: what a
person may see but not do is refused with a sentence, and not with 404.
"""

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.cpq.world import LETTERS, arguments, session_of, world  # noqa: F401 - the fixture

pytestmark = pytest.mark.django_db

WORDS = {"-": "", "staff": "AEBFPI", "all": "AEBFPIMD", "open": "AEBFPIMD0"}
MATRIX = """
core:account             -                      all
core:password            -                      all
core:password_forgotten  -                      open
core:password_link       |uidb64=x&token=y      open
core:second_factor       -                      all
core:second_factor_end   -                      all
core:recovery_codes      -                      all
core:audit               -                      BF
core:home                -                      all
core:keys                -                      AEBFPIM
core:key_revocation      key                    I
core:login               -                      open
core:login_code          -                      -
core:notice_ways         -                      all
core:notices             -                      all
core:notices_reading     -                      all
core:notice_reading      notice                 A
core:oidc                -                      -
core:oidc_return         -                      -
core:logout              -                      -
core:mailbox             -                      BF
core:letter              letter                 BF
core:resending           letter                 BF
core:people              -                      M
core:person              person                 M
core:person_password_link person                M
core:person_second_factor_end person            M
core:person_identity_end person                 M
core:sessions            -                      all
core:sessions_end        -                      all
core:session_end         |name=none             -
core:styleguide          -                      AEBFPIM
core:webhooks            -                      IM
core:webhook             webhook                IM
core:webhook_replay      webhook|message=0      -
core:webhook_removal     webhook                IM
core:webhook_rotation    webhook                IM
core:webhook_switch      webhook                IM
core:webhook_test        webhook                IM
core:language            -                      open
core:theme               -                      open
customers:list           -                      staff
customers:new            -                      staff
customers:new_table      -                      staff
customers:choices        -                      staff
customers:detail         customer               staff
customers:edit           customer               staff
customers:new_contact    customer               staff
customers:edit_contact   contact                staff
customers:contact_removal contact               staff
catalog:overview         -                      staff
catalog:product          |code=seats            staff
catalog:book             book                   staff
catalog:changes          book                   staff
catalog:facts            book                   staff
catalog:publication      book                   staff
catalog:retirement       book                   staff
catalog:versions         book                   staff
catalog:promotion        book                   staff
catalog:discarding       book                   staff
catalog:new_price        book|kind=charge       staff
catalog:new_price_shape  book|kind=charge       staff
catalog:price            book|key=seats         staff
catalog:price_shape      book|key=seats         staff
catalog:price_removal    book|key=seats         staff
catalog:new_package      book                   staff
catalog:new_package_shape book                   staff
catalog:package          book|package=hybrid    staff
catalog:package_shape    book|package=hybrid    staff
catalog:package_removal  book|package=hybrid    staff
metering:usage           customer               staff
metering:usage_file      customer               staff
metering:panel           customer               staff
metering:customer_quality customer               staff
metering:quality         -                      staff
metering:sources         -                      PI
metering:reading         |name=none             -
metering:imports         -                      PI
metering:import          import                 PI
metering:looking         import                 PI
metering:recording       import                 PI
metering:discarding      import                 PI
metering:rejected        import                 PI
forecasting:forecast     customer               staff
forecasting:run          run                    staff
forecasting:scenarios    customer               staff
forecasting:scenario     scenario               staff
forecasting:scenario_removal scenario           staff
forecasting:drivers      scenario               staff
forecasting:driver       driver                 staff
forecasting:driver_removal driver               staff
forecasting:overview     -                      staff
forecasting:start        -                      staff
forecasting:portfolio    portfolio              staff
forecasting:cancellation portfolio              staff
forecasting:resumption   portfolio              staff
quotes:won               -                      AEBFP
quotes:scenario          draft                  ABFP
quotes:scenarios         sent                   ABFP
quotes:plan              draft                  ABFP
quotes:advisor           draft_version          ABFP
quotes:ways              draft_version          ABFP
quotes:months            draft_version          ABFP
catalog:words            |language=de            staff
quotes:exploration       draft                  ABFP
quotes:explorer          draft_version          ABFP
quotes:replay            sent                   ABFP
quotes:list              -                      AEBFP
quotes:sellers           -                      AEBFP
quotes:new_seller        -                      AEBFP
quotes:seller            seller                 AEBFP
quotes:seller_logo       seller                 AEBFP
quotes:editions          |kind=clauses          AEBFP
quotes:edition           clause                 AEBFP
quotes:edition_drafts    clause                 AEBFP
quotes:edition_retirement clause                AEBFP
quotes:edition_edits     clause_draft           AEBFP
quotes:edition_publication clause_draft         AEBFP
quotes:edition_discarding clause_draft          AEBFP
quotes:edition_preview   clause_draft           AEBFP
quotes:search            -                      staff
quotes:palette           -                      staff
quotes:list_file         -                      AEBFP
quotes:views             -                      AEBFP
quotes:view              view                   A
quotes:view_removal      view                   A
quotes:templates         -                      AE
quotes:template          template               AE
quotes:template_removal  template               AE
quotes:copies            draft_version          A
quotes:save_template     draft_version          A
quotes:new               -                      AE
quotes:new_guide         -                      AE
quotes:where_used        book                   AEBFP
quotes:home              -                      AEBFP
quotes:for_customer      customer               AEBFP
quotes:package_preview   book                   staff
quotes:approvals         -                      BF
quotes:analytics         -                      BF
quotes:margins_since     -                      BF
quotes:stand_ins         -                      BF
quotes:stand_in_end      stand_in               B
quotes:rules             -                      AEBFP
quotes:rule              rule                   AEBFP
quotes:rule_drafts       rule                   AEBFP
quotes:rule_retirement   rule                   AEBFP
quotes:rule_edits        rule_draft             AEBFP
quotes:rule_publication  rule_draft             AEBFP
quotes:rule_discarding   rule_draft             AEBFP
quotes:detail            draft                  ABFP
quotes:timeline          draft                  ABFP
quotes:edited            draft|first=2&last=2   ABFP
quotes:comments          draft                  ABFP
quotes:comment_removal   comment                ABFP
quotes:comment_resolution comment               ABFP
quotes:line_comments     line                   ABFP
quotes:opportunity       draft                  ABFP
quotes:opportunity_removal draft                ABFP
quotes:facts             draft                  ABFP
quotes:forecast          draft                  ABFP
quotes:avoidance         draft                  ABFP
quotes:packages          draft                  ABFP
quotes:package_removal   draft|package=hybrid   ABFP
quotes:prices            draft                  ABFP
quotes:assumptions       draft                  BFP
quotes:bulk              draft                  ABFP
quotes:bulk_fields       draft                  ABFP
quotes:bulk_removal      draft                  ABFP
quotes:fixes             draft                  ABFP
quotes:guide             draft                  ABFP
quotes:paste             draft                  ABFP
quotes:paste_application draft                  ABFP
quotes:paste_trial       draft                  ABFP
quotes:lines_csv         draft_version          ABFP
quotes:undo              draft                  ABFP
quotes:redo              draft                  ABFP
quotes:target            draft                  ABFP
quotes:presence          draft                  ABFP
quotes:texts             draft                  ABFP
quotes:text              text                   ABFP
quotes:text_panel        text                   ABFP
quotes:text_target       text                   ABFP
quotes:line_panel        line                   ABFP
quotes:line_year         line|year=2            ABFP
quotes:line_target       line                   ABFP
quotes:text_removal      text                   ABFP
quotes:text_position     text                   ABFP
quotes:line              line                   ABFP
quotes:removal           line                   ABFP
quotes:position          line                   ABFP
quotes:revocation        link                   ABFP
quotes:mailing           link                   ABFP
quotes:reply             message                ABFP
quotes:version           draft_version          ABFP
quotes:explanation       explained              ABFP
quotes:figure            draft_version|what=committed ABFP
quotes:changes           draft_version          ABFP
quotes:difference        draft_version          ABFP
quotes:submission        draft_version          ABFP
quotes:withdrawal        submitted              ABFP
quotes:revision          submitted              ABFP
quotes:alternative       submitted              ABFP
quotes:decision          submitted              BF
quotes:reassignment      submitted              BF
quotes:further_approval  submitted              ABFP
quotes:questions         submitted              ABFP
quotes:answer            question               ABFP
quotes:sending           sent                   ABFP
quotes:links             sent                   ABFP
quotes:countersignature  sent                   ABFP
quotes:document          sent                   ABFP
quotes:document_again    sent                   ABFP
quotes:room              -                      -
quotes:room_accept       -                      -
quotes:room_decline      -                      -
quotes:room_codes        -                      -
quotes:room_questions    -                      -
quotes:room_changes      -                      -
quotes:room_forwarding   -                      -
quotes:room_bill         -                      -
quotes:room_brand        -                      -
quotes:room_logo         -                      -
quotes:room_selection    -                      -
quotes:room_line         |key=seats             -
quotes:room_document     -                      -
quotes:room_snapshot     -                      -
quotes:room_enter        token                  open
billing:for_customer     customer               AEBFI
billing:stuck            -                      AEBFI
billing:contracts        -                      AEBFI
billing:contract         contract               ABFI
billing:changes          contract               ABFI
billing:terms            contract               ABFI
billing:retry            contract               ABFI
billing:solve            contract               ABFI
billing:check            contract               ABFI
billing:connections      -                      FM
billing:routes           -                      FM
billing:connection       |target=picky&mode=sandbox -
billing:trial            account                FM
billing:removal          account                FM
crm:overview             -                      IM
crm:connection           crm                    IM
crm:address              crm                    IM
crm:mapping              crm                    IM
crm:preview              crm                    IM
crm:rotation             crm                    IM
crm:switch               crm                    IM
crm:removal              crm                    IM
crm:messages             crm                    -
api_customers            -                      staff
api_customer             customer               staff
api_customer_imports     -                      staff
api_contacts             customer               staff
api_usage                customer               staff
api_usage_hours          customer               staff
api_forecast             customer               staff
api_scenarios            customer               staff
api_scenario             scenario               staff
api_portfolios           -                      staff
api_portfolio            portfolio              staff
api_cancellation         portfolio              staff
api_price                -                      staff
api_seller               seller                 AEBFP
api_seller_logo          seller                 all
api_saved_views          -                      AEBFP
api_saved_view           view                   A
api_usage_imports        -                      PI
api_usage_import         import                 PI
api_import_preview       import                 PI
api_import_recording     import                 PI
api_import_rejections    import                 PI
api_clauses              -                      AEBFP
api_clause               clause_code            AEBFP
api_clause_drafts        clause_code            AEBFP
api_clause_retirement    clause_code            AEBFP
api_clause_version       clause_draft_code      AEBFP
api_clause_publication   clause_draft_code      AEBFP
api_layouts              -                      AEBFP
api_layout               layout                 AEBFP
api_layout_drafts        layout                 AEBFP
api_layout_retirement    layout                 AEBFP
api_layout_version       layout_draft           AEBFP
api_layout_publication   layout_draft           AEBFP
api_notices              -                      all
api_notices_reading      -                      all
api_notice_ways          -                      all
api_notice_reading       notice                 A
api_mails                -                      BF
api_mail                 letter                 BF
api_mail_resending       letter                 BF
api_billing_systems      -                      FM
api_billing_routes       -                      FM
api_billing_connections  -                      FM
api_billing_connection   account                FM
api_billing_secrets      account                FM
api_billing_tests        account                FM
api_delivery_checks      contract               ABFI
api_delivery_solution    contract               ABFI
api_crm_mappings         -                      IM
api_crm_connections      -                      IM
api_crm_connection       crm                    IM
api_crm_address          crm                    IM
api_crm_secrets          crm                    IM
api_crm_disabling        crm                    IM
api_crm_mapping          crm                    IM
api_crm_preview          crm                    IM
api_crm_messages         crm                    IM
api_webhook_disabling    webhook                IM
api_webhook_tests        webhook                IM
api_webhooks             -                      IM
api_webhook              webhook                IM
api_webhook_secrets      webhook                IM
api_webhook_messages     webhook                IM
api_webhook_replays      webhook|message=0      -
api_audit                -                      BF
api_catalog              -                      staff
api_catalog_plan         -                      staff
api_catalog_apply        -                      staff
api_books                -                      staff
api_book                 book                   staff
api_book_promotion       book                   staff
api_book_publication     book                   staff
api_book_retirement      book                   staff
api_book_versions        book                   staff
api_contact              contact                staff
api_resumption           portfolio              staff
api_events               -                      PI
api_quotes               -                      AEBFP
api_quote                draft                  ABFP
api_quote_version        draft_version          ABFP
api_lines                draft_version          ABFP
api_line                 draft_version|key=seats ABFP
api_version_templates    draft_version          A
api_copies               draft_version          A
api_advice               draft_version          ABFP
api_plan                 draft_version          all
api_ways                 draft_version          ABFP
api_explorations         draft_version          ABFP
api_version_scenarios    draft_version          ABFP
api_version_scenario     draft_version          ABFP
api_scenario_drivers     draft_version          ABFP
api_replay               draft_version          ABFP
api_forecast_anew        draft_version          ABFP
api_undo                 draft_version          ABFP
api_redo                 draft_version          ABFP
api_version_package      draft_version|package=hybrid all
api_texts                draft_version          ABFP
api_text                 draft_version|key=section all
api_position             draft_version|key=seats all
api_line_year            draft_version|key=seats&year=2 all
api_target               draft_version          ABFP
api_batches              draft_version          ABFP
api_substitutions        draft_version          ABFP
api_rows                 draft_version          ABFP
api_rows_plan            draft_version          ABFP
api_links                sent                   ABFP
api_link                 link                   all
api_link_mails           link                   ABFP
api_alternative          submitted_quote        ABFP
api_sellers              -                      AEBFP
api_templates            -                      AE
api_template             template               all
api_template_quotes      template               AE
api_comments             draft                  ABFP
api_comment              comment                all
api_comment_resolution   comment                ABFP
api_messages             draft                  ABFP
api_message_answer       message                ABFP
api_questions            submitted_quote        ABFP
api_answer               question_quote         ABFP
api_approvals            -                      BF
api_deciders             -                      AEBFP
api_stand_ins            -                      BF
api_stand_in             stand_in               all
api_reassignment         submitted_quote        BF
api_further_approvals    submitted_quote        ABFP
api_rules                -                      AEBFP
api_rule                 rule                   AEBFP
api_rule_drafts          rule                   AEBFP
api_rule_retirement      rule                   AEBFP
api_rule_version         rule_draft             AEBFP
api_rule_publication     rule_draft             AEBFP
api_contract_changes     contract               ABFI
api_opportunities        -                      AEBFP
api_quote_opportunity    draft                  ABFP
api_submission           draft                  ABFP
api_withdrawal           draft                  ABFP
api_revision             submitted_quote        ABFP
api_decisions            submitted_quote        ABFP
api_sending              submitted_quote        ABFP
api_acceptance           submitted_quote        ABFP
api_countersignature     submitted_quote        ABFP
api_docs                 -                      open
api_schema               -                      open
api_explanation          draft_version|key=seats ABFP
api_document             draft_version          ABFP
api_delivery_retries     contract               ABFI
api_contracts            -                      AEBFI
api_contract             contract               ABFI
"""
ROWS = [row.split() for row in MATRIX.strip().splitlines()]


def addresses(patterns: list, names: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, f"{names}{pattern.namespace}:" if pattern.namespace else names)
        else:
            yield f"{names}{pattern.name}", pattern


ALL = dict(addresses(get_resolver().url_patterns))


def test_every_address_has_its_row():
    assert sorted(name for name, *_ in ROWS) == sorted(ALL)


# The API looks at the kind of a body first; in its own kind, a stranger hears of nothing.
JSON = {"content_type": "application/json"}


def through(session: str, path: str) -> bool:
    """Whether the door opens, by the method that the address takes; whatever the request did is undone."""
    client = Client()
    if session:
        client.cookies["sessionid"] = session
    with transaction.atomic():
        answer = client.get(path)
        if answer.status_code == 405:
            answer = client.post(path, {}, **(JSON if path.startswith("/api/") else {}))
        transaction.set_rollback(True)
    location = answer.headers.get("Location", "")
    return answer.status_code not in (404, 401) and not location.startswith("/login/")


def test_who_gets_through(world):  # noqa: F811
    sessions = {letter: session_of(world["people"][username]) for letter, username in LETTERS.items()} | {"0": ""}
    got = {}
    for name, thing, _ in ROWS:
        path = reverse(name, kwargs=arguments(thing, world))
        got[name] = "".join(letter for letter, session in sessions.items() if through(session, path))
    assert got == {name: WORDS.get(who, who) for name, _, who in ROWS}
