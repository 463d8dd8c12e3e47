
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("rsvps", "0009_waitlist"),
    ]

    operations = [
        migrations.AddField(
            model_name='rsvp',
            name='guest_names',
            field=models.JSONField(blank=True, default=list),
        ),
    ]
