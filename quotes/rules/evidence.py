"""Who signed, as the evidence page of a document says it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Signer:
    """One name under the version, as the evidence says it."""

    name: str
    title: str
    email: str
    at: str
    method: str
    verified: str
    address: str
    sha256: str
    for_seller: bool = False
