"""From a quote document to the bytes of its PDF."""

from django.utils.translation import gettext as _

from core.formats import day
from core.pdf import Running, build, paper_for
from core.pdf.document import body_width
from quotes.documents import acceptance, cover, expected, lines
from quotes.documents.content import QuoteDocument


def render(document: QuoteDocument) -> bytes:
    """The finished PDF; the same document gives the same bytes."""
    paper = paper_for(document.customer.country)
    width = body_width(paper)
    story = [
        *cover.cover(document, width),
        *lines.what_you_get(document, width),
        *lines.options(document, width),
        *lines.usage_prices(document, width),
        *lines.credits(document, width),
        *expected.expected_bill(document, width),
        *expected.expected_usage(document, width),
        *acceptance.terms(document),
        *acceptance.acceptance(document, width),
    ]
    return build(story, _running(document), paper=paper)


def _running(document: QuoteDocument) -> Running:
    return Running(
        brand=document.seller.name,
        reference=_("Quote {reference}").format(reference=document.reference),
        footer=_("{reference} · SHA-256 {short_hash} · valid until {valid_until}").format(
            reference=document.reference, short_hash=document.short_hash, valid_until=day(document.valid_until)
        ),
        title=_("Quote {number} version {version}: {title}").format(
            number=document.number, version=document.version, title=document.title
        ),
        author=document.seller.name,
        subject=_("Quote for {name}").format(name=document.customer.name),
        keywords=(
            document.number,
            _("version {version}").format(version=document.version),
            f"sha256:{document.sha256}",
        ),
    )
