"""Two secrets, cost and the house's own words, are seeded in a deal and looked for in everything that anybody can read.

Digits are compared without separators, so that "$1.876543" is found as well as "0.000001876543".
"""

import itertools
import json
import re
from collections.abc import Iterator
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from pypdf import PdfReader
from pypdf.generic import StreamObject

from billing.actions.delivering import deliver
from billing.models import Delivery, DeliveryStep, LedgerContract
from core import mail
from core.models import ApiKey, Mail, OutboxMessage
from crm.actions.connections import create_connection
from quotes.actions.approvals import decide
from quotes.actions.comments import add_comment
from quotes.actions.desk import answer, ask_seller, ask_too
from quotes.actions.documents import file_of
from quotes.actions.opportunities import link_quote
from quotes.actions.sending import send
from quotes.actions.versions import submit
from quotes.models import Contract, Document
from tests import factories
from tests.conftest import make_person
from tests.factories import AT, make_draft_quote, sign

pytestmark = pytest.mark.django_db

SECRETS = {"cost": "9876543", "floor": "1876543", "words": "ZZCANARY"}
SEEN = {
    "ada": {"cost", "floor", "words"},
    "eve": {"cost", "floor"},
    "ben": {"cost", "floor", "words"},
    "fay": {"cost", "floor", "words"},
    "pia": {"cost", "floor", "words"},
    "ivo": set(),
    "mia": set(),
    "dan": set(),
    "": set(),
}
INNER_WORDS = re.compile(r"margin|floor price|below floor|unit cost|approv", re.IGNORECASE)
"""What no customer should read a word about."""


@pytest.fixture
def deal(tmp_path, monkeypatch) -> dict:
    """A quote walked to its contract, whose tokens have a telling cost and floor, with words said at every station."""
    text = factories.CATALOG.read_text().replace("0.00000123457", "0.000009876543")
    limit = '        max_discount: "90"\n'
    before, _, after = text.rpartition(limit)
    text = f"{before}{limit}        floors: {{'cells/0/price/unit': '0.000001876543'}}\n{after}"
    monkeypatch.setattr(factories, "CATALOG", tmp_path / "catalog.yaml")
    factories.CATALOG.write_text(text)
    people = {name: make_person(name) for name in SEEN if name}
    draft = make_draft_quote(discount_percent=Decimal(25), by=people["ada"])
    crm = {"system": "salesforce", "url": "https://crm.example/hooks", "seller": people["ada"]}
    create_connection(**crm, by=people["ada"], at=AT)
    link_quote(draft.quote, system="salesforce", external_id="006A1", by=people["ada"], at=AT)
    version = submit(draft, by=people["ada"], at=AT, note="ZZCANARY they pay whatever we say")
    ask_too(version, whom=people["fay"], why="ZZCANARY look here", by=people["ben"], at=AT)
    add_comment(version.quote, text="ZZCANARY between us, @ben", by=people["ada"], at=AT)
    question = ask_seller(version, text="ZZCANARY why so cheap?", by=people["ben"], at=AT)
    answer(question, text="ZZCANARY they have a rival's offer", by=people["ada"], at=AT)
    for approver in (people["ben"], people["fay"]):
        if version.approvals.filter(decision="", role__in=approver.roles).exists():
            version = decide(version, decision="approve", sha256=version.sha256, by=approver, at=AT, comment="ZZCANARY")
    sent = send(version, by=people["ada"], at=AT)
    contract = sign(sent)
    for kind in Document.Kind.values:
        file_of(sent.version, kind, at=AT)
    deliver(contract.number, at=AT)
    mail.post("ben@northlight.example", "Decide", "A letter.", key="canary", at=AT)
    return {"people": people, "sent": sent, "contract": contract}


def patterns(found: list, names: str = "") -> Iterator[tuple[str, URLPattern]]:
    for one in found:
        if isinstance(one, URLResolver):
            yield from patterns(one.url_patterns, f"{names}{one.namespace}:" if one.namespace else names)
        else:
            yield f"{names}{one.name}", one


