from __future__ import annotations

from django.db import migrations

from config.index_operations import RemoveIndex


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("events", "0021_calendars")]

    operations = [RemoveIndex("event", name) for name in ("event_for_days", "event_for_months")]
