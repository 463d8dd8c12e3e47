"""How the databases are reached, by the environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from config import database


def test_without_a_replica_there_is_one_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert list(database.read_databases(tmp_path)) == ["default"]


@pytest.mark.parametrize(("pooled", "prepared_after"), [(False, 2), (True, None)])
def test_a_primary_and_its_standby(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pooled: bool, prepared_after: int | None
) -> None:
    """A standby is given up sooner and not tried first; a pooler is lent nothing that lasts."""
    monkeypatch.setenv("DATABASE_URL", "postgres://convene@primary:6432/convene")
    monkeypatch.setenv("DATABASE_REPLICA_URL", "postgres://convene@standby:5001/convene")
    monkeypatch.setattr(database, "POOLED_BY_TRANSACTION", pooled)
    found = database.read_databases(tmp_path)
    told = {
        name: (
            each["HOST"],
            each["CONN_HEALTH_CHECKS"],
            each["DISABLE_SERVER_SIDE_CURSORS"],
            each["OPTIONS"]["connect_timeout"],
            each["OPTIONS"]["prepare_threshold"],
        )
        for name, each in found.items()
    }
    assert told == {
        "default": ("primary", True, pooled, 4, prepared_after),
        "standby": ("standby", False, pooled, 2, prepared_after),
    }
