"""What the database lacks of the shape the code expects."""

from __future__ import annotations

from django.db import connection
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor


def pending_migrations() -> list[Migration]:
    """Those that `manage.py migrate` would apply, in order."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [migration for migration, _ in plan]
