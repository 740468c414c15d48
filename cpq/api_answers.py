"""An answer of each shape, as it was given in the tests' own world: tests/cpq/test_api_answers.py writes them."""

import json
from pathlib import Path
from typing import Any

Json = dict[str, Any]
KEPT = Path(__file__).with_name("api_answers.json")


def answered(result: Json, **_: Any) -> Json:
    """A hook of the generator: every operation refers to the example of what it answers."""
    examples = json.loads(KEPT.read_text())
    for path in result["paths"].values():
        for operation in path.values():
            for content in answers_of(operation):
                if (name := shape_of(content)) in examples:
                    content["examples"] = {"Answer": {"$ref": f"#/components/examples/{name}"}}
    result["components"]["examples"] = {name: {"value": value} for name, value in examples.items()}
    return result


def answers_of(operation: Json) -> list[Json]:
    """What is answered in JSON where all is well."""
    found = [answer.get("content", {}) for status, answer in operation["responses"].items() if status.startswith("2")]
    return [content["application/json"] for content in found if "application/json" in content]


def shape_of(content: Json) -> str:
    return str(content.get("schema", {}).get("$ref", "")).rpartition("/")[2]
