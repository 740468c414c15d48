"""Who signs a version, who has, and whose turn it is."""

from dataclasses import dataclass
from datetime import datetime

from core.models import User
from quotes.models import Countersigning, QuoteVersion, RoomLink, Signature
from quotes.rules import signing


def signers(version_id: int) -> list[RoomLink]:
    """Whose signature the version needs, in their order: all who may sign, and whoever did."""
    links = RoomLink.objects.filter(version=version_id, right=RoomLink.Right.SIGN)
    kept = links.filter(revoked_at=None) | links.filter(signature__isnull=False)
    return list(kept.select_related("signature").order_by("order", "pk"))


def signed(links: list[RoomLink]) -> set[int]:
    return {link.pk for link in links if hasattr(link, "signature")}


def waiting(version_id: int) -> list[RoomLink]:
    """Whose turn it is; nobody's when all of the customer's signatures are there."""
    links = signers(version_id)
    turn = {one.pk for one in signing.waiting(links, signed(links))}
    return [link for link in links if link.pk in turn]


def why_not_sign(link: RoomLink) -> str:
    links = signers(link.version_id)
    return signing.why_not_sign(link, links, signed(links))


def may_sign(link: RoomLink, at: datetime) -> bool:
    return link.right == RoomLink.Right.SIGN and link.revoked_at is None and at < link.expires_at


def wants_countersignature(version_id: int) -> bool:
    """Whether the seller's signature was asked for and is not there yet."""
    asked = Countersigning.objects.filter(version=version_id).exists()
    return asked and not Signature.objects.filter(version=version_id, user__isnull=False).exists()


def countersigner(version_id: int) -> User | None:
    """Who signs for the seller, where that is one person."""
    asked = Countersigning.objects.filter(version=version_id).select_related("signer").first()
    return asked.signer if asked else None


@dataclass(frozen=True)
class SignerRow:
    """A signature, or the place for one."""

    name: str
    title: str
    email: str
    order: int
    seller: bool
    signature: Signature | None
    turn: bool
    mine: bool = False


def signer_rows(version: QuoteVersion, *, seller: str, link: RoomLink | None = None) -> tuple[SignerRow, ...]:
    """Everybody whose signature is wanted, in order; the seller's own comes last."""
    links = signers(version.pk)
    turn = {one.pk for one in signing.waiting(links, signed(links))}
    rows = [
        SignerRow(
            name=one.signature.name if one.pk in signed(links) else one.name,
            title=one.signature.title if one.pk in signed(links) else one.title,
            email=one.email,
            order=one.order,
            seller=False,
            signature=getattr(one, "signature", None),
            turn=one.pk in turn,
            mine=link is not None and one.pk == link.pk,
        )
        for one in links
    ]
    if asked := Countersigning.objects.filter(version=version.pk).select_related("signer").first():
        own = Signature.objects.filter(version=version.pk, user__isnull=False).first()
        name, title = (own.name, own.title) if own else (asked.signer.full_name if asked.signer else seller, "")
        rows.append(SignerRow(name, title, "", len(rows) + 1, True, own, turn=own is None and not turn))
    return tuple(rows)
