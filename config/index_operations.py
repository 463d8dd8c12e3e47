"""Indexes that a migration makes and removes while the instance runs: on PostgreSQL without a lock
that anybody waits for; on SQLite, which has one writer at a time anyway, as usual. Such a migration
has ``atomic = False``."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently


class _WhileInUse:
    """Mixin: what ``concurrently`` does on PostgreSQL, and on SQLite what that class is made of."""

    concurrently: ClassVar[type]

    def database_forwards(self, app_label: str, schema_editor: Any, *states: Any) -> None:
        """In the way of the database."""
        self._way(schema_editor).database_forwards(app_label, schema_editor, *states)

    def database_backwards(self, app_label: str, schema_editor: Any, *states: Any) -> None:
        """In the way of the database."""
        self._way(schema_editor).database_backwards(app_label, schema_editor, *states)

    def _way(self, schema_editor: Any) -> Any:
        on_postgresql = schema_editor.connection.vendor == "postgresql"
        return super() if on_postgresql else super(self.concurrently, self)


class AddIndex(_WhileInUse, AddIndexConcurrently):
    """Makes an index of a table that is in use."""

    concurrently = AddIndexConcurrently


class RemoveIndex(_WhileInUse, RemoveIndexConcurrently):
    """Removes an index of a table that is in use."""

    concurrently = RemoveIndexConcurrently
