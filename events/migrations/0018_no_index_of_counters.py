from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("events", "0017_public_lists")]

    operations = [migrations.RemoveIndex("event", "event_by_attendance")]
