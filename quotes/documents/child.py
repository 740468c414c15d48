"""The PDF in a process of its own, which knows neither the database nor a secret: JSON in, PDF out.

`python -m quotes.documents.child` takes on standard input what `made_apart` writes there. It is bounded in time and
memory: whatever a quote may hold, it cannot take the worker down.
"""

import base64
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import django
from django.conf import settings

from core.languages import lazily as _
from quotes.documents.content import QuoteDocument
from quotes.documents.render import render
from quotes.rules.evidence import Signer

NEEDED = ("LANGUAGE_CODE", "LANGUAGES", "LOCALE_PATHS", "USE_I18N", "USE_TZ", "TIME_ZONE", "BASE_DIR")
HERE = Path(__file__).resolve().parents[2]
LIMITED = 'ulimit -v "$1"; exec "$2" -m quotes.documents.child'
TOO_LONG = _("Making it took longer than {seconds} seconds.")
FAILED = _("It could not be made within {megabytes} MB of memory, or something in it cannot be drawn.")


class NotMade(Exception):
    """Why there is no document, for a person to read."""


def made_apart(
    snapshot: str, sha256: str, *, logo: bytes = b"", signers: Sequence[Signer] = (), watermark: str = ""
) -> bytes:
    """The PDF, or `NotMade`."""
    order = {
        "settings": {name: getattr(settings, name) for name in NEEDED},
        "snapshot": snapshot,
        "sha256": sha256,
        "logo": base64.b64encode(logo).decode(),
        "signers": [asdict(signer) for signer in signers],
        "watermark": watermark,
    }
    try:
        done = subprocess.run(
            ["/bin/sh", "-c", LIMITED, "sh", str(settings.DOCUMENT_MEMORY // 1024), sys.executable],
            input=json.dumps(order, default=str).encode(),
            capture_output=True,
            timeout=settings.DOCUMENT_SECONDS,
            cwd=HERE,
            env={"PATH": os.environ.get("PATH", ""), "OPENBLAS_NUM_THREADS": "1", "PYTHONHASHSEED": "0"},
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise NotMade(str(TOO_LONG).format(seconds=settings.DOCUMENT_SECONDS)) from None
    if done.returncode or not done.stdout.startswith(b"%PDF"):
        sys.stderr.write(done.stderr.decode(errors="replace")[-2000:])
        raise NotMade(str(FAILED).format(megabytes=settings.DOCUMENT_MEMORY // 2**20))
    return done.stdout


def main() -> None:
    order = json.load(sys.stdin)
    settings.configure(**order["settings"], INSTALLED_APPS=[])
    django.setup()
    sys.stdout.buffer.write(drawn(order))


def drawn(order: dict[str, Any]) -> bytes:
    return render(
        QuoteDocument.parse(order["snapshot"], order["sha256"]),
        logo=base64.b64decode(order["logo"]),
        signers=[Signer(**signer) for signer in order["signers"]],
        watermark=order["watermark"],
    )


if __name__ == "__main__":
    main()
