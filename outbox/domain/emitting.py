"""Writing down what happened, in the transaction in which it happens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from django.conf import settings

from config.prepared import PreparedInsert
from outbox.enums import Kind
from outbox.models import Change

_BATCH = 500
_insert = PreparedInsert(Change)
# What was told since overhearing() began; None outside of it.
_overheard: ContextVar[list[Change] | None] = ContextVar("overheard", default=None)


class Concerned(Protocol):
    """What the outbox asks of an event: Event and LockedEvent have it."""

    @property
    def id(self) -> UUID: ...
    @property
    def tenant_id(self) -> UUID | None: ...
    @property
    def channel_id(self) -> UUID | None: ...
    @property
    def has_webhooks(self) -> bool: ...


class EventScope(NamedTuple):
    """The same, of an event that is not read otherwise."""

    id: UUID
    tenant_id: UUID | None
    channel_id: UUID | None
    has_webhooks: bool


def is_heard(event: Concerned) -> bool:
    """Whether anybody could hear of what happens to the event: a tenant, whose change feed and
    webhooks tell it, a webhook of the event's own, or people who get mail."""
    return event.tenant_id is not None or event.has_webhooks or settings.MAIL_ENABLED


def tell(
    event: Concerned,
    kind: Kind,
    object_id: UUID | None = None,
    *,
    erased: Mapping[str, Any] | None = None,
    **data: Any,
) -> None:
    """Says that this happened to the event, or to what belongs to it and is called ``object_id``.
    ``data`` and ``erased`` are as in Change. Writes nothing when nobody hears of the event. Call in
    the transaction of the change, and hold the event: its changes are told in the order in which
    they are written."""
    tell_all([(event, object_id or event.id)], kind, erased=erased, **data)


def tell_all(
    happened: Iterable[tuple[Concerned, UUID]],
    kind: Kind,
    *,
    erased: Mapping[str, Any] | None = None,
    **data: Any,
) -> None:
    """The same of several (event, object id)."""
    emit(
        _insert.new(
            kind=kind,
            tenant_id=event.tenant_id,
            channel_id=event.channel_id,
            event_id=event.id,
            object_id=object_id,
            data=data,
            erased=erased or {},
        )
        for event, object_id in happened
        if is_heard(event)
    )


def emit(changes: Iterable[Change]) -> None:
    """Writes changes, which the worker takes when they are committed. Call in the transaction of
    what they tell."""
    written = list(changes)
    if len(written) == 1:
        _insert.run(written[0])
    elif written:
        Change.objects.bulk_create(written, _BATCH)
    overheard = _overheard.get()
    if overheard is not None:
        overheard += written


@contextmanager
def overhearing() -> Iterator[list[Change]]:
    """The list of the changes that are told until the block ends."""
    outer = _overheard.get()
    told: list[Change] = []
    within = _overheard.set(told)
    try:
        yield told
    finally:
        _overheard.reset(within)
    if outer is not None:
        outer += told
