from django.db import migrations, models
from django.db.models.functions import Greatest


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0016_plainer_labels"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="event", name="event_by_start"),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(Greatest("over_at", "over_at"), "id", name="event_by_end"),
        ),
    ]
