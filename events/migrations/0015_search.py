"""Where events are found by words. SQLite gets a full-text table beside the model's, and triggers
on that alone, which no later migration of events takes away; PostgreSQL an index on its column."""

import django.db.models.deletion
from django.db import migrations, models

import config.fulltext
from config.text import words_of

TABLE = "events_searchtext"
INDEX = f"{TABLE}_index"
REMOVE = f"INSERT INTO {INDEX}({INDEX}, rowid, words) VALUES ('delete', old.id, old.words);"
ADD = f"INSERT INTO {INDEX}(rowid, words) VALUES (new.id, new.words);"
SQLITE = [
    # Words are folded and split by a space already: "ascii" leaves other letters as they are.
    f"CREATE VIRTUAL TABLE {INDEX} USING fts5(words, content='{TABLE}', content_rowid='id',"
    " tokenize='ascii', prefix='1 2 3 4 5', detail='none')",
    f"CREATE TRIGGER {TABLE}_added AFTER INSERT ON {TABLE} BEGIN {ADD} END",
    f"CREATE TRIGGER {TABLE}_removed AFTER DELETE ON {TABLE} BEGIN {REMOVE} END",
    f"CREATE TRIGGER {TABLE}_changed AFTER UPDATE ON {TABLE} BEGIN {REMOVE} {ADD} END",
]
POSTGRESQL = [f"CREATE INDEX {INDEX} ON {TABLE} USING gin (words)"]
BATCH = 500


def make_index(apps, schema_editor):
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement)


def drop_index(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(f"DROP TABLE {INDEX}")


def fill(apps, schema_editor):
    """As events/domain/search.py said when this was written."""
    Event, SearchText = apps.get_model("events", "Event"), apps.get_model("events", "SearchText")
    columns = ("id", "title", "description", "location", "tags", "host_name", "cohost_names")
    columns += ("approval_required", "hide_location", "channel__name", "channel__visibility")
    waiting = []
    for event in Event.objects.order_by().values(*columns).iterator(BATCH):
        said = [event["title"], event["description"], *event["tags"]]
        said += [event["host_name"], *event["cohost_names"]]
        if not (event["approval_required"] or event["hide_location"]):
            said.append(event["location"])
        if event["channel__visibility"] == "public":
            said.append(event["channel__name"])
        words = " ".join(sorted(words_of("\n".join(said))))
        waiting.append(SearchText(event_id=event["id"], words=words))
        if len(waiting) == BATCH:
            SearchText.objects.bulk_create(waiting)
            waiting.clear()
    SearchText.objects.bulk_create(waiting)


class Migration(migrations.Migration):

    dependencies = [("channels", "0002_images"), ("events", "0014_language")]

    operations = [
        migrations.CreateModel(
            name="SearchText",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("words", config.fulltext.WordsField()),
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="search_text",
                        to="events.event",
                    ),
                ),
            ],
        ),
        migrations.RunPython(make_index, drop_index),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
