"""Events as integrators send them."""

from datetime import UTC, datetime
from typing import Any

from tests.factories import make_book, make_customer

AT = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)


def make_acme(slug: str = "acme"):
    make_book()
    return make_customer(slug, history=False)


def event(id: str = "e1", *, value: Any = "100", time: str = "2026-11-20T10:00:00Z", **changes: Any) -> dict[str, Any]:
    data = {"value": value, **changes.pop("dimensions", {"direction": "input"})}
    base = {"specversion": "1.0", "id": id, "source": "app", "type": "tokens", "subject": "acme", "time": time}
    return {**base, "data": data, **changes}
