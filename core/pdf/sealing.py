"""A seal on a finished PDF: a PAdES signature by a certificate, which any reader of PDFs can check."""

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, NoEncryption
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, SimpleSigner
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import PdfSigner

FIELD = "Seal"
YEARS = 5


class NoCertificate(Exception):
    """Why the certificate cannot be used."""


def seal(pdf: bytes, certificate: Path, passphrase: str, *, reason: str, place: str = "") -> tuple[bytes, str]:
    """The file with the seal added, and whose it is. What was there before stays byte for byte."""
    signer = SimpleSigner.load_pkcs12(str(certificate), passphrase=passphrase.encode() or None)
    if signer is None:
        raise NoCertificate(f"{certificate.name} is no PKCS #12 file that this pass phrase opens.")
    details = PdfSignatureMetadata(
        field_name=FIELD, reason=reason, location=place or None, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES
    )
    out = io.BytesIO()
    PdfSigner(details, signer).sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), output=out)
    owner = signer.signing_cert
    return out.getvalue(), str(owner.subject.human_friendly) if owner else ""


def self_made(name: str, passphrase: str, *, at: datetime) -> bytes:
    """A certificate that its owner made: good for a demo, trusted by nobody else."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=3072)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at.astimezone(UTC) - timedelta(days=1))
        .not_valid_after(at.astimezone(UTC) + timedelta(days=365 * YEARS))
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    lock = BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
    return serialize_key_and_certificates(name.encode(), key, certificate, None, lock)
