from django.db import models
from django.db.models import Q

from core.models import User


class SavedView(models.Model):
    """A list of quotes that somebody keeps under a name: the query of its address. Shared ones anybody may open.

    It holds filters, never quotes: whoever opens it finds in it what is open to them.
    """

    owner = models.ForeignKey(User, models.CASCADE, related_name="saved_views")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=1000)
    is_default = models.BooleanField(default=False)
    is_shared = models.BooleanField(default=False)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="saved_view_name_once_per_person"),
            models.UniqueConstraint(fields=["owner"], condition=Q(is_default=True), name="saved_view_one_default"),
        ]

    def __str__(self) -> str:
        return self.name
