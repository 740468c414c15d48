from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.timezone import now

from cpq.demo.quotes import customer_link


class Command(BaseCommand):
    help = "A fresh link to the demo customer's page; her earlier link stops working."

    def handle(self, *args: object, **options: object) -> str:
        path = customer_link(now())
        return f"{settings.SITE_URL}{path}" if path else "No demo quote is with a customer; Ada can send one."
