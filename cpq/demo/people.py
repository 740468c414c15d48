"""Who works at the demo company."""

from datetime import datetime

from django.contrib.auth.hashers import make_password

from core.models import User

PASSWORD = "quantile-demo"

CAST: tuple[tuple[str, str, str, str, list[str]], ...] = (
    ("ada", "Ada", "Lindqvist", "Account Executive", ["sales"]),
    ("ben", "Ben", "Okafor", "Deal Desk Lead", ["deal_desk"]),
    ("fay", "Fay", "Moreau", "Finance Director", ["finance"]),
    ("pia", "Pia", "Castellano", "Head of Pricing Operations", ["pricing_ops"]),
    ("ivo", "Ivo", "Tanaka", "Integration Engineer", ["integrator"]),
    ("mia", "Mia", "Sato", "IT Operations", ["admin"]),
    ("eve", "Eve", "Winters", "Account Executive", ["sales"]),
    ("dan", "Dan", "Nobody", "", []),
)


def load(at: datetime) -> str:
    """Add whoever is missing; one demo password, hashed once."""
    there = set(User.objects.values_list("username", flat=True))
    hashed = make_password(PASSWORD)
    for username, first_name, last_name, title, roles in CAST:
        if username not in there:
            User.objects.create(
                username=username,
                email=f"{username}@northlight-ai.example",
                password=hashed,
                first_name=first_name,
                last_name=last_name,
                title=title,
                roles=roles,
            )
    return f"{len(CAST)} people"
