"""The PDF is made by the worker, once, within limits, and sealed when there is a certificate."""

import hashlib
import io
import shutil
import subprocess

import pytest
from django.utils.timezone import now
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from core.models import OutboxMessage
from core.outbox import deliver
from core.pdf.sealing import NoCertificate, seal, self_made
from quotes.actions.documents import ask_for, file_of
from quotes.models import Document
from tests.factories import AT, make_submitted_quote
from tests.quotes.documents.made import made_here, work

pytestmark = pytest.mark.django_db


def deliver_again() -> None:
    """The outbox comes back to a message that failed."""
    message = OutboxMessage.objects.get(topic="document.asked")
    OutboxMessage.objects.update(available_at=AT)
    deliver(message.pk, at=now())


def asked_for():
    """A submitted version whose document somebody wanted to see."""
    version = make_submitted_quote()
    ask_for(version, at=AT)
    return version


def test_the_worker_makes_it_once():
    version = asked_for()
    assert Document.objects.get().state == "waiting"
    work()
    made = Document.objects.get()
    assert (made.state, made.sha256, made.layout) == ("made", hashlib.sha256(bytes(made.pdf)).hexdigest(), "standard")
    assert made.pages >= 3
    assert ask_for(version, at=AT).pk == made.pk
    assert file_of(version, at=AT) == bytes(made.pdf)
    assert OutboxMessage.objects.filter(topic="document.asked").count() == 1


@pytest.mark.apart
@pytest.mark.parametrize(
    ("name", "limit", "sentence"),
    [
        ("DOCUMENT_SECONDS", 0.05, "Making it took longer than 0.05 seconds."),
        ("DOCUMENT_MEMORY", 40 * 2**20, "It could not be made within 40 MB of memory"),
    ],
)
def test_a_limit_ends_it_once_more_and_then_says_so(settings, ada, client_of, name, limit, sentence):
    """F24: the process is ended, the page stays up, and the second failure is said to people."""
    setattr(settings, name, limit)
    version = asked_for()
    work()
    first = Document.objects.get()
    assert (first.state, first.attempts, first.pdf) == ("waiting", 1, None)
    deliver_again()
    second = Document.objects.get()
    assert (second.state, second.attempts, second.pdf) == ("failed", 2, None)
    assert second.error.startswith(sentence)
    page = client_of(ada).get(f"/quotes/{version.quote.number}/v1/document.pdf")
    assert page.status_code == 503
    assert sentence in page.content.decode()


@pytest.mark.apart
def test_the_process_apart_makes_the_same_bytes():
    version = make_submitted_quote()
    apart = file_of(version, at=AT)
    assert apart == made_here(version.snapshot, version.sha256)


@pytest.fixture
def certificate(settings, tmp_path):
    path = tmp_path / "seal.p12"
    path.write_bytes(self_made("Northlight AI, Inc. (demo)", "secret", at=now()))
    settings.DOCUMENT_CERTIFICATE, settings.DOCUMENT_PASSPHRASE = str(path), "secret"
    return path


def test_a_certificate_seals_it_and_the_seal_holds(certificate):
    asked_for()
    work()
    made = Document.objects.get()
    assert "Northlight AI, Inc. (demo)" in made.signed_by
    [signature] = PdfFileReader(io.BytesIO(bytes(made.pdf))).embedded_signatures
    owner = signature.signer_cert
    status = validate_pdf_signature(signature, ValidationContext(trust_roots=[owner]))
    assert (status.intact, status.valid, status.trusted) == (True, True, True)
    assert str(signature.sig_object["/SubFilter"]) == "/ETSI.CAdES.detached"


@pytest.mark.skipif(not shutil.which("pdfsig"), reason="pdfsig (Debian: poppler-utils) is not installed")
def test_pdfsig_finds_the_seal_valid(certificate, tmp_path):
    version = make_submitted_quote()
    path = tmp_path / "quote.pdf"
    path.write_bytes(file_of(version, at=AT))
    said = subprocess.run(["pdfsig", path], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid." in said
    assert "Total document signed" in said


def test_a_changed_file_breaks_the_seal(certificate):
    data = file_of(make_submitted_quote(), at=AT).replace(b"/Type /Page\n", b"/Type /Pagf\n", 1)
    [signature] = PdfFileReader(io.BytesIO(data), strict=False).embedded_signatures
    assert not validate_pdf_signature(signature, ValidationContext(trust_roots=[signature.signer_cert])).intact


def test_the_wrong_pass_phrase_is_said(certificate):
    with pytest.raises(NoCertificate):
        seal(b"%PDF-1.4", certificate, "wrong", reason="x")
