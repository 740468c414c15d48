from collections.abc import Iterator

from django.urls import URLPattern, path

from billing.api import connections as accounts
from billing.api import contracts as billing
from catalog import api as catalog
from core.api import mails, webhooks
from core.api.audit import AuditLog
from crm.api import connections as crm
from customers import api as customers
from forecasting.api import forecasts as forecasting
from forecasting.api import prices
from metering.api import events as metering
from metering.api import imports
from quotes.api import (
    advising,
    approval_rules,
    approving,
    drafts,
    editing,
    editions,
    exploring,
    life,
    links,
    opportunities,
    rows,
    saved_views,
    sellers,
    talking,
    templates,
)
from quotes.api import reading as quotes

RULE = "approval-rules/<slug:code>/"
RULE_VERSION = f"{RULE}versions/<int:version>/"
BOOK = "catalog/books/<book:code>/<int:version>/"
ACCOUNT = "billing/connections/<slug:target>/<slug:mode>/"
CRM = "crm/connections/<slug:system>/"
VERSION = "quotes/<str:number>/versions/<int:version_number>/"


def wordings(kind: str, one: str) -> Iterator[URLPattern]:
    """Where clauses or layouts are kept."""
    every = f"documents/{kind}/"
    for name, place in {
        kind: every,
        one: f"{every}<slug:code>/",
        f"{one}_drafts": f"{every}<slug:code>/drafts/",
        f"{one}_retirement": f"{every}<slug:code>/retirement/",
        f"{one}_version": f"{every}<slug:code>/versions/<int:version>/",
        f"{one}_publication": f"{every}<slug:code>/versions/<int:version>/publication/",
    }.items():
        yield path(place, editions.KINDS[kind][name].as_view(), name=f"api_{name}")


