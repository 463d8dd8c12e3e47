from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_calendar_links'),
        ('channels', '0002_images'),
        ("events", "0011_waitlist"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='event',
            name='event_by_attendance',
        ),
        migrations.AddField(
            model_name='event',
            name='comments_enabled',
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name='event',
            name='show_counts',
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name='event',
            name='show_guests',
            field=models.CharField(choices=[('everybody', 'Everybody'), ('guests', 'Guests who are going'), ('host', 'Hosts only')], default='everybody', max_length=9),
        ),
        migrations.AddField(
            model_name='event',
            name='show_online_url',
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name='event',
            name='shown_going_count',
            field=models.GeneratedField(db_persist=True, expression=models.Case(models.When(show_counts=True, then=models.F('going_count')), default=models.Value(0)), output_field=models.PositiveIntegerField()),
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(fields=['tenant', 'shown_going_count', 'id'], name='event_by_attendance'),
        ),
    ]
