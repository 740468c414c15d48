from django.conf import settings
from django.db import models


class ProviderIdentity(models.Model):
    """Whom the OpenID Connect provider knows this person as: bound at the first sign-in, not by e-mail ever after."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="identity")
    issuer = models.CharField(max_length=255)
    subject = models.CharField(max_length=255)
    bound_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issuer", "subject"], name="identity_of_one_person")]
