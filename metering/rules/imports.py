"""When a previewed file may still be recorded or discarded."""

LARGEST_UPLOAD = 20 * 1024 * 1024

DONE = {"recorded": "already recorded", "discarded": "discarded"}


def why_not_record(state: str, accepted: int) -> str:
    """Why this import cannot be recorded; "" if it can."""
    if state != "previewed":
        return f"This file is {DONE[state]}."
    return "" if accepted else "This file holds no new event to record."


def why_not_discard(state: str) -> str:
    """Why this import cannot be discarded; "" if it can."""
    return "" if state == "previewed" else f"This file is {DONE[state]}."
