"""What the demo customers used: facts from public sources, mapped as metering/demo/feeds.yaml says."""

import csv
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from core.models import User
from metering.actions.imports import import_rows
from metering.models import UsageEvent
from metering.rules.files import Row

FOLDER = Path(__file__).resolve().parents[2] / "metering" / "demo"


def load(at: datetime) -> str:
    """Import each feed through the event path; a second time its events are duplicates and change nothing."""
    ivo = User.objects.get(username="ivo")
    for feed in yaml.safe_load((FOLDER / "feeds.yaml").read_text())["feeds"]:
        if UsageEvent.objects.filter(source=feed["source"]).exists():
            continue
        done = import_rows(rows(feed), name=feed["file"], format="csv", customer=None, by=ivo, at=at)
        if done.rejected:
            raise ValueError(f"{feed['file']}: {done.rejected[0]}")
    return f"{UsageEvent.objects.filter(source__startswith='demo/').count():,} usage events"


def rows(feed: dict[str, Any]) -> Iterator[Row]:
    """Each fact as a CloudEvent."""
    with (FOLDER / feed["file"]).open(newline="") as file:
        for line, fact in enumerate(csv.DictReader(file), start=2):
            target = feed["customers"][fact[feed["rows"]]]
            when = moment(fact[feed["time"]], feed)
            for column, value in feed["values"].items():
                raw = {
                    "source": feed["source"],
                    "id": f"{fact[feed['time']]}/{fact[feed['rows']]}/{column}",
                    "type": value["meter"],
                    "subject": target["customer"],
                    "time": when.isoformat(),
                    "data": {
                        "value": amount(fact[column], feed, target, value),
                        **target.get("dimensions", {}),
                        **value.get("dimensions", {}),
                    },
                }
                yield Row(line, raw, "", "")


def moment(text: str, feed: dict[str, Any]) -> datetime:
    """When the fact happened, moved by the feed's days; a day at noon, a week on its Sunday."""
    if feed["time"] == "minute":
        return datetime.fromisoformat(text) + timedelta(days=feed["move_days"])
    day = datetime.fromisoformat(text).date() + timedelta(days=feed["move_days"])
    if feed["time"] == "week":
        monday = day + timedelta(days=1) if day.weekday() == 6 else day
        day = monday + timedelta(days=6)
    return datetime.combine(day, time(12), UTC)


def amount(text: str, feed: dict[str, Any], target: dict[str, Any], value: dict[str, Any]) -> str:
    number = Decimal(text) * target.get("times", 1) / value.get("divide", feed.get("divide", 1))
    return str(round(number, 6))
