from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from core.models import User


class Template(models.Model):
    """What a quote offers, kept under a name to start others from: terms and lines by the keys of their prices.

    It holds no cost and nothing of the customer; a quote started from it is priced anew.
    """

    name = models.CharField(max_length=80, unique=True)
    pattern = models.JSONField(encoder=DjangoJSONEncoder)
    source = models.CharField(max_length=24)  # "Q-2026-0001 v1"
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
