"""What happened, and who has yet to be told."""

from __future__ import annotations

from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone

from outbox.enums import Kind


class CurrentTransaction(models.Func):
    """The id of the transaction that runs, as a whole number. SQLite, whose writers come one after
    the other, needs none: it is 0 there."""

    output_field = models.BigIntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """0."""
        return super().as_sql(compiler, connection, template="0", **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """PostgreSQL's 64-bit transaction id, which does not wrap around."""
        template = "(pg_current_xact_id()::text::bigint)"
        return super().as_sql(compiler, connection, template=template, **context)


class Change(models.Model):
    """One thing that happened. Written by ``outbox/domain/emitting.py`` in the transaction in which
    it happens.

    The ids refer to rows that may be gone. ``data`` holds what cannot be read afterwards, like
    ``{"changed": {"title": ["old", "new"]}}``; ``erased`` what was deleted and mail must know to
    tell of it, like ``{"guests": [{"name": …, "email": …}]}``. It is blanked as soon as the change
    is taken, so that what was deleted is gone.
    """

    id = models.BigAutoField(primary_key=True)
    xid = models.BigIntegerField(db_default=CurrentTransaction(), editable=False)
    # One of Kind; a new one needs no migration.
    kind = models.CharField(max_length=20, editable=False)
    tenant_id = models.UUIDField(null=True, editable=False)
    channel_id = models.UUIDField(null=True, editable=False)
    event_id = models.UUIDField(null=True, editable=False)
    object_id = models.UUIDField(editable=False)
    data = models.JSONField(default=dict, encoder=DjangoJSONEncoder, editable=False)
    erased = models.JSONField(default=dict, encoder=DjangoJSONEncoder, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    taken_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["id"], condition=models.Q(taken_at=None), name="change_not_taken"),
            models.Index(fields=["tenant_id", "xid", "id"], name="change_by_tenant"),
            models.Index(fields=["created_at"], name="change_by_age"),
        ]

    def __str__(self) -> str:
        return f"{Kind(self.kind).label}, {self.object_id}"
