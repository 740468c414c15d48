"""Selling entities: add one, change it, give it a logo."""

import hashlib
import io
import warnings
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from core import audit
from core.errors import Conflict, Invalid, refuse
from core.models import User
from core.turns import take_turn
from quotes.models import Logo, SellingEntity
from quotes.rules.selling import LOGO_BYTES, LOGO_LEAST, LOGO_PIXELS, why_not_edit_seller, wrong_in_seller

FORMATS = ("PNG", "JPEG", "WEBP")
TURN = "selling entities"
"""One default, and one seller of a price book: each who adds or changes one sees what all the others have."""
BAD_PICTURE = (
    *(UnidentifiedImageError, OSError, ValueError, SyntaxError),
    *(Image.DecompressionBombWarning, Image.DecompressionBombError),
)


@transaction.atomic
def add_entity(code: str, *, by: User, at: datetime, **content: Any) -> SellingEntity:
    """A new entity; the first one is the default."""
    refuse(why_not_edit_seller(by=by))
    check(content)
    take_turn(TURN)
    if SellingEntity.objects.filter(code=code).exists():
        raise Invalid({"code": _("{code} is taken; choose another code.").format(code=code)})
    first = not SellingEntity.objects.exists()
    make_room(None, content)
    entity = SellingEntity.objects.create(
        code=code, **{**content, "is_default": first or bool(content.get("is_default"))}
    )
    record(by, "add_seller", entity, at=at)
    return entity


@transaction.atomic
def change_entity(entity: SellingEntity, *, by: User, at: datetime, edit_number: int, **content: Any) -> SellingEntity:
    """Change it for quotes submitted from now on; Conflict when somebody changed it since it was looked at."""
    refuse(why_not_edit_seller(by=by))
    check(content)
    if entity.is_default:
        content.pop("is_default", None)  # another one becomes the default; there is always one
    take_turn(TURN)
    fresh = SellingEntity.objects.select_for_update().get(pk=entity.pk)
    if fresh.edit_number != edit_number:
        raise Conflict(_("Somebody else changed this entity meanwhile. Nothing was overwritten; look at it again."))
    make_room(fresh, content)
    before = {name: getattr(fresh, name) for name in content}
    for name, value in content.items():
        setattr(fresh, name, value)
    fresh.edit_number += 1
    fresh.save()
    moved = {name: [str(before[name]), str(value)] for name, value in content.items() if before[name] != value}
    record(by, "change_seller", fresh, at=at, changes=moved)
    return fresh


@transaction.atomic
def set_logo(entity: SellingEntity, data: bytes, *, by: User, at: datetime) -> SellingEntity:
    """Take a picture as the logo, drawn anew: nothing of the file but its pixels is kept. Empty removes the logo."""
    refuse(why_not_edit_seller(by=by))
    logo = kept(data) if data else None
    SellingEntity.objects.filter(pk=entity.pk).update(logo=logo)
    entity.logo = logo
    record(by, "set_logo", entity, at=at, logo=logo.sha256 if logo else "")
    return entity


def check(content: dict[str, Any]) -> None:
    if wrong := dict(wrong_in_seller(content)):
        raise Invalid(wrong)


def make_room(entity: SellingEntity | None, content: dict[str, Any]) -> None:
    """A price book is sold by one entity, and one entity is the default: what this one takes, the others give."""
    others = SellingEntity.objects.exclude(pk=entity.pk) if entity else SellingEntity.objects.all()
    if content.get("is_default"):
        others.filter(is_default=True).update(is_default=False)
    taken = [
        (other.name, code) for other in others for code in content.get("book_codes", ()) if code in other.book_codes
    ]
    if taken:
        name, code = taken[0]
        raise Invalid(
            {"book_codes": _("{code} is sold by {name}; take it from there first.").format(code=code, name=name)}
        )


def kept(data: bytes) -> Logo:
    png, width, height = drawn_anew(data)
    logo, _made = Logo.objects.get_or_create(
        sha256=hashlib.sha256(png).hexdigest(), defaults={"png": png, "width": width, "height": height}
    )
    return logo


def drawn_anew(data: bytes) -> tuple[bytes, int, int]:
    """The picture as a PNG of its pixels alone. Its size is read from its head before anything is unpacked."""
    if len(data) > LOGO_BYTES:
        raise wrong_logo(_("A logo has at most {limit} kB; make it smaller.").format(limit=LOGO_BYTES // 1024))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(data), formats=FORMATS)
            width, height = picture.size
            if max(width, height) > LOGO_PIXELS or min(width, height) < LOGO_LEAST:
                raise wrong_logo(
                    _("A logo is from {least} to {most} pixels wide and high; this one is {width} × {height}.").format(
                        least=LOGO_LEAST, most=LOGO_PIXELS, width=width, height=height
                    )
                )
            pixels = picture.convert("RGBA")
    except BAD_PICTURE:
        raise wrong_logo(_("A logo is a PNG, JPEG or WebP picture; export yours as one of them.")) from None
    out = io.BytesIO()
    Image.frombytes("RGBA", pixels.size, pixels.tobytes()).save(out, "PNG", optimize=True)
    return out.getvalue(), width, height


def wrong_logo(sentence: str) -> Invalid:
    return Invalid({"logo": sentence})


def record(by: User, verb: str, entity: SellingEntity, *, at: datetime, **data: Any) -> None:
    audit.record(by, verb, f"seller:{entity.code}", at=at, data=data)
