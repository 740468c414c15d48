from django.urls import path

from billing import api as billing
from catalog import api as catalog
from core.api import webhooks
from core.api.audit import AuditLog
from crm.api import connections as crm
from customers import api as customers
from forecasting.api import forecasts as forecasting
from forecasting.api import prices
from metering import api as metering
from quotes.api import advising, approval_rules, approving, drafts, exploring, life, opportunities, talking, templates
from quotes.api import reading as quotes

RULE = "approval-rules/<slug:code>/"
RULE_VERSION = f"{RULE}versions/<int:version>/"
BOOK = "catalog/books/<book:code>/<int:version>/"
CRM = "crm/connections/<slug:system>/"
VERSION = "quotes/<str:number>/versions/<int:version_number>/"

urlpatterns = [
    path("customers/", customers.Customers.as_view(), name="api_customers"),
    path("customers/imports/", customers.CustomerImports.as_view(), name="api_customer_imports"),
    path("customers/<slug:slug>/contacts/", customers.Contacts.as_view(), name="api_contacts"),
    path("customers/<slug:slug>/", customers.OneCustomer.as_view(), name="api_customer"),
    path("customers/<slug:slug>/usage/", metering.Usage.as_view(), name="api_usage"),
    path("customers/<slug:slug>/usage/hours/", metering.UsageHours.as_view(), name="api_usage_hours"),
    path("customers/<slug:slug>/forecast/", forecasting.Forecast.as_view(), name="api_forecast"),
    path("customers/<slug:slug>/scenarios/", forecasting.Scenarios.as_view(), name="api_scenarios"),
    path("customers/<slug:slug>/scenarios/<int:pk>/", forecasting.OneScenario.as_view(), name="api_scenario"),
    path("forecasts/", forecasting.Portfolios.as_view(), name="api_portfolios"),
    path("forecasts/<int:pk>/", forecasting.OnePortfolio.as_view(), name="api_portfolio"),
    path("forecasts/<int:pk>/cancellation/", forecasting.PortfolioCancellation.as_view(), name="api_cancellation"),
    path("price/", prices.Price.as_view(), name="api_price"),
    path("catalog/", catalog.WholeCatalog.as_view(), name="api_catalog"),
    path("catalog/plan/", catalog.CatalogPlan.as_view(), name="api_catalog_plan"),
    path("catalog/apply/", catalog.CatalogApplication.as_view(), name="api_catalog_apply"),
    path("catalog/books/", catalog.Books.as_view(), name="api_books"),
    path(BOOK, catalog.Book.as_view(), name="api_book"),
    path(f"{BOOK}promotion/", catalog.BookPromotion.as_view(), name="api_book_promotion"),
    path("events/", metering.Events.as_view(), name="api_events"),
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
    path("templates/", templates.Templates.as_view(), name="api_templates"),
    path("templates/<int:pk>/", templates.OneTemplate.as_view(), name="api_template"),
    path("templates/<int:pk>/quotes/", templates.TemplateQuotes.as_view(), name="api_template_quotes"),
    path("quotes/<str:number>/comments/", talking.Comments.as_view(), name="api_comments"),
    path("quotes/<str:number>/comments/<int:pk>/", talking.OneComment.as_view(), name="api_comment"),
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
