"""The indexes of events, by the lists that they serve: docs/decisions/015-lists.md."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Lower

from events.querysets import BEGAN, BY_END, IS_PUBLIC, LASTS_DAYS, LASTS_MONTHS

# What lists by start ask of each event.
_ASKED = ("over_at", "cancelled_at", "is_private", "taken_down_at")

# No counter stands in an index: PostgreSQL would have to write a row's entries in all of them with
# every RSVP.
EVENT_INDEXES = [
    # Public lists by start. They hold all that such a list asks, so that what is over is
    # passed, and all of it counted, without a look at a row.
    models.Index(
        fields=["start_time", "id", *_ASKED, "timezone"],
        condition=IS_PUBLIC,
        name="event_public",
    ),
    *(
        models.Index(
            fields=[column, "start_time", "id", *_ASKED],
            condition=IS_PUBLIC,
            name=f"event_public_by_{column}",
        )
        for column in ("format", "channel")
    ),
    models.Index(
        *(BEGAN, "id", "over_at", "cancelled_at", "format", "channel"),
        condition=IS_PUBLIC & LASTS_DAYS,
        name="event_lasting_days",
    ),
    models.Index(
        fields=["over_at", "start_time", "id", "cancelled_at", "format", "channel"],
        condition=IS_PUBLIC & LASTS_MONTHS,
        name="event_lasting_months",
    ),
    models.Index(
        fields=["channel", "start_time", "id", "over_at"],
        condition=IS_PUBLIC & models.Q(cancelled_at__isnull=False),
        name="event_called_off",
    ),
    models.Index(fields=["channel", "start_time", "id"], name="event_by_channel"),
    models.Index(
        fields=["tenant", "start_time", "id", *_ASKED, "creator"],
        name="event_by_tenant",
    ),
    models.Index(fields=["tenant", "created_at", "id"], name="event_by_age"),
    models.Index(
        fields=["next_reminder_at"],
        condition=models.Q(next_reminder_at__isnull=False),
        name="event_by_reminder",
    ),
    models.Index(Lower("host_email"), condition=~models.Q(host_email=""), name="event_by_host"),
    # The admin's lists over all tenants.
    models.Index(fields=["start_time", "id"], name="event_by_start"),
    models.Index(BY_END, "id", name="event_by_end"),
]
