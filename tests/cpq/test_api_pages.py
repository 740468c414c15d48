"""docs/api/PAGES.md: whatever a page takes, a program can do too, or the page says why not."""

import re
from collections.abc import Callable

from docs.api import FOLDER
from tests.cpq.test_api_operations import OPERATIONS
from tests.cpq.test_matrix import ALL

ROWS = dict(re.findall(r"^\| (\w+:\w+) \| (.+) \|$", (FOLDER / "PAGES.md").read_text(), re.MULTILINE))
METHODS = "request_method_list"


def takes_posts(view: Callable | None) -> bool:
    """Whether the decorators of the view, or its class, let a POST through."""
    if hasattr(view, "view_class"):
        return hasattr(view.view_class, "post")
    while view:
        names = view.__code__.co_freevars
        if METHODS in names:
            return "POST" in view.__closure__[names.index(METHODS)].cell_contents
        view = getattr(view, "__wrapped__", None)
    return False


def test_every_page_that_takes_something_has_its_row():
    pages = [name for name, pattern in ALL.items() if not name.startswith("api_") and takes_posts(pattern.callback)]
    assert sorted(pages) == list(ROWS)


def test_every_operation_that_is_named_is_there():
    named = {name for said in ROWS.values() for name in re.findall(r"`(\w+)`", said)}
    assert named - set(OPERATIONS) == set()
    assert len(named) > 80
