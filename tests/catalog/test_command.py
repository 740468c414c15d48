import pytest
from django.core.management import CommandError, call_command

from catalog.models import PriceBook
from tests.factories import CATALOG, make_book


def test_diff_apply_export_and_nothing_to_change(pia, tmp_path, capsys):
    call_command("catalog", "diff", str(CATALOG))
    assert "entries would change." in capsys.readouterr().out
    assert not PriceBook.objects.exists()
    call_command("catalog", "apply", str(CATALOG), "--by", "pia")
    assert PriceBook.objects.get().author_ids == [pia.pk]
    capsys.readouterr()
    call_command("catalog", "export", "tests@1")
    written = tmp_path / "book.yaml"
    written.write_text(capsys.readouterr().out)
    call_command("catalog", "apply", str(written), "--by", "pia")
    assert capsys.readouterr().out == "Nothing to change.\n"


@pytest.mark.parametrize("by", ["ada", "nobody"])
def test_only_pricing_operations_apply(ada, by):
    with pytest.raises(CommandError, match="may not edit the catalog"):
        call_command("catalog", "apply", str(CATALOG), "--by", by)
    assert not PriceBook.objects.exists()


def test_a_published_book_and_wrong_files_are_said(pia, tmp_path):
    make_book()
    changed = tmp_path / "book.yaml"
    changed.write_text(CATALOG.read_text().replace('fee: "2500"', 'fee: "1"'))
    with pytest.raises(CommandError, match="never changes"):
        call_command("catalog", "apply", str(changed), "--by", "pia")
    with pytest.raises(CommandError, match="No such file"):
        call_command("catalog", "diff", str(tmp_path / "none.yaml"))
    with pytest.raises(CommandError, match="There is no price book other"):
        call_command("catalog", "export", "other")
