"""How the database is reached, from the environment: SQLite in the data folder, else PostgreSQL,
with a standby beside it where there is one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from config.instance import env

# A request answers within five seconds, if only with 503 (config/outages.py): nothing waits longer
# for SQLite's lock, for PostgreSQL's host or for its locks.
_WAIT = 4
# How PostgreSQL runs the statements of requests, which are short: starting processes or compiling
# for one would take longer than running it. Commands and the worker take their time.
REQUEST_SETTINGS = {
    "lock_timeout": f"{_WAIT}s",
    "statement_timeout": "20s",
    "max_parallel_workers_per_gather": "0",
    "jit": "off",
}
# With a pooler in transaction mode, the next statement may go over another connection: nothing is
# set for a session, prepared in one, or kept open. The pooler sets REQUEST_SETTINGS then.
POOLED_BY_TRANSACTION = env.bool("DATABASE_POOLED", default=False)
# What a standby fails at, the primary is asked again: nobody waits long for one.
_STANDBY_WAIT = 2


def is_sqlite(database: dict[str, Any]) -> bool:
    """Whether an entry of DATABASES is SQLite."""
    return bool(database["ENGINE"] == "django.db.backends.sqlite3")


def read_databases(data_dir: Path) -> dict[str, dict[str, Any]]:
    """DATABASES: what DATABASE_URL names, and as ``standby`` what DATABASE_REPLICA_URL does."""
    primary = _read_primary(data_dir)
    replica = env.str("DATABASE_REPLICA_URL", default="")
    if not replica:
        return {"default": primary}
    standby = {
        **primary,
        **env.db_url("DATABASE_REPLICA_URL"),
        "CONN_MAX_AGE": primary["CONN_MAX_AGE"],
        "CONN_HEALTH_CHECKS": False,
        "OPTIONS": {**primary["OPTIONS"], "connect_timeout": _STANDBY_WAIT},
    }
    return {"default": primary, "standby": standby}


def _read_primary(data_dir: Path) -> dict[str, Any]:
    database: dict[str, Any] = env.db_url(
        "DATABASE_URL", default=f"sqlite:///{data_dir / 'convene.sqlite3'}"
    )
    # A connection lives as long as its worker: reconnecting costs more than most requests.
    database["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=None)
    if is_sqlite(database):
        cache = env.int("SQLITE_CACHE_MB", default=8)
        # IMMEDIATE takes the write lock at BEGIN: a transaction never reads first and fails later.
        database["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": _WAIT,
            "init_command": (
                "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;"
                f"PRAGMA cache_size=-{cache * 1000};"
                "PRAGMA temp_store=MEMORY;PRAGMA foreign_keys=ON;"
            ),
        }
        return database
    database["CONN_HEALTH_CHECKS"] = True
    database["DISABLE_SERVER_SIDE_CURSORS"] = POOLED_BY_TRANSACTION
    # A database host that is gone must not hold a worker for minutes, whether it is asked for a
    # new connection, for a statement, or is silent while one runs.
    database["OPTIONS"] = {
        # PostgreSQL plans a query that comes again once for each connection.
        "server_side_binding": True,
        "prepare_threshold": None if POOLED_BY_TRANSACTION else 2,
        "connect_timeout": _WAIT,
        "tcp_user_timeout": _WAIT * 1000,
        "keepalives_idle": 2,
        "keepalives_interval": 1,
        "keepalives_count": 2,
        **database.get("OPTIONS", {}),
    }
    return database
