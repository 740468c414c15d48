from django.urls import path

from quotes.views import (
    approval_rules,
    approvals,
    assumptions,
    avoidance,
    document,
    drafts,
    explanations,
    lines,
    links,
    listing,
    previews,
    room,
    versions,
)

app_name = "quotes"
QUOTE = "quotes/<str:number>/"
LINE = f"{QUOTE}lines/<str:key>/"
RULE = "approvals/rules/<slug:code>/"
VERSION = f"{QUOTE}v<int:version_number>/"

urlpatterns = [
    path("quotes/", listing.listing, name="list"),
    path("quotes/new/", drafts.new, name="new"),
    path("quotes/where-used/<book:code>/<int:version>/", listing.where_used, name="where_used"),
    path("quotes/home/", listing.home, name="home"),
    path("customers/<slug:slug>/quotes/", listing.for_customer, name="for_customer"),
    path("quotes/preview/<book:code>/<int:version>/", previews.preview, name="package_preview"),
    path("approvals/", approvals.approvals, name="approvals"),
    path("approvals/rules/", approval_rules.rules, name="rules"),
    path(RULE, approval_rules.rule, name="rule"),
    path(f"{RULE}drafts/", approval_rules.drafts, name="rule_drafts"),
    path(f"{RULE}retirement/", approval_rules.retirement, name="rule_retirement"),
    path(f"{RULE}v<int:version>/edits/", approval_rules.edits, name="rule_edits"),
    path(f"{RULE}v<int:version>/publication/", approval_rules.publication, name="rule_publication"),
    path(f"{RULE}v<int:version>/discarding/", approval_rules.discarding, name="rule_discarding"),
    path(QUOTE, drafts.detail, name="detail"),
    path(f"{QUOTE}facts/", drafts.facts, name="facts"),
    path(f"{QUOTE}forecast/", drafts.forecast, name="forecast"),
    path(f"{QUOTE}avoidance/", avoidance.avoidance, name="avoidance"),
    path(f"{QUOTE}packages/", lines.packages, name="packages"),
    path(f"{QUOTE}packages/<slug:package>/removal/", lines.package_removal, name="package_removal"),
    path(f"{QUOTE}prices/", lines.prices, name="prices"),
    path(f"{QUOTE}assumptions/", assumptions.assumptions, name="assumptions"),
    path(LINE, lines.line, name="line"),
    path(f"{LINE}removal/", lines.removal, name="removal"),
    path(f"{LINE}position/", lines.position, name="position"),
    path(f"{QUOTE}links/<int:pk>/revocation/", links.revocation, name="revocation"),
    path(VERSION, versions.version, name="version"),
    path(f"{VERSION}lines/<str:key>/explanation/", explanations.explanation, name="explanation"),
    path(f"{VERSION}submission/", versions.submission, name="submission"),
    path(f"{VERSION}withdrawal/", versions.withdrawal, name="withdrawal"),
    path(f"{VERSION}revision/", versions.revision, name="revision"),
    path(f"{VERSION}decision/", approvals.decision, name="decision"),
    path(f"{VERSION}sending/", links.sending, name="sending"),
    path(f"{VERSION}links/", links.links, name="links"),
    path(f"{VERSION}document.pdf", document.document, name="document"),
    path("room/", room.room, name="room"),
    path("room/acceptance/", room.accept, name="room_accept"),
    path("room/refusal/", room.decline, name="room_decline"),
    path("room/document.pdf", room.document, name="room_document"),
    path("room/quote.json", room.snapshot, name="room_snapshot"),
    path("room/<str:token>/", room.enter, name="room_enter"),
]
