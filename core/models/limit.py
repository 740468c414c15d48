from django.db import models


class Spending(models.Model):
    """How often somebody did something costly in one span of time; swept once the span is over.

    Not logged by the database: lost with a crash of it, and no harm done.
    """

    name = models.CharField(max_length=200, primary_key=True)  # what:who:span
    count = models.PositiveIntegerField(default=0)
    ends_at = models.DateTimeField(db_index=True)