def addresses(deal: dict) -> list[list[str]]:
    """Every address of the application, each with all that the deal has to put into it."""
    version, contract = deal["sent"].version, deal["contract"]
    quote = version.quote
    fill = {
        "number": [quote.number, contract.number],
        "version_number": [version.number],
        "slug": [quote.customer.slug],
        "code": ["tests", "seats", "discount", "margin", "floor"],
        "version": [1],
        "key": ["tokens", "platform"],
        "kind": ["charge", "clauses"],
        "package": ["hybrid"],
        "token": ["no-such-token"],
        "prefix": list(ApiKey.objects.values_list("prefix", flat=True)) or ["none"],
        "pk": sorted({*Mail.objects.values_list("pk", flat=True), deal["sent"].link.pk}),
        "inputs_hash": [version.forecast_run.inputs_hash],
        "place": [0],
        "name": ["none"],
        "system": ["salesforce"],
        "username": ["ada"],
        "target": ["ledger"],
        "mode": ["test"],
        "message": [1],
        "uidb64": ["MQ"],
        "what": ["committed", "bill", "cost", "margin"],
        "year": [2],
        "language": ["de"],
        "first": [2],
        "last": [3],
    }
    paths = []
    for name, pattern in patterns(get_resolver().url_patterns):
        kinds = pattern.pattern.converters
        filled = itertools.product(*(fill[kind] for kind in kinds))
        paths.append([reverse(name, kwargs=dict(zip(kinds, values, strict=True))) for values in filled])
    return paths


def words_of(response: HttpResponse) -> str:
    body = b"".join(response) if response.streaming else response.content
    headers = "\n".join(f"{name}: {value}" for name, value in response.items())
    return headers + (words_of_pdf(body) if body.startswith(b"%PDF") else body.decode(errors="replace"))


def words_of_pdf(body: bytes) -> str:
    """The text of the pages, the metadata and every stream of a PDF, unpacked: attachments too."""
    reader = PdfReader(BytesIO(body))
    parts = [page.extract_text() for page in reader.pages]
    parts += [str(dict(reader.metadata or {}))]
    for number in range(1, len(reader.xref[0]) + 1):
        thing = reader.get_object(number)
        parts.append(thing.get_data().decode("latin-1") if isinstance(thing, StreamObject) else str(thing))
    return "\n".join(parts)


def secrets_in(text: str) -> set[str]:
    bare = re.sub(r"[.,\s\u2009\u202f\u00a0]", "", text)
    return {name for name, canary in SECRETS.items() if canary in bare}


def read_as(client: Client, deal: dict) -> dict[str, set[str]]:
    """Which addresses tell which secrets to this browser."""
    told = {}
    for paths in addresses(deal):
        for path in paths:
            response = client.get(path)
            assert response.status_code < 500, path
            if found := secrets_in(words_of(response)):
                told[path] = found
            if response.status_code == 405:  # nothing is read here, whatever is put into it
                break
    return told


@pytest.mark.long
def test_everybody_reads_the_secrets_of_their_role_and_no_other(deal, client_of):
    found = {name: read_as(client_of(deal["people"][name]) if name else Client(), deal) for name in SEEN}
    assert {name: set().union(*told.values()) for name, told in found.items()} == SEEN, found


def test_the_customer_reads_no_secret_and_no_word_of_them(deal):
    cleo = Client()
    assert cleo.get(reverse("quotes:room_enter", args=[deal["sent"].token])).status_code == 303
    names = ("room", "room_document", "room_snapshot", "room_bill", "room_selection")
    opened = [reverse(f"quotes:{name}") for name in names]
    opened += [reverse("quotes:room_line", args=[line.key]) for line in deal["sent"].version.lines.all()]
    for name in opened:
        response = cleo.get(name)
        assert response.status_code == 200
        text = words_of(response)
        assert secrets_in(text) == set(), name
        assert INNER_WORDS.findall(text) == [], name
    assert read_as(cleo, deal) == {}


def test_what_leaves_the_house_holds_no_secret(deal):
    """Frozen snapshot and terms, the outbox, and all that billing was told."""
    version = deal["sent"].version
    rows = [
        *OutboxMessage.objects.values(),
        *Contract.objects.values(),
        *Delivery.objects.values(),
        *DeliveryStep.objects.values(),
        *LedgerContract.objects.values(),
        {"snapshot": version.snapshot, "terms": version.terms},
    ]
    assert len(rows) > 5
    text = json.dumps(rows, cls=DjangoJSONEncoder)
    assert secrets_in(text) == set()
    assert INNER_WORDS.findall(version.snapshot + version.terms) == []


def test_mail_tells_its_reader_what_a_page_would(deal):
    names = {person.email: name for name, person in deal["people"].items()}
    letters = list(Mail.objects.all())
    assert {letter.to for letter in letters} >= {"ben@northlight.example"}
    for letter in letters:
        text = "\n".join(map(str, mail.message(letter).message().walk()))
        if letter.attachment:
            text += words_of_pdf(bytes(letter.attachment))
        assert secrets_in(text) <= SEEN[names.get(letter.to, "")], letter.subject
