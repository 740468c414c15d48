"""From a quote document to the bytes of its PDF."""

from collections.abc import Callable, Sequence
from functools import partial

from django.utils.translation import gettext as _
from django.utils.translation import override
from reportlab.platypus import Flowable

from core.formats import day
from core.pdf import Brand, Running, build, paper_for
from core.pdf.document import PAPERS, body_width
from core.pdf.fonts import provide
from quotes.documents import acceptance, cover, expected, lines, money_flow
from quotes.documents.content import QuoteDocument
from quotes.rules.evidence import Signer

Section = Callable[[QuoteDocument, float], list[Flowable]]
SECTIONS: dict[str, Section] = {
    "lines": lines.what_you_get,
    "options": lines.options,
    "prices": lines.usage_prices,
    "examples": money_flow.examples,
    "credits": money_flow.promises,
    "bill": expected.expected_bill,
    "usage": expected.expected_usage,
    "payments": money_flow.payment_schedule,
    "terms": acceptance.terms,
}


def render(document: QuoteDocument, *, logo: bytes = b"", signers: Sequence[Signer] = (), watermark: str = "") -> bytes:
    """The finished PDF in the customer's language; the same document gives the same bytes."""
    provide(repr((document, signers)))
    brand = Brand.of(document.seller.name, document.style.accent, logo)
    paper = PAPERS.get(document.style.paper) or paper_for(document.customer.country)
    width = body_width(paper)
    with override(document.language):
        found: dict[str, Section] = SECTIONS | {"signatures": partial(acceptance.acceptance, signers=signers)}
        story = cover.cover(document, width, brand)
        for name in document.sections:
            story += found[name](document, width) if name in found else []
        story += acceptance.evidence(document, width, signers)
        return build(story, running(document, brand, watermark), paper=paper)


def running(document: QuoteDocument, brand: Brand, watermark: str) -> Running:
    page_of = _("Page {page} of {total}")
    return Running(
        brand=brand,
        reference=_("Quote {reference}").format(reference=document.reference),
        footer=_("{reference} · SHA-256 {short_hash} · valid until {valid_until}").format(
            reference=document.reference, short_hash=document.short_hash, valid_until=day(document.valid_until)
        ),
        title=_("Quote {number} version {version}: {title}").format(
            number=document.number, version=document.version, title=document.title
        ),
        author=document.seller.legal_name or document.seller.name,
        subject=_("Quote for {name}").format(name=document.customer.name),
        keywords=(
            document.number,
            _("version {version}").format(version=document.version),
            f"sha256:{document.sha256}",
        ),
        legal=document.style.footer,
        language=document.language,
        page_of=lambda page, total: page_of.format(page=page, total=total),
        watermark=watermark,
    )
