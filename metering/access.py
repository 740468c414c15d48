"""Who may read usage, and who may bring it."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from core.access import person
from core.models import User
from core.roles import Permission
from metering.models import UsageImport


def importer(request: HttpRequest) -> User:
    """Whoever may bring usage; strangers and everyone else get 404."""
    return person(request, Permission.IMPORT_USAGE)


def sender(request: HttpRequest) -> User:
    """Whoever may send events: a person who may bring usage, or a program with a key for it."""
    return person(request, Permission.IMPORT_USAGE)


def reader(request: HttpRequest) -> User:
    """Whoever may read customers' usage: a person who may see customers, or a program with a key for it."""
    return person(request, Permission.SEE_CUSTOMERS)


def import_for(request: HttpRequest, pk: int) -> tuple[User, UsageImport]:
    """Load an import for someone who may bring usage; the file's content stays where it is."""
    user = importer(request)
    imports = UsageImport.objects.select_related("customer", "created_by").defer("content")
    return user, get_object_or_404(imports, pk=pk)
