from core.models.api_answer import ApiAnswer
from core.models.api_key import ApiKey
from core.models.audit import AuditEntry
from core.models.counter import Counter
from core.models.identity import ProviderIdentity
from core.models.limit import Spending
from core.models.mail import Mail
from core.models.notice import Notice
from core.models.outbox import OutboxMessage
from core.models.recovery import RecoveryCode
from core.models.session import BrowserSession
from core.models.user import User
from core.models.webhook import WebhookEndpoint, WebhookMessage

__all__ = [
    "ApiAnswer",
    "ApiKey",
    "AuditEntry",
    "BrowserSession",
    "Counter",
    "Mail",
    "Notice",
    "OutboxMessage",
    "ProviderIdentity",
    "RecoveryCode",
    "Spending",
    "User",
    "WebhookEndpoint",
    "WebhookMessage",
]
