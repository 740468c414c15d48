"""PostgreSQL without an installation: the server of a wheel, run for this checkout alone.

`cpq.embedded` is a Django database engine that starts the server before its first connection and keeps it while any
process holds it. Why the wheel's own starter is not used: docs/adr/0002-embedded-postgresql.md.
"""
