import django.db.models.functions.comparison
import events.querysets
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0005_seats_forced"),
    ]

    operations = [
        migrations.AddField(
            model_name="event",
            name="over_at",
            field=models.GeneratedField(
                db_persist=True,
                expression=django.db.models.functions.comparison.Coalesce(
                    "end_time", events.querysets.HoursLater("start_time", hours=3)
                ),
                output_field=models.DateTimeField(),
            ),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(
                condition=models.Q(("cancelled_at", None), ("is_private", False)),
                fields=["over_at", "start_time", "id"],
                name="event_upcoming",
            ),
        ),
    ]
