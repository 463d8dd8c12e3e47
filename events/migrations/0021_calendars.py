from __future__ import annotations

from django.db import migrations, models
from django.db.models.functions import Greatest

from config.index_operations import AddIndex
from events.querysets import LastsLonger

PUBLIC = models.Q(is_private=False, taken_down_at=None)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("events", "0020_long_events")]

    operations = [
        AddIndex(
            "event",
            models.Index(
                Greatest("start_time", "start_time"),
                *("id", "over_at", "cancelled_at", "format", "channel"),
                condition=PUBLIC & models.Q(LastsLonger(hours=24)),
                name="event_lasting_days",
            ),
        ),
        AddIndex(
            "event",
            models.Index(
                fields=["over_at", "start_time", "id", "cancelled_at", "format", "channel"],
                condition=PUBLIC & models.Q(LastsLonger(hours=768)),
                name="event_lasting_months",
            ),
        ),
        AddIndex(
            "event",
            models.Index(
                fields=["channel", "start_time", "id", "over_at"],
                condition=PUBLIC & models.Q(cancelled_at__isnull=False),
                name="event_called_off",
            ),
        ),
    ]
