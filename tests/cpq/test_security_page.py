import re
from pathlib import Path

from docs.permissions import PAGE, renewed

ROOT = PAGE.parent.parent


def test_the_table_of_permissions_is_that_of_the_code():
    """Write it again with `python -m docs.permissions`."""
    page = PAGE.read_text()
    assert renewed(page) == page


def test_every_control_and_test_that_is_named_is_there():
    named = re.findall(r"`((?:tests|core|cpq|quotes|docs)/[\w/.-]+)`", PAGE.read_text())
    assert len(named) > 20
    assert [path for path in named if not (ROOT / Path(path)).exists()] == []
