"""Row T10: markup that is not escaped is made in a few known places only, of strings of our own."""

import re
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
OURS = {"core/charts/frame.py", "core/icons.py", "core/second_factor.py", "core/templatetags/quantile.py"}
UNESCAPED = re.compile(r"\bmark_safe\(|\bSafeString\(|\bSafeText\(")


def test_t10_no_template_switches_escaping_off():
    pages = sorted((ROOT / "templates").rglob("*.html"))
    found = [path.name for path in pages if re.search(r"\|\s*safe\b|autoescape off|safeseq", path.read_text())]
    assert (found, len(pages) > 100) == ([], True)


def test_t10_few_places_make_markup():
    apps = [ROOT / app for app in settings.INSTALLED_APPS if (ROOT / app).is_dir()]
    files = [path for app in apps for path in app.rglob("*.py")]
    assert {str(path.relative_to(ROOT)) for path in files if UNESCAPED.search(path.read_text())} <= OURS
