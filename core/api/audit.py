"""The audit log for programs."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core import audit
from core.access import person
from core.api.endpoint import Endpoint
from core.api.pages import Paged, list_of, page_of, since
from core.masking import masked
from core.models import AuditEntry
from core.roles import Permission, Scope, may


class EntrySerializer(serializers.ModelSerializer):
    """One thing that was done. `sha256` is over the entry and the one before it of the same subject."""

    data = serializers.DictField()  # type: ignore[assignment]  # the public name

    class Meta:
        model = AuditEntry
        fields = ["subject", "position", "at", "by", "verb", "data", "previous", "sha256"]


class AuditQuery(Paged):
    subject = serializers.CharField(required=False, max_length=100, help_text='Such as "quote:Q-2026-0042".')
    by = serializers.CharField(required=False, max_length=150, help_text="A username.")
    verb = serializers.CharField(required=False, max_length=60, help_text="What was done, such as submit.")
    done_since = since("done")


class AuditLog(Endpoint):
    scopes = {"GET": Scope.AUDIT_READ}
    query = AuditQuery

    @extend_schema(responses=list_of(EntrySerializer))
    def get(self, request: Request) -> Response:
        """Everything that was changed, newest first."""
        user = person(request, Permission.SEE_AUDIT)
        found = audit.newest(**{name: self.asked.get(name, "") for name in ("subject", "by", "verb")})
        if "done_since" in self.asked:
            found = found.filter(at__gte=self.asked["done_since"])
        page = page_of(found, self.asked, "-at", "-pk", name="audit")
        if not may(user, Permission.SEE_MARGIN):
            for entry in page.rows:
                entry.data = masked(entry.data)
        return self.answer(page.answer(request, EntrySerializer(page.rows, many=True).data))
