"""When a price book may change, be published, or get a successor. Pure."""

from collections.abc import Collection


def why_not_change(name: str, status: str) -> str:
    """Why the book's contents cannot change; "" if they can."""
    if status == "draft":
        return ""
    return f"{name} is {status} and never changes; make the change in a new version."


def why_not_publish(name: str, status: str, *, prices: int, author_ids: Collection[int], person_id: int) -> str:
    """Why this person cannot publish the book; "" if they can."""
    if status != "draft":
        return f"{name} is already {status}."
    if not prices:
        return f"{name} has no prices yet."
    if person_id in author_ids:
        return "You worked on this version; a second person publishes it."
    return ""


def why_not_start_version(name: str, status: str, *, draft: str) -> str:
    """Why no new version can be started from this one; "" if it can. `draft` names the one already open."""
    if status == "draft":
        return f"{name} is itself a draft."
    return f"{draft} is already open as a draft." if draft else ""


def why_not_discard(name: str, status: str) -> str:
    """Why the book cannot be thrown away; "" if it can."""
    return "" if status == "draft" else f"{name} is {status}; quotes may stand on it."


def why_not_retire(name: str, status: str) -> str:
    """Why the book cannot be retired; "" if it can."""
    return "" if status == "published" else f"{name} is {status}; only a published book is retired."
