"""The configured sources, from the file that `USAGE_SOURCES` names."""

import os
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.utils.module_loading import import_string
from pydantic import ValidationError

from metering.sources.base import Source

# Dotted paths, because a vendor's client is only loaded where it is used.
KINDS = {
    "openmeter": "metering.sources.openmeter.OpenMeterSource",
    "metronome": "metering.sources.metronome.MetronomeSource",
    "stripe": "metering.sources.stripe.StripeSource",
    "clickhouse": "metering.sources.queries.ClickHouseSource",
    "postgresql": "metering.sources.queries.PostgresSource",
}


class Misconfigured(ValueError):
    """The file cannot be used; the message names source, field and fix, never a secret."""


def configured_sources() -> list[Source]:
    """All sources in the order of the file; none without a file."""
    if not settings.USAGE_SOURCES:
        return []
    try:
        content = yaml.safe_load(Path(settings.USAGE_SOURCES).read_text())
    except (OSError, yaml.YAMLError) as problem:
        raise Misconfigured(f"{settings.USAGE_SOURCES}: {problem}") from None
    listed = content.get("sources") if isinstance(content, dict) else None
    if not isinstance(listed, list):
        raise Misconfigured(f'{settings.USAGE_SOURCES}: a list named "sources" is needed.')
    sources = [source_of(one) for one in listed]
    names = [source.name for source in sources]
    if twice := next((name for name in names if names.count(name) > 1), ""):
        raise Misconfigured(f"{twice}: this name stands twice; what was read is remembered by name.")
    return sources


def source_of(written: Any) -> Source:
    fields = dict(written) if isinstance(written, dict) else {}
    name, kind = fields.get("name", "?"), fields.get("kind")
    if kind not in KINDS:
        raise Misconfigured(f"{name}: kind is one of {', '.join(KINDS)}.")
    variable = fields.pop("secret_env", "")
    secret = os.environ.get(str(variable), "")
    if not secret:
        raise Misconfigured(f"{name}: secret_env names the variable that holds the key; {variable or 'it'} is empty.")
    source: type[Source] = import_string(KINDS[kind])
    try:
        return source(**{**fields, "secret": secret})
    except ValidationError as problem:
        said = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in problem.errors())
        raise Misconfigured(f"{name}: {said}") from None
