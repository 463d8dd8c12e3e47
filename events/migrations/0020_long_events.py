from __future__ import annotations

from django.db import migrations, models
from django.db.models.functions import Greatest

from events.querysets import LastsLonger


def lasting(hours):
    listed = (("is_private", False), ("taken_down_at", None), ("cancelled_at", None))
    return models.Q(*listed, LastsLonger(hours=hours))


class Migration(migrations.Migration):
    dependencies = [("events", "0019_search_by_start")]

    operations = [
        migrations.RemoveIndex("event", "event_for_days"),
        migrations.RemoveIndex("event", "event_for_months"),
        migrations.AddIndex(
            "event",
            models.Index(
                Greatest("start_time", "start_time"),
                *("id", "over_at", "format", "channel"),
                condition=lasting(24),
                name="event_for_days",
            ),
        ),
        migrations.AddIndex(
            "event",
            models.Index(
                fields=["over_at", "start_time", "id", "format", "channel"],
                condition=lasting(768),
                name="event_for_months",
            ),
        ),
    ]
