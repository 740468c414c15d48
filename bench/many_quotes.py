"""Ten thousand quotes of fifty sellers for five thousand customers, in seconds.

    python -m bench.many_quotes [COUNT]

or `bench.many_quotes.seed(COUNT)`, on an empty database that is migrated or one with the demo company.
The demo's quotes, which walked the real way, are copied row by row inside PostgreSQL: other customer, owner, title,
amounts and days, at every station. Triggers are off meanwhile, for copies need not walk; constraints hold. The same
count gives the same rows.
"""

import argparse
import os
import sys
import time
from datetime import UTC, datetime

import django
from django.core.management import call_command
from django.db import connection, transaction

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cpq.settings")
django.setup()

from core import audit  # noqa: E402 (the settings read the address of the database)
from core.models import AuditEntry, Counter, User  # noqa: E402
from customers.models import Customer  # noqa: E402
from quotes.models import Quote  # noqa: E402

SELLERS, CUSTOMERS = 48, 5000
PREFIX = "Q-2025-"

FIRST = ("Amber", "Birch", "Cedar", "Delta", "Ember", "Fjord", "Granite", "Harbor", "Indigo", "Juniper", "Kestrel")
LAST = ("Analytics", "Bank", "Clinic", "Foods", "Insurance", "Labs", "Legal", "Logistics", "Media", "Robotics")
NAMES = ("Alma", "Bruno", "Carla", "Dario", "Elin", "Farid", "Greta", "Hugo", "Ines", "Jonas", "Kaja", "Liam", "Mona")
WHATS = ["Agent platform", "API access", "Image studio", "Support agent", "Document pilot", "Expansion", "Renewal"]

COPIES = """
CREATE TEMP TABLE copies ON COMMIT DROP AS
WITH stations AS (
    SELECT v.id, v.status, v.months, row_number() OVER (ORDER BY v.id) - 1 AS place, count(*) OVER () AS many
      FROM quotes_quoteversion v JOIN quotes_quote q ON q.id = v.quote_id
     WHERE q.number NOT LIKE 'Q-2025-%%' AND v.number = 1 AND v.status <> 'superseded'
), closing AS (
    SELECT n, 1 + (n * 7919) %% 100 AS fate FROM generate_series(1, %(count)s) n
)
SELECT n, nextval('quotes_quote_id_seq') AS quote_id, nextval('quotes_quoteversion_id_seq') AS version_id,
       stations.id AS template, (n * 31) %% 4 = 0 AS revised,
       CASE WHEN stations.status = 'submitted' AND fate > 20 THEN 'withdrawn'
            WHEN stations.status <> 'sent' OR fate > 60 THEN stations.status
            WHEN fate > 40 THEN 'expired' WHEN fate > 20 THEN 'declined' ELSE 'withdrawn' END AS status,
       (%(sellers)s::bigint[])[1 + (n * 17) %% cardinality(%(sellers)s::bigint[])] AS owner_id,
       (%(customers)s::bigint[])[1 + (n * 2741) %% cardinality(%(customers)s::bigint[])] AS customer_id,
       (%(whats)s::text[])[1 + (n * 5) %% cardinality(%(whats)s::text[])] || ' ' || n AS title,
       %(at)s::timestamptz - make_interval(hours => (n * 13) %% 14000 + 1) AS at,
       %(at)s::date + (n * 11) %% 60 AS valid_until, round(0.2 + ((n * 37) %% 500) / 100.0, 2) AS factor
  FROM closing JOIN stations ON stations.place = (n * 7) %% many
"""

