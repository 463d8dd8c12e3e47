"""Where events stand in a search: entries of the full-text index are numbered by the start of the
event, so that it answers in the order of lists. SQLite's index also gets the beginnings of six, seven
and eight letters, so that no frequent word has to be gathered first."""

from django.db import migrations, models

TABLE = "events_searchtext"
INDEX = f"{TABLE}_index"
TRIGGERS = ("added", "removed", "changed")
BATCH = 5_000


def drop(schema_editor):
    for name in TRIGGERS:
        schema_editor.execute(f"DROP TRIGGER {TABLE}_{name}")
    schema_editor.execute(f"DROP TABLE {INDEX}")


def make(schema_editor, key, beginnings):
    # Words are folded and split by a space already: "ascii" leaves other letters as they are.
    schema_editor.execute(
        f"CREATE VIRTUAL TABLE {INDEX} USING fts5(words, content='{TABLE}', content_rowid='{key}',"
        f" tokenize='ascii', prefix='{beginnings}', detail='none')"
    )
    remove = f"INSERT INTO {INDEX}({INDEX}, rowid, words) VALUES ('delete', old.{key}, old.words);"
    add = f"INSERT INTO {INDEX}(rowid, words) VALUES (new.{key}, new.words);"
    for name, when, does in zip(
        TRIGGERS, ("INSERT", "DELETE", "UPDATE"), (add, remove, f"{remove} {add}"), strict=True
    ):
        schema_editor.execute(
            f"CREATE TRIGGER {TABLE}_{name} AFTER {when} ON {TABLE} BEGIN {does} END"
        )
    # In order: FTS5 writes each row out that comes before the last.
    schema_editor.execute(
        f"INSERT INTO {INDEX}(rowid, words) SELECT {key}, words FROM {TABLE} ORDER BY {key}"
    )


def drop_index(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        drop(schema_editor)


def make_index(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        make(schema_editor, "position", "1 2 3 4 5 6 7 8")


def make_former_index(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        make(schema_editor, "id", "1 2 3 4 5")


def fill(apps, schema_editor):
    """As events/positions.py said when this was written."""
    SearchText = apps.get_model("events", "SearchText")
    columns = ("id", "event_id", "event__start_time")
    texts = SearchText.objects.order_by("id").values_list(*columns)
    taken, last = set(), 0
    while batch := list(texts.filter(id__gt=last)[:BATCH]):
        changed = []
        for last, event_id, start in batch:
            position = int(start.timestamp()) << 30 | event_id.int >> 98
            while position in taken:
                position += 1
            taken.add(position)
            changed.append((position, last))
        with schema_editor.connection.cursor() as cursor:
            cursor.executemany(f"UPDATE {TABLE} SET position = %s WHERE id = %s", changed)


class Migration(migrations.Migration):

    dependencies = [("events", "0018_no_index_of_counters")]

    operations = [
        migrations.RunPython(drop_index, make_former_index),
        migrations.AddField(
            model_name="searchtext", name="position", field=models.BigIntegerField(null=True)
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="searchtext", name="position", field=models.BigIntegerField()
        ),
        migrations.AddIndex(
            model_name="searchtext",
            index=models.Index(fields=["position", "event"], name="searchtext_by_position"),
        ),
        migrations.RunPython(make_index, drop_index),
    ]
