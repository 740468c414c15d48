"""Secrets that are made again when they are needed, from a random seed in the database and the key in the settings.

Neither half tells the secret: a copy of the database opens nothing.
"""

import base64
import secrets

from django.utils.crypto import salted_hmac


def new_seed() -> str:
    """256 random bits."""
    return secrets.token_hex(32)


def token(purpose: str, seed: str) -> str:
    """256 bits for an address."""
    return base64.urlsafe_b64encode(digest(purpose, seed)).decode().rstrip("=")


def digits(purpose: str, seed: str, *, count: int = 6) -> str:
    """A number to type, with leading zeros."""
    return f"{int.from_bytes(digest(purpose, seed)) % 10**count:0{count}}"


def digest(purpose: str, seed: str) -> bytes:
    return salted_hmac(f"quantile.{purpose}", seed, algorithm="sha256").digest()