# A copy is the row of the template with a few values of its own, whatever other columns the table has.
QUOTES = """
INSERT INTO quotes_quote SELECT r.* FROM copies c, quotes_quote t, LATERAL jsonb_populate_record(t, jsonb_build_object(
    'id', c.quote_id, 'number', 'Q-2025-' || lpad(c.n::text, 5, '0'), 'customer_id', c.customer_id, 'contact_id', NULL,
    'owner_id', c.owner_id, 'created_by_id', c.owner_id, 'created_at', c.at)) r
 WHERE t.id = (SELECT min(id) FROM quotes_quote)
"""
VERSIONS = """
INSERT INTO quotes_quoteversion SELECT r.* FROM copies c JOIN quotes_quoteversion t ON t.id = c.template,
LATERAL jsonb_populate_record(t, jsonb_build_object(
    'id', c.version_id, 'quote_id', c.quote_id, 'number', CASE WHEN c.revised THEN 2 ELSE 1 END, 'status', c.status,
    'title', c.title, 'created_at', c.at, 'edited_at', c.at + interval '1 hour', 'created_by_id', c.owner_id,
    'editor_ids', ARRAY[c.owner_id], 'valid_until', c.valid_until, 'expires_at', c.valid_until + 1,
    'committed_total', round(t.committed_total * c.factor, 2), 'expected_total', round(t.expected_total * c.factor, 2),
    'closed_at', CASE WHEN c.status IN ('expired', 'declined', 'withdrawn') THEN c.at + interval '9 days' END,
    'closed_by', CASE WHEN c.status IN ('expired', 'declined', 'withdrawn') THEN 'system' ELSE '' END)) r
"""
EARLIER = """
INSERT INTO quotes_quoteversion SELECT r.* FROM copies c JOIN quotes_quoteversion t ON t.quote_id = c.quote_id,
LATERAL jsonb_populate_record(t, jsonb_build_object(
    'id', nextval('quotes_quoteversion_id_seq'), 'number', 1, 'status', 'withdrawn', 'accepted_at', NULL,
    'edited_at', c.at, 'closed_at', c.at, 'closed_by', 'system')) r
 WHERE c.revised
"""
LINES = """
INSERT INTO quotes_quoteline SELECT r.* FROM copies c JOIN quotes_quoteline t ON t.version_id = c.template,
LATERAL jsonb_populate_record(t, jsonb_build_object(
    'id', nextval('quotes_quoteline_id_seq'), 'version_id', c.version_id)) r
"""
MARGINS = """
INSERT INTO quotes_versionmargin SELECT r.* FROM copies c JOIN quotes_versionmargin t ON t.version_id = c.template,
LATERAL jsonb_populate_record(t, jsonb_build_object(
    'id', nextval('quotes_versionmargin_id_seq'), 'version_id', c.version_id)) r WHERE c.status = 'submitted'
"""
APPROVALS = """
INSERT INTO quotes_approval SELECT r.* FROM copies c JOIN quotes_approval t ON t.version_id = c.template,
LATERAL jsonb_populate_record(t, jsonb_build_object(
    'id', nextval('quotes_approval_id_seq'), 'version_id', c.version_id)) r
"""
CONTRACTS = """
INSERT INTO quotes_contract SELECT r.* FROM copies c JOIN quotes_contract t ON t.version_id = c.template,
LATERAL jsonb_populate_record(t, jsonb_build_object(
    'id', nextval('quotes_contract_id_seq'), 'version_id', c.version_id, 'customer_id', c.customer_id,
    'number', 'C-2025-' || lpad(c.n::text, 5, '0'), 'created_at', c.at + interval '9 days')) r
"""
DELIVERIES = """
INSERT INTO billing_delivery SELECT r.* FROM copies c JOIN quotes_contract mine ON mine.version_id = c.version_id
  JOIN quotes_contract t ON t.version_id = c.template JOIN billing_delivery d ON d.contract_id = t.id,
LATERAL jsonb_populate_record(d, jsonb_build_object(
    'id', nextval('billing_delivery_id_seq'), 'contract_id', mine.id, 'reference', mine.number)) r
"""


def seed(count: int = 10_000, *, at: datetime | None = None) -> int:
    """Add quotes until there are `count` copies; the number of quotes in all."""
    if not Quote.objects.exists():
        call_command("demo", verbosity=0)
    if not Quote.objects.filter(number__startswith=PREFIX).exists():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            copy(cursor, count, at or datetime.now(UTC).replace(minute=0, second=0, microsecond=0))
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return Quote.objects.count()


def copy(cursor, count: int, at: datetime) -> None:
    values = {
        "count": count,
        "sellers": [person.pk for person in sellers()],
        "customers": [customer.pk for customer in customers(min(CUSTOMERS, max(count // 2, 1)))],
        "whats": WHATS,
        "at": at,
    }
    cursor.execute(COPIES, values)
    for statement in (QUOTES, VERSIONS, EARLIER, LINES, MARGINS, APPROVALS, CONTRACTS, DELIVERIES):
        cursor.execute(statement)
    Counter.objects.update_or_create(series="quote-2025", defaults={"last": count})
    write_audit()


def sellers() -> list[User]:
    """The demo's two sellers and more."""
    User.objects.bulk_create(
        User(
            username=f"seller{n}",
            email=f"seller{n}@northlight-ai.example",
            first_name=NAMES[n % len(NAMES)],
            last_name=f"{LAST[n % len(LAST)]}-{n}",
            roles=["sales"],
            password="!",
        )
        for n in range(1, SELLERS + 1)
    )
    return list(User.objects.filter(roles__contains=["sales"]).order_by("pk"))


def customers(count: int) -> list[Customer]:
    """New customers with the currencies, countries and segments that sellers meet."""
    segments = [value for value, _ in Customer.Segment.choices]
    return Customer.objects.bulk_create(
        Customer(
            slug=f"many-{n}",
            name=f"{FIRST[n % len(FIRST)]} {LAST[n % len(LAST)]} {n}",
            legal_name=f"{FIRST[n % len(FIRST)]} {LAST[n % len(LAST)]} {n} Inc.",
            segment=segments[n % len(segments)],
            country=("US", "DE", "FR", "GB")[n % 4],
        )
        for n in range(1, count + 1)
    )


def write_audit() -> None:
    """That each quote was started, chained as the log does it."""
    entries = []
    for number, at, owner in Quote.objects.filter(number__startswith=PREFIX).values_list(
        "number", "created_at", "owner__username"
    ):
        entry = AuditEntry(
            subject=f"quote:{number}", position=1, at=at, by=owner, verb="create_quote", data={"version": 1}
        )
        entry.sha256 = audit.digest(entry)
        entries.append(entry)
    AuditEntry.objects.bulk_create(entries, batch_size=2000)


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("count", type=int, nargs="?", default=10_000)
    began = time.perf_counter()
    quotes = seed(arguments.parse_args().count)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")  # as a database is that has long held them; else it begins to in a minute
    sys.stdout.write(f"{quotes:,} quotes after {time.perf_counter() - began:.0f} s\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
