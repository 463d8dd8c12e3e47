"""Indexes that a migration makes and removes while the instance runs: on PostgreSQL without a lock
that anybody waits for; on SQLite, which has one writer at a time anyway, as usual. Such a migration
has ``atomic = False``."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres import operations as concurrent
from django.db.migrations import operations as usual


class AddIndex(concurrent.AddIndexConcurrently):
    """Makes an index of a table that is in use."""

    def database_forwards(self, app_label: str, schema_editor: Any, *states: Any) -> None:
        """In the way of the database."""
        if schema_editor.connection.vendor == "postgresql":
            super().database_forwards(app_label, schema_editor, *states)
        else:
            usual.AddIndex.database_forwards(self, app_label, schema_editor, *states)


class RemoveIndex(concurrent.RemoveIndexConcurrently):
    """Removes an index of a table that is in use."""

    def database_forwards(self, app_label: str, schema_editor: Any, *states: Any) -> None:
        """In the way of the database."""
        if schema_editor.connection.vendor == "postgresql":
            super().database_forwards(app_label, schema_editor, *states)
        else:
            usual.RemoveIndex.database_forwards(self, app_label, schema_editor, *states)
