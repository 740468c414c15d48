"""Where things are kept: the database, usage history and the systems that usage is read from."""

import os
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from cpq.settings.place import VAR

# Nothing in a web request may hold a lock or a connection for long; commands and workers may.
PATIENCE = "-c statement_timeout=15s -c lock_timeout=2s -c idle_in_transaction_session_timeout=15s"
# Planning a row with all it points at (nine joins) takes ten times as long as reading it. Four relations are put in the
# best order; whatever joins them by a key follows in the order in which the query names it.
PLANNING = "-c join_collapse_limit=4"
# A statement that a connection sends for the sixth time is not planned again.
PREPARING = {"server_side_binding": True, "prepare_threshold": 5}


def database(url: str) -> dict[str, object]:
    """Django's form of a ``postgresql://user:password@host:port/name?host=/socket`` address; embedded without one."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql" if url else "cpq.embedded",
        "NAME": parts.path.lstrip("/") or "quantile",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or query.get("host", ""),
        "PORT": parts.port or query.get("port", ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": PREPARING | ({"options": f"{PATIENCE} {PLANNING}"} if "QUANTILE_WEB" in os.environ else {}),
    }


DATABASE_URL = os.environ.get("DATABASE_URL", "")
DATABASES = {"default": database(DATABASE_URL)}

# Usage history: files on their way in, what was rejected of them, and bulk usage as Parquet. Web and workers share it.
HISTORY_DIR = Path(os.environ.get("HISTORY_DIR") or VAR / "history")
# A ClickHouse for usage events: https://user:key@host:8443/database.
CLICKHOUSE_URL = os.environ.get("CLICKHOUSE_URL", "")
CLICKHOUSE_TIMEOUT = 300
# Where usage is read from: a YAML file, see docs/HISTORY.md.
USAGE_SOURCES = os.environ.get("USAGE_SOURCES", "")
# What DuckDB may use of this machine while it adds bulk usage up; beyond that it works on disk, below HISTORY_DIR.
HISTORY_MEMORY = os.environ.get("HISTORY_MEMORY", "800MB")
HISTORY_THREADS = int(os.environ.get("HISTORY_THREADS") or os.cpu_count() or 2)
