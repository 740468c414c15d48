"""The catalog as YAML, in and out."""

from collections.abc import Iterable
from typing import Any

import yaml
from pydantic import ValidationError

from catalog.documents.parts import Catalog
from core.errors import Invalid
from pricing.errors import from_pydantic


def read(texts: Iterable[tuple[str, str]]) -> Catalog:
    """The catalog in these (name, YAML text) files together."""
    merged: dict[str, Any] = {"meters": [], "products": [], "books": [], "wordbooks": []}
    for name, text in texts:
        for section, entries in mapping(name, text).items():
            if section not in merged or not isinstance(entries, list):
                raise Invalid({name: f'{name}: "{section}" should be one of {", ".join(merged)}, each a list.'})
            merged[section] += entries
    return validated(merged)


def validated(content: dict[str, Any]) -> Catalog:
    """The catalog that this mapping says; Invalid with every problem, by path."""
    try:
        return Catalog.model_validate(content)
    except ValidationError as error:
        problems = from_pydantic(error, content).problems
        raise Invalid({path: f"{path}: {message}." for path, message in problems}) from None


def mapping(name: str, text: str) -> dict[str, Any]:
    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise Invalid({name: f"{name} is not YAML: {error}"}) from None
    if not isinstance(content, dict):
        raise Invalid({name: f"{name} should be a mapping with meters, products or books."})
    return content


def write(catalog: Catalog) -> str:
    """YAML that reads back to exactly this catalog."""
    form = {section: entries for section, entries in catalog.form().items() if entries}
    return str(yaml.safe_dump(form, sort_keys=False, allow_unicode=True, width=110))
