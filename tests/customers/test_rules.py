import pytest

from customers.rules import slug_of, why_not_parent


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Hartwell & Partners LLP", "hartwell-partners-llp"),
        ("O'Neill", "oneill"),
        ("  Émile  ", "mile"),
        ("北京", ""),
        ("x" * 80, "x" * 50),
    ],
)
def test_names_become_addresses(name, slug):
    assert slug_of(name) == slug


PARENTS = {"child": "parent", "parent": "top"}


@pytest.mark.parametrize(
    ("slug", "parent", "refused"),
    [
        ("child", "top", False),
        ("other", "child", False),
        ("child", "", False),
        ("top", "child", True),
        ("top", "top", True),
    ],
)
def test_nobody_stands_above_itself(slug, parent, refused):
    assert bool(why_not_parent(slug, parent, PARENTS)) is refused


LINE = {"b": "a", "c": "b", "d": "c", "e": "d"}  # five levels, a on top


@pytest.mark.parametrize(
    ("slug", "parent", "refused"),
    [
        ("new", "d", False),
        ("new", "e", True),
        ("a", "new", True),
        ("b", "new", False),
        ("top", "new", False),
    ],
)
def test_a_family_has_five_levels(slug, parent, refused):
    assert ("at most 5 levels" in why_not_parent(slug, parent, LINE)) is refused
