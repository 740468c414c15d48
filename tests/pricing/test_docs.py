"""The examples of docs/PRICING.md are run, and its table of steps is the tuple of the code."""

import re
from pathlib import Path

from pricing import STEPS, rating

TEXT = (Path(__file__).parents[2] / "docs" / "PRICING.md").read_text()


def test_examples_are_true():
    examples = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    assert len(examples) >= 5
    namespace: dict[str, object] = {}
    for example in examples:
        exec(compile(example, "docs/PRICING.md", "exec"), namespace)


def test_steps_are_told_in_their_order():
    told = re.findall(r"^\| \d+ `(\w+)`", TEXT, re.MULTILINE)
    assert told == [step.__name__ for step in STEPS] == [step.__name__ for step in rating.STEPS]


def test_every_price_model_is_told():
    told = re.findall(r"^\| `(\w+)` \|", TEXT, re.MULTILINE)
    schemas = Path(__file__).parents[2] / "docs" / "schema"
    assert set(told) == {path.stem.removeprefix("price-") for path in schemas.glob("price-*.json")}
