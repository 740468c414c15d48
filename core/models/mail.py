from django.db import models
from django.db.models import Q


class Mail(models.Model):
    """One e-mail to one person. `key` says what it is about, so that the same thing is not said twice.

    What must not be stored is named and put in when the mail goes out: `secret` ("room-link:17") stands where the text
    has its mark, `enclosed` ("quote-pdf:17") is attached as `attachment_name`. See core.mail.
    """

    class State(models.TextChoices):
        QUEUED = "queued", "Queued"
        SENDING = "sending", "Sending"
        SENT = "sent", "Sent"
        FAILED = "failed", "Failed"
        BOUNCED = "bounced", "Bounced"

    key = models.CharField(max_length=128, unique=True)
    to = models.EmailField()
    subject = models.CharField(max_length=200)
    text = models.TextField()
    about = models.CharField(max_length=100, blank=True)  # subject of the audit log: "quote:Q-2026-0001"
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)
    attachment_name = models.CharField(max_length=120, blank=True)
    attachment = models.BinaryField(null=True, blank=True)
    enclosed = models.CharField(max_length=80, blank=True)
    secret = models.CharField(max_length=80, blank=True)
    bounced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["sent", "bounced"], sent_at__isnull=False)
                | ~Q(state__in=["sent", "bounced"]) & Q(sent_at=None),
                name="mail_sent_has_time",
            ),
            models.CheckConstraint(
                condition=Q(state="bounced", bounced_at__isnull=False) | ~Q(state="bounced") & Q(bounced_at=None),
                name="mail_bounced_has_time",
            ),
        ]
        indexes = [
            models.Index(fields=["-created_at"], name="mail_newest"),
            models.Index(fields=["about"], name="mail_about"),
        ]

    def __str__(self) -> str:
        return f"{self.to}: {self.subject}"
