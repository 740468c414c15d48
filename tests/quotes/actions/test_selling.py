"""Who sells a version, what of it is frozen, and which pictures may be its logo."""

import json
import struct
import zlib

import pytest

from core.errors import Conflict, Invalid, Refused
from core.models import AuditEntry
from quotes.actions.drafts import edit_version
from quotes.actions.selling import add_entity, change_entity, set_logo
from quotes.actions.undoing import undo
from quotes.actions.versions import revise, submit
from quotes.models import Logo, SellingEntity
from quotes.queries.selling import seller_of
from quotes.rules.selling import contrast_on_white
from tests.factories import AT, make_draft_quote, make_seller, picture

pytestmark = pytest.mark.django_db


def bomb(side=30_000):
    """A small file whose head says that its picture is huge."""
    head = b"IHDR" + struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return picture()[:8] + struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head)) + picture()[33:]


def test_the_house_sells_where_there_is_no_entity(settings):
    version = make_draft_quote()
    assert (seller_of(version).name, seller_of(version).code) == (settings.SELLER["name"], "")
    assert version.zone == settings.SELLER["zone"]


def test_the_price_book_says_who_sells_and_the_quote_may_say_otherwise(ada):
    make_seller("first")
    version = make_draft_quote()
    assert seller_of(version).code == "first"
    make_seller("books", book_codes=["tests"])
    assert seller_of(version).code == "books"
    own = make_seller("own", zone="Asia/Tokyo")
    version = edit_version(version, by=ada, at=AT, selling_entity_id=own.pk)
    assert (seller_of(version).code, version.zone, version.expires_at.isoformat()[11:16]) == (
        "own",
        "Asia/Tokyo",
        "15:00",
    )
    undo(version, by=ada, at=AT)
    version.refresh_from_db()
    assert (version.selling_entity_id, version.zone) == (None, "Europe/Berlin")


def test_what_was_frozen_stays_and_a_revision_keeps_the_choice(ada, pia):
    entity = set_logo(make_seller(footer="HRB 1"), picture(), by=pia, at=AT)
    version = submit(make_draft_quote(selling_entity_id=entity.pk, special_terms="Net 45."), by=ada, at=AT)
    change_entity(entity, by=pia, at=AT, edit_number=1, name="Southlight", accent="#000000")
    version.refresh_from_db()
    assert json.loads(version.snapshot)["seller"] == {
        "name": "Northlight",
        "legal_name": "Northlight AI GmbH",
        "address": "Torstraße 140\n10119 Berlin",
        "email": "angebote@northlight.example",
        "footer": "HRB 1",
        "accent": "#0b6b58",
        "paper": "customer",
        "logo": entity.logo.sha256,
        "code": "northlight-eu",
    }
    draft = revise(version, by=ada, at=AT)
    assert (draft.selling_entity, draft.special_terms) == (entity, "Net 45.")


def test_one_entity_is_the_default_and_a_book_has_one_seller(pia):
    first, second = make_seller("first", book_codes=["tests"]), make_seller("second")
    with pytest.raises(Invalid) as refused:
        change_entity(second, by=pia, at=AT, edit_number=1, book_codes=["tests"])
    assert refused.value.errors == {"book_codes": "tests is sold by Northlight; take it from there first."}
    change_entity(second, by=pia, at=AT, edit_number=1, is_default=True)
    assert list(SellingEntity.objects.order_by("pk").values_list("is_default", flat=True)) == [False, True]
    second.refresh_from_db()
    change_entity(second, by=pia, at=AT, edit_number=2, is_default=False)
    second.refresh_from_db()
    assert second.is_default
    with pytest.raises(Conflict):
        change_entity(first, by=pia, at=AT, edit_number=7, name="Late")
    assert not SellingEntity.objects.filter(name="Late").exists()


@pytest.mark.parametrize(
    ("content", "field"),
    [({"accent": "#ffee00"}, "accent"), ({"accent": "blue"}, "accent"), ({"zone": "Mars"}, "zone")],
)
def test_wrong_words_change_nothing(pia, content, field):
    entity = make_seller()
    with pytest.raises(Invalid) as refused:
        change_entity(entity, by=pia, at=AT, edit_number=1, **content)
    assert list(refused.value.errors) == [field]
    assert SellingEntity.objects.get().edit_number == 1


def test_contrast_is_that_of_wcag():
    assert [round(contrast_on_white(colour), 2) for colour in ("#000000", "#ffffff", "#767676")] == [21.0, 1.0, 4.54]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_logo_is_drawn_anew(pia, kind):
    sent = picture(kind) + b"<script>alert(1)</script>"
    entity = set_logo(make_seller(), sent, by=pia, at=AT)
    png = bytes(Logo.objects.get(pk=entity.logo_id).png)
    assert png.startswith(b"\x89PNG")
    assert b"script" not in png
    assert set_logo(entity, b"", by=pia, at=AT).logo is None


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (SVG, "PNG, JPEG or WebP"),
        (picture()[:60], "PNG, JPEG or WebP"),
        (bomb(), "PNG, JPEG or WebP"),
        (bomb(10_000), "PNG, JPEG or WebP"),
        (picture(size=(2001, 40)), "2001 × 40"),
        (picture(size=(8, 8)), "8 × 8"),
        (b"\x00" * (512 * 1024 + 1), "512 kB"),
    ],
)
def test_what_is_no_logo_changes_nothing(pia, data, words):
    entity = set_logo(make_seller(), picture(), by=pia, at=AT)
    with pytest.raises(Invalid) as refused:
        set_logo(entity, data, by=pia, at=AT)
    assert words in refused.value.errors["logo"]
    assert SellingEntity.objects.get().logo_id == entity.logo_id


def test_only_pricing_operations_edit_it(ben, pia):
    entity = make_seller()
    entries = AuditEntry.objects.count()
    for attempt in (
        lambda: add_entity("more", by=ben, at=AT),
        lambda: change_entity(entity, by=ben, at=AT, edit_number=1, name="Mine"),
        lambda: set_logo(entity, picture(), by=ben, at=AT),
    ):
        with pytest.raises(Refused):
            attempt()
    assert (SellingEntity.objects.get().name, AuditEntry.objects.count()) == ("Northlight", entries)
