"""A certificate of the demo's own, so that its documents carry a seal: trusted by nobody, and never committed."""

import os
from datetime import datetime
from pathlib import Path

from django.conf import settings

from core.pdf.sealing import self_made

OWNER = "Northlight AI, Inc. (demo, made by itself)"


def load(at: datetime) -> str:
    """Make it where there is none; documents made by processes that start later are sealed with it."""
    if settings.DEMO_CERTIFICATE and not Path(settings.DEMO_CERTIFICATE).exists():
        file = os.open(settings.DEMO_CERTIFICATE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(file, "wb") as out:
            out.write(self_made(OWNER, settings.DOCUMENT_PASSPHRASE, at=at))
    return "a seal"
