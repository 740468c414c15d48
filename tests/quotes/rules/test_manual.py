from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from quotes.rules.manual import filled


def test_the_manual_says_what_the_tables_say(capsys):
    text = (Path(settings.BASE_DIR) / "docs/QUOTES.md").read_text()
    assert filled(text) == text
    call_command("lifecycle", "--check")
    assert capsys.readouterr().out == "docs/QUOTES.md says what the tables say.\n"
