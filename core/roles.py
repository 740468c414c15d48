"""Who may do what: a closed list of permissions, and roles as a table."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Protocol

from core.languages import lazily as _


class Permission(StrEnum):
    SEE_CUSTOMERS = "see_customers"
    EDIT_CUSTOMERS = "edit_customers"
    SEE_OWN_QUOTES = "see_own_quotes"
    SEE_ALL_QUOTES = "see_all_quotes"
    EDIT_QUOTES = "edit_quotes"
    COMMENT_ON_QUOTES = "comment_on_quotes"
    DECIDE_APPROVALS = "decide_approvals"
    COUNTERSIGN = "countersign"
    SEE_RULES = "see_rules"
    EDIT_RULES = "edit_rules"
    PUBLISH_RULES = "publish_rules"
    SEE_MARGIN = "see_margin"
    SEE_CATALOG = "see_catalog"
    EDIT_CATALOG = "edit_catalog"
    PUBLISH_PRICES = "publish_prices"
    SEE_CONTRACTS = "see_contracts"
    RETRY_DELIVERIES = "retry_deliveries"
    MANAGE_CONNECTIONS = "manage_connections"
    SEE_AUDIT = "see_audit"
    SEE_MAIL = "see_mail"
    IMPORT_USAGE = "import_usage"
    RUN_FORECASTS = "run_forecasts"
    SEE_DOCUMENTS = "see_documents"
    EDIT_DOCUMENTS = "edit_documents"
    PUBLISH_DOCUMENTS = "publish_documents"
    EDIT_SELLERS = "edit_sellers"
    MANAGE_PEOPLE = "manage_people"
    MANAGE_WEBHOOKS = "manage_webhooks"


P = Permission

ROLES: dict[str, frozenset[Permission]] = {
    "sales": frozenset(
        {
            P.SEE_CUSTOMERS,
            P.EDIT_CUSTOMERS,
            P.SEE_OWN_QUOTES,
            P.EDIT_QUOTES,
            P.COMMENT_ON_QUOTES,
            P.SEE_RULES,
            P.SEE_MARGIN,
            P.SEE_CATALOG,
            P.SEE_CONTRACTS,
            P.SEE_DOCUMENTS,
        }
    ),
    "deal_desk": frozenset(
        {
            P.SEE_CUSTOMERS,
            P.SEE_ALL_QUOTES,
            P.COMMENT_ON_QUOTES,
            P.DECIDE_APPROVALS,
            P.SEE_RULES,
            P.EDIT_RULES,
            P.SEE_MARGIN,
            P.SEE_CATALOG,
            P.SEE_CONTRACTS,
            P.SEE_AUDIT,
            P.SEE_MAIL,
            P.RUN_FORECASTS,
            P.SEE_DOCUMENTS,
            P.EDIT_DOCUMENTS,
        }
    ),
    "finance": frozenset(
        {
            P.SEE_CUSTOMERS,
            P.SEE_ALL_QUOTES,
            P.COMMENT_ON_QUOTES,
            P.DECIDE_APPROVALS,
            P.COUNTERSIGN,
            P.SEE_RULES,
            P.PUBLISH_RULES,
            P.SEE_MARGIN,
            P.SEE_CATALOG,
            P.PUBLISH_PRICES,
            P.SEE_CONTRACTS,
            P.RETRY_DELIVERIES,
            P.MANAGE_CONNECTIONS,
            P.SEE_AUDIT,
            P.SEE_MAIL,
            P.RUN_FORECASTS,
            P.SEE_DOCUMENTS,
            P.PUBLISH_DOCUMENTS,
        }
    ),
    "pricing_ops": frozenset(
        {
            P.SEE_CUSTOMERS,
            P.EDIT_CUSTOMERS,
            P.SEE_ALL_QUOTES,
            P.COMMENT_ON_QUOTES,
            P.SEE_MARGIN,
            P.SEE_CATALOG,
            P.EDIT_CATALOG,
            P.PUBLISH_PRICES,
            P.SEE_RULES,
            P.EDIT_RULES,
            P.PUBLISH_RULES,
            P.IMPORT_USAGE,
            P.RUN_FORECASTS,
            P.SEE_DOCUMENTS,
            P.EDIT_DOCUMENTS,
            P.PUBLISH_DOCUMENTS,
            P.EDIT_SELLERS,
        }
    ),
    "integrator": frozenset({P.SEE_CUSTOMERS, P.SEE_CATALOG, P.SEE_CONTRACTS, P.IMPORT_USAGE, P.MANAGE_WEBHOOKS}),
    # Who may come in, and with which role: nothing of the deals themselves.
    "admin": frozenset({P.MANAGE_PEOPLE, P.MANAGE_WEBHOOKS, P.MANAGE_CONNECTIONS}),
}

ROLE_NAMES = {
    "sales": _("Sales"),
    "deal_desk": _("Deal desk"),
    "finance": _("Finance"),
    "pricing_ops": _("Pricing operations"),
    "integrator": _("Integration"),
    "admin": _("Administration"),
}


class Scope(StrEnum):
    """What an API key may be used for; never more than its owner may do."""

    EVENTS_WRITE = "events:write"
    USAGE_READ = "usage:read"
    CATALOG_READ = "catalog:read"
    CATALOG_WRITE = "catalog:write"
    CATALOG_PUBLISH = "catalog:publish"
    CUSTOMERS_READ = "customers:read"
    CUSTOMERS_WRITE = "customers:write"
    FORECASTS_READ = "forecasts:read"
    FORECASTS_WRITE = "forecasts:write"
    PRICES_READ = "prices:read"
    QUOTES_READ = "quotes:read"
    QUOTES_WRITE = "quotes:write"
    QUOTES_COMMENT = "quotes:comment"
    VIEWS_WRITE = "views:write"
    QUOTES_SUBMIT = "quotes:submit"
    QUOTES_DECIDE = "quotes:decide"
    QUOTES_SEND = "quotes:send"
    QUOTES_ACCEPT = "quotes:accept"
    SELLERS_WRITE = "sellers:write"
    DOCUMENTS_READ = "documents:read"
    DOCUMENTS_WRITE = "documents:write"
    DOCUMENTS_PUBLISH = "documents:publish"
    MAIL_MANAGE = "mail:manage"
    NOTICES_MANAGE = "notices:manage"
    RULES_READ = "rules:read"
    RULES_WRITE = "rules:write"
    RULES_PUBLISH = "rules:publish"
    CONTRACTS_READ = "contracts:read"
    DELIVERIES_RETRY = "deliveries:retry"
    CONNECTIONS_MANAGE = "connections:manage"
    AUDIT_READ = "audit:read"
    WEBHOOKS_MANAGE = "webhooks:manage"


SEE_QUOTES = (P.SEE_OWN_QUOTES, P.SEE_ALL_QUOTES)

# What each scope lets a program do, in words, and the permissions of which its owner must hold one.
SCOPES: dict[Scope, tuple[str, tuple[Permission, ...]]] = {
    Scope.EVENTS_WRITE: (_("Send usage events"), (P.IMPORT_USAGE,)),
    Scope.USAGE_READ: (_("Read customers’ usage"), (P.SEE_CUSTOMERS,)),
    Scope.CATALOG_READ: (_("Read the catalog"), (P.SEE_CATALOG,)),
    Scope.CATALOG_WRITE: (_("Plan and apply the catalog as code"), (P.EDIT_CATALOG,)),
    Scope.CATALOG_PUBLISH: (_("Publish and retire price books"), (P.PUBLISH_PRICES,)),
    Scope.CUSTOMERS_READ: (_("Read customers"), (P.SEE_CUSTOMERS,)),
    Scope.CUSTOMERS_WRITE: (_("Add, change and import customers"), (P.EDIT_CUSTOMERS,)),
    Scope.FORECASTS_READ: (_("Read forecasts and scenarios"), (P.SEE_CUSTOMERS,)),
    Scope.FORECASTS_WRITE: (_("Make scenarios, start portfolio forecasts"), (P.EDIT_CUSTOMERS, P.RUN_FORECASTS)),
    Scope.PRICES_READ: (_("Price any terms"), (P.SEE_CATALOG,)),
    Scope.QUOTES_READ: (_("Read quotes"), SEE_QUOTES),
    Scope.QUOTES_WRITE: (_("Start and edit quotes"), (P.EDIT_QUOTES,)),
    Scope.QUOTES_COMMENT: (_("Comment on quotes"), (P.COMMENT_ON_QUOTES,)),
    Scope.VIEWS_WRITE: (_("Keep lists of quotes under a name"), SEE_QUOTES),
    Scope.QUOTES_SUBMIT: (
        _("Submit, withdraw and revise quotes, ask for further approval"),
        (P.EDIT_QUOTES, P.DECIDE_APPROVALS),
    ),
    Scope.QUOTES_DECIDE: (_("Decide on approvals"), (P.DECIDE_APPROVALS,)),
    Scope.QUOTES_SEND: (_("Send quotes to customers"), (P.EDIT_QUOTES,)),
    Scope.QUOTES_ACCEPT: (_("Record a customer’s acceptance"), (P.EDIT_QUOTES,)),
    Scope.SELLERS_WRITE: (_("Edit selling entities"), (P.EDIT_SELLERS,)),
    Scope.DOCUMENTS_READ: (_("Read clauses and layouts"), (P.SEE_DOCUMENTS,)),
    Scope.DOCUMENTS_WRITE: (_("Write drafts of clauses and layouts"), (P.EDIT_DOCUMENTS,)),
    Scope.DOCUMENTS_PUBLISH: (_("Publish and retire clauses and layouts"), (P.PUBLISH_DOCUMENTS,)),
    Scope.MAIL_MANAGE: (_("Read the mailbox, send mail again"), (P.SEE_MAIL,)),
    Scope.NOTICES_MANAGE: (_("Read one’s own notices, choose what is mailed"), (P.SEE_CUSTOMERS, P.MANAGE_PEOPLE)),
    Scope.RULES_READ: (_("Read approval rules"), (P.SEE_RULES,)),
    Scope.RULES_WRITE: (_("Write drafts of approval rules"), (P.EDIT_RULES,)),
    Scope.RULES_PUBLISH: (_("Publish and retire approval rules"), (P.PUBLISH_RULES,)),
    Scope.CONTRACTS_READ: (_("Read contracts and deliveries"), (P.SEE_CONTRACTS,)),
    Scope.DELIVERIES_RETRY: (_("Send contracts to billing again"), (P.RETRY_DELIVERIES,)),
    Scope.CONNECTIONS_MANAGE: (_("Manage accounts with billing systems"), (P.MANAGE_CONNECTIONS,)),
    Scope.AUDIT_READ: (_("Read the audit log"), (P.SEE_AUDIT,)),
    Scope.WEBHOOKS_MANAGE: (_("Manage webhooks and CRM connections"), (P.MANAGE_WEBHOOKS,)),
}

# What only a person does: an agent's key never has these.
FOR_PEOPLE = frozenset(
    {
        Scope.QUOTES_DECIDE,
        Scope.QUOTES_SEND,
        Scope.QUOTES_ACCEPT,
        Scope.DELIVERIES_RETRY,
        Scope.CONNECTIONS_MANAGE,
        Scope.SELLERS_WRITE,
        Scope.DOCUMENTS_PUBLISH,
        Scope.MAIL_MANAGE,
        Scope.NOTICES_MANAGE,
        Scope.CATALOG_WRITE,
        Scope.CATALOG_PUBLISH,
        Scope.RULES_PUBLISH,
        Scope.WEBHOOKS_MANAGE,
    }
)


class Person(Protocol):
    roles: list[str]


def permissions_of(roles: Iterable[str]) -> frozenset[Permission]:
    """All permissions that these roles give together; an unknown role gives none."""
    return frozenset[Permission]().union(*(ROLES.get(role, frozenset()) for role in roles))


def scopes_of(person: object) -> list[Scope]:
    """The scopes that this person may give to a key of theirs."""
    return [scope for scope, (_, needed) in SCOPES.items() if any(may(person, one) for one in needed)]


def may(person: object, permission: Permission) -> bool:
    """Whether this person holds the permission; strangers (no account, no roles) hold none."""
    return permission in permissions_of(getattr(person, "roles", ()))
