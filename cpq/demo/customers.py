"""Who buys from the demo company."""

from datetime import datetime
from pathlib import Path

import yaml

from core.models import User
from customers.actions import add_contact, add_customer
from customers.models import Customer

FILE = Path(__file__).resolve().parents[2] / "customers" / "demo" / "customers.yaml"


def load(at: datetime) -> str:
    """Add the customers that are missing, parents before children as the file lists them."""
    entries = yaml.safe_load(FILE.read_text())["customers"]
    ada = User.objects.get(username="ada")
    customers = Customer.objects.in_bulk(field_name="slug")
    for entry in entries:
        if entry["slug"] not in customers:
            contacts = entry.pop("contacts")
            parent = customers.get(entry.pop("parent", ""))
            customer = add_customer({**entry, "parent": parent}, by=ada, at=at)
            for contact in contacts:
                add_contact(customer, **contact, by=ada, at=at)
            customers[customer.slug] = customer
    return f"{len(entries)} customers"
