"""Secrets of others (keys of billing systems, webhook secrets), encrypted at rest and opened only to be used."""

import base64
import hashlib
import json
from collections.abc import Mapping
from functools import lru_cache

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


def sealed(values: Mapping[str, str]) -> str:
    """The values as one encrypted text."""
    return cipher(settings.ENCRYPTION_KEYS).encrypt(json.dumps(dict(values)).encode()).decode()


def unsealed(text: str) -> dict[str, str]:
    """What `sealed` made the text of; raises `cryptography.fernet.InvalidToken` if no key of ours fits."""
    return dict(json.loads(cipher(settings.ENCRYPTION_KEYS).decrypt(text.encode()))) if text else {}


@lru_cache(maxsize=4)
def cipher(keys: tuple[str, ...]) -> MultiFernet:
    """The first key seals; all of them open, so that a key can be changed without losing what an old one sealed."""
    digests = (hashlib.sha256(key.encode()).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
