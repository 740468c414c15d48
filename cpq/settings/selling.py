"""Who sells, from which prices, and what a document may take."""

import os

from cpq.settings.place import VAR

# The environment whose published price books quotes are made from.
PRICE_ENVIRONMENT = os.environ.get("PRICE_ENVIRONMENT", "production")

SELLER = {
    "name": os.environ.get("SELLER_NAME", "Northlight AI, Inc."),
    "address": os.environ.get("SELLER_ADDRESS", "548 Market Street\nSan Francisco, CA 94104\nUnited States"),
    "email": os.environ.get("SELLER_EMAIL", "deals@northlight.example"),
    "zone": os.environ.get("SELLER_ZONE", "America/Los_Angeles"),
}
# What making one PDF may take; beyond that it is ended, tried once more, and said to have failed.
DOCUMENT_SECONDS = int(os.environ.get("DOCUMENT_SECONDS", "60"))
DOCUMENT_MEMORY = int(os.environ.get("DOCUMENT_MEMORY", str(1500 * 2**20)))
# The certificate that seals documents (PAdES): a PKCS #12 file and its pass phrase; see docs/DOCUMENTS.md.
# The demo makes one of its own, which is used where no other is named.
DEMO_CERTIFICATE = str(VAR / "seal.p12")
DOCUMENT_CERTIFICATE = os.environ.get("DOCUMENT_CERTIFICATE", DEMO_CERTIFICATE if (VAR / "seal.p12").exists() else "")
DOCUMENT_PASSPHRASE = os.environ.get("DOCUMENT_PASSPHRASE", "")
