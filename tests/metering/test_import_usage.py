import csv

import pytest
from django.core.management import CommandError, call_command

from metering.models import UsageEvent, UsageImport
from tests.metering.actions.test_imports import CSV
from tests.metering.events import make_acme


@pytest.fixture
def file(tmp_path, db):
    make_acme()
    path = tmp_path / "usage.csv"
    path.write_bytes(CSV)
    return path


def test_it_records_and_reports(file, capsys):
    call_command("import_usage", str(file), "--customer", "acme")
    assert capsys.readouterr().out.splitlines() == [
        "2 recorded, 1 duplicate, 1 rejected",
        "The new events happened between 2026-11-20 and 2026-11-21.",
        "tokens direction=cached is not among the values the catalog knows; 1 event kept.",
        "line 5 (3): value: 1E+18 is not below 1E+18.",
    ]
    assert UsageEvent.objects.count() == 2
    assert UsageImport.objects.get().state == "recorded"


def test_again_adds_nothing(file, capsys):
    for _ in range(2):
        call_command("import_usage", str(file), "--customer", "acme")
    assert UsageEvent.objects.count() == 2


def test_rejected_rows_go_to_a_file(file, tmp_path, capsys):
    target = tmp_path / "rejected.csv"
    call_command("import_usage", str(file), "--customer", "acme", "--rejected", str(target))
    assert list(csv.reader(target.read_text().splitlines())) == [
        ["line", "id", "reason", "row"],
        ["5", "3", "value: 1E+18 is not below 1E+18.", "3,2026-11-22T10:00:00Z,tokens,1e18,input"],
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--customer", "nobody"], 'no customer "nobody"'),
        ([], "customer: choose a column or a constant."),
    ],
)
def test_what_cannot_be_is_said(file, arguments, said):
    with pytest.raises(CommandError, match=said):
        call_command("import_usage", str(file), *arguments)


def test_an_unknown_name_asks_for_the_format(file, tmp_path):
    with pytest.raises(CommandError, match="add --format"):
        call_command("import_usage", str(file.rename(tmp_path / "usage")), "--customer", "acme")


def test_a_missing_file_is_said(db):
    with pytest.raises(CommandError, match="No such file"):
        call_command("import_usage", "none.csv")
