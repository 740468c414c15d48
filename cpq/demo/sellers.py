"""The two companies that sell: one for the Americas on Letter paper, one for Europe on A4."""

import io
from datetime import datetime

import pymupdf_fonts
from PIL import Image, ImageDraw, ImageFont

from core.models import User
from quotes.actions.selling import add_entity, set_logo
from quotes.models import SellingEntity

SELLERS = (
    {
        "code": "northlight-us",
        "name": "Northlight AI",
        "legal_name": "Northlight AI, Inc.",
        "address": "548 Market Street\nSan Francisco, CA 94104\nUnited States",
        "email": "deals@northlight.example",
        "footer": "Northlight AI, Inc. · Delaware corporation, file no. 7 014 223",
        "zone": "America/Los_Angeles",
        "paper": "Letter",
        "accent": "#2b50d0",
        "book_codes": ["standard"],
        "is_default": True,
    },
    {
        "code": "northlight-eu",
        "name": "Northlight AI",
        "legal_name": "Northlight AI GmbH",
        "address": "Torstraße 140\n10119 Berlin\nDeutschland",
        "email": "angebote@northlight.example",
        "footer": "Northlight AI GmbH · Amtsgericht Charlottenburg, HRB 214 907 B · USt-IdNr. DE 341 207 556",
        "zone": "Europe/Berlin",
        "paper": "A4",
        "accent": "#0b6b58",
        "book_codes": ["reseller"],
    },
)


def load(at: datetime) -> str:
    """Add the entities that are missing, each with its logo."""
    pia = User.objects.get(username="pia")
    there = set(SellingEntity.objects.values_list("code", flat=True))
    for values in SELLERS:
        if values["code"] not in there:
            entity = add_entity(by=pia, at=at, **values)
            set_logo(entity, logo(entity.name, entity.accent), by=pia, at=at)
    return f"{len(SELLERS)} selling entities"


def logo(name: str, accent: str) -> bytes:
    """A north star beside the name."""
    font = ImageFont.truetype(io.BytesIO(pymupdf_fonts.fontbuffers["notosbo"]()), 92)
    wide = round(font.getlength(name))
    picture = Image.new("RGBA", (wide + 160, 128), (0, 0, 0, 0))
    pen = ImageDraw.Draw(picture)
    middle, long, short = 64, 60, 15
    star = [
        (middle + dx * (long if straight else short), middle + dy * (long if straight else short))
        for dx, dy, straight in (
            *((0, -1, True), (1, -1, False), (1, 0, True), (1, 1, False)),
            *((0, 1, True), (-1, 1, False), (-1, 0, True), (-1, -1, False)),
        )
    ]
    pen.polygon(star, fill=accent)
    pen.text((150, 64), name, fill="#16202e", font=font, anchor="lm")
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
