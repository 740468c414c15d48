"""docs/HANDOFF.md says what each billing system can bill as the code does."""

from docs.capabilities import PAGE, renewed


def test_the_table_is_that_of_the_targets():
    """Write it again with `python -m docs.capabilities`."""
    page = PAGE.read_text()
    assert page == renewed(page)
