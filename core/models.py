from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.db import models


class User(AbstractUser):
    """A person who signs in; what they may do follows from their roles (see core.roles)."""

    roles = ArrayField(models.CharField(max_length=32), default=list, blank=True)
    title = models.CharField(max_length=120, blank=True)