urlpatterns = [
    path("customers/", customers.Customers.as_view(), name="api_customers"),
    path("customers/imports/", customers.CustomerImports.as_view(), name="api_customer_imports"),
    path("customers/<slug:slug>/contacts/", customers.Contacts.as_view(), name="api_contacts"),
    path("customers/<slug:slug>/contacts/<int:pk>/", customers.OneContact.as_view(), name="api_contact"),
    path("customers/<slug:slug>/", customers.OneCustomer.as_view(), name="api_customer"),
    path("customers/<slug:slug>/usage/", metering.Usage.as_view(), name="api_usage"),
    path("customers/<slug:slug>/usage/hours/", metering.UsageHours.as_view(), name="api_usage_hours"),
    path("customers/<slug:slug>/forecast/", forecasting.Forecast.as_view(), name="api_forecast"),
    path("customers/<slug:slug>/scenarios/", forecasting.Scenarios.as_view(), name="api_scenarios"),
    path("customers/<slug:slug>/scenarios/<int:pk>/", forecasting.OneScenario.as_view(), name="api_scenario"),
    path("forecasts/", forecasting.Portfolios.as_view(), name="api_portfolios"),
    path("forecasts/<int:pk>/", forecasting.OnePortfolio.as_view(), name="api_portfolio"),
    path("forecasts/<int:pk>/cancellation/", forecasting.PortfolioCancellation.as_view(), name="api_cancellation"),
    path("forecasts/<int:pk>/resumption/", forecasting.PortfolioResumption.as_view(), name="api_resumption"),
    path("price/", prices.Price.as_view(), name="api_price"),
    path("catalog/", catalog.WholeCatalog.as_view(), name="api_catalog"),
    path("catalog/plan/", catalog.CatalogPlan.as_view(), name="api_catalog_plan"),
    path("catalog/apply/", catalog.CatalogApplication.as_view(), name="api_catalog_apply"),
    path("catalog/books/", catalog.Books.as_view(), name="api_books"),
    path(BOOK, catalog.Book.as_view(), name="api_book"),
    path(f"{BOOK}promotion/", catalog.BookPromotion.as_view(), name="api_book_promotion"),
    path(f"{BOOK}publication/", catalog.BookPublication.as_view(), name="api_book_publication"),
    path(f"{BOOK}retirement/", catalog.BookRetirement.as_view(), name="api_book_retirement"),
    path(f"{BOOK}versions/", catalog.BookVersions.as_view(), name="api_book_versions"),
    path("events/", metering.Events.as_view(), name="api_events"),
    path("usage-imports/", imports.UsageImports.as_view(), name="api_usage_imports"),
    path("usage-imports/<int:pk>/", imports.OneUsageImport.as_view(), name="api_usage_import"),
    path("usage-imports/<int:pk>/preview/", imports.ImportPreview.as_view(), name="api_import_preview"),
    path("usage-imports/<int:pk>/recording/", imports.ImportRecording.as_view(), name="api_import_recording"),
    path("usage-imports/<int:pk>/rejected/", imports.ImportRejections.as_view(), name="api_import_rejections"),
    path("views/", saved_views.SavedViews.as_view(), name="api_saved_views"),
    path("views/<int:pk>/", saved_views.OneSavedView.as_view(), name="api_saved_view"),
    path("quotes/", drafts.Quotes.as_view(), name="api_quotes"),
    path("quotes/<str:number>/", quotes.OneQuote.as_view(), name="api_quote"),
    path(VERSION, drafts.EditableVersion.as_view(), name="api_quote_version"),
    path(f"{VERSION}lines/", drafts.Lines.as_view(), name="api_lines"),
    path(f"{VERSION}lines/<str:key>/", drafts.OneLine.as_view(), name="api_line"),
    path(f"{VERSION}explanations/<str:key>/", quotes.Explanation.as_view(), name="api_explanation"),
    path(f"{VERSION}document/", quotes.Document.as_view(), name="api_document"),
    path(f"{VERSION}templates/", templates.VersionTemplates.as_view(), name="api_version_templates"),
    path(f"{VERSION}copies/", templates.Copies.as_view(), name="api_copies"),
    path(f"{VERSION}advice/", advising.AdviceOfVersion.as_view(), name="api_advice"),
    path(f"{VERSION}plan/", advising.PlanOfVersion.as_view(), name="api_plan"),
    path(f"{VERSION}ways/", advising.WaysOfVersion.as_view(), name="api_ways"),
    path(f"{VERSION}explorations/", exploring.Explorations.as_view(), name="api_explorations"),
    path(f"{VERSION}scenarios/", exploring.VersionScenarios.as_view(), name="api_version_scenarios"),
    path(f"{VERSION}scenario/", exploring.VersionScenario.as_view(), name="api_version_scenario"),
    path(f"{VERSION}scenario/drivers/", exploring.ScenarioDrivers.as_view(), name="api_scenario_drivers"),
    path(f"{VERSION}replay/", exploring.VersionReplay.as_view(), name="api_replay"),
    path(f"{VERSION}forecast/", editing.ForecastAnew.as_view(), name="api_forecast_anew"),
    path(f"{VERSION}undo/", editing.Undoing.as_view(), name="api_undo"),
    path(f"{VERSION}redo/", editing.Redoing.as_view(), name="api_redo"),
    path(f"{VERSION}packages/<slug:package>/", editing.PackageOnVersion.as_view(), name="api_version_package"),
    path(f"{VERSION}texts/", editing.Texts.as_view(), name="api_texts"),
    path(f"{VERSION}texts/<str:key>/", editing.OneText.as_view(), name="api_text"),
    path(f"{VERSION}positions/<str:key>/", editing.RowPosition.as_view(), name="api_position"),
    path(f"{VERSION}lines/<str:key>/years/<int:year>/", editing.LineYear.as_view(), name="api_line_year"),
    path(f"{VERSION}target/", editing.Target.as_view(), name="api_target"),
    path(f"{VERSION}batches/", editing.Batches.as_view(), name="api_batches"),
    path(f"{VERSION}substitutions/", editing.Substitutions.as_view(), name="api_substitutions"),
    path(f"{VERSION}rows/", rows.Rows.as_view(), name="api_rows"),
    path(f"{VERSION}rows/plan/", rows.RowsPlan.as_view(), name="api_rows_plan"),
    path(f"{VERSION}links/", links.Links.as_view(), name="api_links"),
    path("quotes/<str:number>/links/<int:pk>/", links.OneLink.as_view(), name="api_link"),
    path("quotes/<str:number>/links/<int:pk>/mails/", links.LinkMails.as_view(), name="api_link_mails"),
    path("quotes/<str:number>/alternative/", links.Alternative.as_view(), name="api_alternative"),
    *wordings("clauses", "clause"),
    *wordings("layouts", "layout"),
    path("mails/", mails.Mails.as_view(), name="api_mails"),
    path("mails/<int:pk>/", mails.OneMail.as_view(), name="api_mail"),
    path("mails/<int:pk>/resending/", mails.MailResending.as_view(), name="api_mail_resending"),
    path("sellers/", sellers.Sellers.as_view(), name="api_sellers"),
    path("sellers/<slug:code>/", sellers.OneSeller.as_view(), name="api_seller"),
    path("sellers/<slug:code>/logo/", sellers.SellerLogo.as_view(), name="api_seller_logo"),
    path("templates/", templates.Templates.as_view(), name="api_templates"),
    path("templates/<int:pk>/", templates.OneTemplate.as_view(), name="api_template"),
    path("templates/<int:pk>/quotes/", templates.TemplateQuotes.as_view(), name="api_template_quotes"),
    path("quotes/<str:number>/comments/", talking.Comments.as_view(), name="api_comments"),
    path("quotes/<str:number>/comments/<int:pk>/", talking.OneComment.as_view(), name="api_comment"),
    path(
        "quotes/<str:number>/comments/<int:pk>/resolution/",
        talking.CommentResolution.as_view(),
        name="api_comment_resolution",
    ),
    path("quotes/<str:number>/messages/", talking.CustomerMessages.as_view(), name="api_messages"),
    path("quotes/<str:number>/messages/<int:pk>/answer/", talking.MessageAnswer.as_view(), name="api_message_answer"),
    path("quotes/<str:number>/questions/", talking.Questions.as_view(), name="api_questions"),
    path("quotes/<str:number>/questions/<int:pk>/answer/", talking.QuestionAnswer.as_view(), name="api_answer"),
    path("approvals/", approving.Approvals.as_view(), name="api_approvals"),
    path("approvals/deciders/", approving.Deciders.as_view(), name="api_deciders"),
    path("approvals/stand-ins/", approving.StandIns.as_view(), name="api_stand_ins"),
    path("approvals/stand-ins/<int:pk>/", approving.OneStandIn.as_view(), name="api_stand_in"),
    path("approval-rules/", approval_rules.ApprovalRules.as_view(), name="api_rules"),
    path(RULE, approval_rules.OneApprovalRule.as_view(), name="api_rule"),
    path(f"{RULE}drafts/", approval_rules.RuleDrafts.as_view(), name="api_rule_drafts"),
    path(f"{RULE}retirement/", approval_rules.RuleRetirement.as_view(), name="api_rule_retirement"),
    path(RULE_VERSION, approval_rules.RuleVersion.as_view(), name="api_rule_version"),
    path(
        f"{RULE}versions/<int:version>/publication/",
        approval_rules.RulePublication.as_view(),
        name="api_rule_publication",
    ),
    path("opportunities/", opportunities.Opportunities.as_view(), name="api_opportunities"),
    path("quotes/<str:number>/opportunity/", opportunities.QuoteOpportunity.as_view(), name="api_quote_opportunity"),
    path("quotes/<str:number>/submission/", life.Submission.as_view(), name="api_submission"),
    path("quotes/<str:number>/withdrawal/", life.Withdrawal.as_view(), name="api_withdrawal"),
    path("quotes/<str:number>/revision/", life.Revision.as_view(), name="api_revision"),
    path("quotes/<str:number>/decisions/", life.Decisions.as_view(), name="api_decisions"),
    path("quotes/<str:number>/reassignment/", approving.Reassignment.as_view(), name="api_reassignment"),
    path("quotes/<str:number>/further-approvals/", approving.FurtherApprovals.as_view(), name="api_further_approvals"),
    path("quotes/<str:number>/sending/", life.Sending.as_view(), name="api_sending"),
    path("quotes/<str:number>/countersignature/", life.Countersignature.as_view(), name="api_countersignature"),
    path("quotes/<str:number>/acceptance/", life.Acceptance.as_view(), name="api_acceptance"),
    path("contracts/", billing.ContractList.as_view(), name="api_contracts"),
    path("contracts/<str:number>/", billing.ContractDetail.as_view(), name="api_contract"),
    path("contracts/<str:number>/changes/", billing.ContractChanges.as_view(), name="api_contract_changes"),
    path("contracts/<str:number>/delivery/retries/", billing.DeliveryRetry.as_view(), name="api_delivery_retries"),
    path("contracts/<str:number>/delivery/checks/", billing.DeliveryCheck.as_view(), name="api_delivery_checks"),
    path("contracts/<str:number>/delivery/solution/", billing.DeliverySolution.as_view(), name="api_delivery_solution"),
    path("billing/systems/", accounts.Systems.as_view(), name="api_billing_systems"),
    path("billing/routes/", accounts.Routes.as_view(), name="api_billing_routes"),
    path("billing/connections/", accounts.Accounts.as_view(), name="api_billing_connections"),
    path(ACCOUNT, accounts.OneAccount.as_view(), name="api_billing_connection"),
    path(f"{ACCOUNT}secrets/", accounts.AccountSecrets.as_view(), name="api_billing_secrets"),
    path(f"{ACCOUNT}tests/", accounts.AccountTests.as_view(), name="api_billing_tests"),
    path("crm/mappings/", crm.UsualMappings.as_view(), name="api_crm_mappings"),
    path("crm/connections/", crm.Connections.as_view(), name="api_crm_connections"),
    path(CRM, crm.OneConnection.as_view(), name="api_crm_connection"),
    path(f"{CRM}address/", crm.ConnectionAddress.as_view(), name="api_crm_address"),
    path(f"{CRM}secrets/", crm.ConnectionSecrets.as_view(), name="api_crm_secrets"),
    path(f"{CRM}disabling/", crm.ConnectionDisabling.as_view(), name="api_crm_disabling"),
    path(f"{CRM}mapping/", crm.ConnectionMapping.as_view(), name="api_crm_mapping"),
    path(f"{CRM}preview/", crm.ConnectionPreview.as_view(), name="api_crm_preview"),
    path(f"{CRM}messages/", crm.ConnectionMessages.as_view(), name="api_crm_messages"),
    path("webhooks/", webhooks.Webhooks.as_view(), name="api_webhooks"),
    path("webhooks/<int:pk>/", webhooks.OneWebhook.as_view(), name="api_webhook"),
    path("webhooks/<int:pk>/secrets/", webhooks.WebhookSecrets.as_view(), name="api_webhook_secrets"),
    path("webhooks/<int:pk>/disabling/", webhooks.WebhookDisabling.as_view(), name="api_webhook_disabling"),
    path("webhooks/<int:pk>/tests/", webhooks.WebhookTests.as_view(), name="api_webhook_tests"),
    path("webhooks/<int:pk>/messages/", webhooks.WebhookMessages.as_view(), name="api_webhook_messages"),
    path(
        "webhooks/<int:pk>/messages/<int:message>/replays/",
        webhooks.WebhookReplays.as_view(),
        name="api_webhook_replays",
    ),
    path("audit/", AuditLog.as_view(), name="api_audit"),
]
