"""JSON Schema of the terms and of every price model: `python -m pricing.schema FOLDER` writes them."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from . import models
from .components import Component
from .terms import CURRENT_VERSION, Terms

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schemas() -> Mapping[str, str]:
    """Return the text of each schema by file name."""
    found: dict[str, Any] = {f"terms-v{CURRENT_VERSION}": Terms.model_json_schema()}
    found["component"] = TypeAdapter(Component).json_schema()
    for model in models.MODELS:
        found[f"price-{model.model_fields['model'].default}"] = TypeAdapter(model).json_schema()
    return {f"{name}.json": _written(schema) for name, schema in found.items()}


def write(folder: Path) -> None:
    """Write all schemas into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in schemas().items():
        (folder / name).write_text(text)


def _written(schema: Any) -> str:
    return json.dumps({"$schema": DIALECT, **schema}, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    write(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/schema"))
