"""Finding a customer's link; nobody signs in here, so these are the only doors."""

from quotes.models import Acceptance, Contract, RoomLink

_LINKS = ("version__quote__customer",)


def link_by_token(token_sha256: str) -> RoomLink | None:
    """The link, whether it still opens the room or not."""
    return RoomLink.objects.select_related(*_LINKS).filter(token_sha256=token_sha256).first()


def link_by_id(pk: int) -> RoomLink | None:
    return RoomLink.objects.select_related(*_LINKS).filter(pk=pk).first()


def acceptance_of(version_id: int) -> Acceptance | None:
    return Acceptance.objects.filter(version=version_id).first()


def contract_number(version_id: int) -> str:
    return Contract.objects.filter(version=version_id).values_list("number", flat=True).first() or ""
