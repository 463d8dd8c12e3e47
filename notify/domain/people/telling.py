"""What is held about one e-mail address, as JSON for the person themselves."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import models

from accounts.domain.actors import Actor
from events.models import Event
from notify.domain.people.finding import Traces, find_traces

# How rows are kept, and keys: nothing about the person.
_LEFT_OUT = frozenset(
    {
        *("token_version", "edit_version", "version", "feed_version", "password", "digest"),
        *("recipient", "once", "next_at", "attempts", "change_id", "carrier_id", "object_id"),
    }
)
_ACCOUNT = (
    *("id", "email", "display_name", "first_name", "last_name", "avatar", "preferences"),
    *("is_active", "is_staff", "date_joined", "last_login"),
)
_KEY = ("id", "name", "prefix", "kind", "scopes", "created_at", "expires_at", "last_used_at")


def data_of(actor: Actor, address: str, now: datetime) -> dict[str, Any]:
    """Everything the actor may see of the address, by kind, each row with its columns. The values
    are those of the columns: UUIDs, datetimes, plain JSON. Raises Invalid (``email``)."""
    traces = find_traces(actor, address)
    account = traces.account
    events = Event.objects.filter(pk__in=traces.event_ids()).order_by("start_time", "id")
    return {
        "email": traces.address,
        "made_at": now,
        "account": account and {name: _plain(account, name) for name in _ACCOUNT},
        "api_keys": [] if account is None else list(account.api_keys.values(*_KEY)),
        "made_events": [] if account is None else list(account.events.values("id", "title")),
        "uploads": [] if account is None else list(account.images.values("id", "name")),
        "events": list(events.values("id", "title", "start_time")),
        "hosted_events": list(traces.hosted.values("id", "title", "host_name", "host_email")),
        **{name: _told(rows) for name, rows in _rows(traces).items()},
    }


def _rows(traces: Traces) -> dict[str, models.QuerySet[Any]]:
    return {
        "rsvps": traces.answers,
        "check_ins": traces.check_ins,
        "messages": traces.messages | traces.visitor_notes,
        "comments": traces.comments,
        "invitations": traces.invitations,
        "links": traces.links,
        "reports": traces.reports,
        "mails": traces.mails,
        "less_mail": traces.suppressions,
    }


def _told(rows: models.QuerySet[Any]) -> list[dict[str, Any]]:
    return [
        {name: getattr(row, name) for name in _columns(row._meta.concrete_fields)}
        for row in rows.order_by("pk")
    ]


def _columns(fields: Iterable[models.Field[Any, Any]]) -> Iterable[str]:
    return (field.attname for field in fields if field.attname not in _LEFT_OUT)


def _plain(row: models.Model, name: str) -> Any:
    value = getattr(row, name)
    return str(value) if name == "avatar" else value
