"""docs/FAULTS.md names tests that are there, for every row that it should have."""

import ast
import re
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
PAGE = (ROOT / "docs" / "FAULTS.md").read_text()
ROWS = re.findall(r"^\| ([FT]\d+) \|.*\|$", PAGE, re.MULTILINE)
NAMED = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)
WANTED = {f"F{number}" for number in range(1, 27)} | {
    f"T{number}" for number in (*range(1, 15), 17, 18, 21, 22, 23, 26, 27, 28)
}


def test_every_row_is_there_once_and_names_a_test():
    assert set(ROWS) >= WANTED
    assert len(ROWS) == len(set(ROWS))
    lines = [line for line in PAGE.splitlines() if re.match(r"\| [FT]\d", line)]
    assert [line[:6] for line in lines if "`tests/" not in line] == []


def test_every_test_that_is_named_is_there():
    assert sorted(f"{path}::{name}" for path, name in set(NAMED) if name not in functions_of(ROOT / path)) == []


def functions_of(path: Path) -> set[str]:
    body = ast.parse(path.read_text()).body if path.exists() else []
    return {one.name for one in body if isinstance(one, ast.FunctionDef)}
