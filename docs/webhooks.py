"""The catalogue of events in docs/WEBHOOKS.md, from cpq/webhook_events.py: `python -m docs.webhooks` writes it."""

import os
from pathlib import Path

import django

# What events are called is words in a language, and those want the settings.
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cpq.settings")
django.setup()

from core.announcing import events  # noqa: E402

PAGE = Path(__file__).parent / "WEBHOOKS.md"
BEGIN, END = "<!-- events: generated -->", "<!-- end of events -->"


def table() -> str:
    rows = ["| type | when | data |", "| --- | --- | --- |"]
    for event in events():
        fields = ", ".join(f"`{field}`" for field in (event.kind, *event.fields))
        rows.append(f"| `{event.name}` | {event.about} | {fields} |")
    return "\n".join(rows)


def renewed(page: str) -> str:
    """The page with the catalogue as it is now."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text()))
