from django.db import migrations, models
from django.db.models import F


def accept_what_is_there(apps, schema_editor):
    """Whoever is in beyond a capacity was let in by an organizer."""
    for name in ("Event", "Tier"):
        full = apps.get_model("events", name).objects.filter(seats_taken__gt=F("capacity"))
        full.update(seats_forced=F("seats_taken") - F("capacity"))


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0004_admin_lists"),
    ]

    operations = [
        migrations.AddField(
            model_name="event",
            name="seats_forced",
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name="tier",
            name="seats_forced",
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
        migrations.RunPython(accept_what_is_there, migrations.RunPython.noop),
    ]
