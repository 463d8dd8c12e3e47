from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0015_search"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="event", name="event_by_start"),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["over_at", "id"], name="event_by_end"),
        ),
    ]
