"""Finding rows by words and names by parts, in the same way on both databases.

Python folds and splits the text (config/text.py). The databases only look up words that are already
folded, so it does not matter what either takes for a letter, an accent or a word.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection, models
from django.db.backends.signals import connection_created
from django.db.models import Q
from django.db.models.functions import StrIndex

from config.text import ALIKE, sort_key

# So many rows SQLite looks up and sorts in no time.
_COMMON = 2_000
# Pages of the FTS5 table that are merged at a time: some milliseconds.
_PAGES = 500


class WordsField(models.TextField):  # type: ignore[type-arg]
    """Folded words with spaces between them, as words_of() returns them.

    PostgreSQL keeps them as a tsvector. On SQLite they stay text, beside an FTS5 table named after
    the model's table with ``_index``, which triggers fill; see events/migrations/0015_search.py.
    """

    def db_type(self, connection: Any) -> str | None:
        """A tsvector where there are any."""
        return "tsvector" if connection.vendor == "postgresql" else super().db_type(connection)

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        """The words, which PostgreSQL quotes."""
        if value is None or connection.vendor != "postgresql":
            return value
        return value.replace("'", "")


@WordsField.register_lookup
class _Holding(models.Lookup):
    """Whether each of these words begins one of the stored ones. By the index."""

    lookup_name = "holding"
    prepare_rhs = False

    def as_postgresql(self, compiler: Any, connection: Any) -> Any:
        """By its index, or row by row where the planner expects many."""
        column, parameters = self.process_lhs(compiler, connection)
        wanted = " & ".join(f"'{word}':*" for word in self.rhs)
        return f"{column} @@ %s::tsquery", [*parameters, wanted]

    def as_sqlite(self, compiler: Any, connection: Any) -> Any:
        """By the FTS5 table, whose rows have the ids of the model's."""
        row = compiler.quote_name_unless_alias(self.lhs.alias)
        index = _index_of(self.lhs.target.model)
        found = f"SELECT rowid FROM {index} WHERE {index} MATCH %s"  # noqa: S608 - our own name
        return f'{row}."id" IN ({found})', [_fts5(self.rhs)]


def are_common(model: type[models.Model], words: Sequence[str], *, share: int) -> bool:
    """Whether at least one row of so many holds these words, and no fewer than 2,000 in all: then
    comparing row by row with beginning_with() soon finds some. PostgreSQL's planner knows by
    itself, so there they never are. One query on SQLite."""
    if connection.vendor != "sqlite":
        return False
    table, index = model._meta.db_table, _index_of(model)
    enough = f"(SELECT max(coalesce(max(id), 0) / %s, %s) FROM {table})"  # noqa: S608 - our own
    counted = f"SELECT 1 FROM {index} WHERE {index} MATCH %s LIMIT {enough}"  # noqa: S608
    reached = f"(SELECT count(*) FROM ({counted})) >= {enough}"  # noqa: S608
    # As whole words first: these are counted no further than is asked. Beginnings may have to be
    # gathered from many words before the first is counted.
    whole = " AND ".join(f'"{word}"' for word in words)
    asked = [(found, share, _COMMON, share, _COMMON) for found in (whole, _fts5(words))]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT CASE WHEN {reached} THEN 1 ELSE {reached} END", [*asked[0], *asked[1]]
        )
        return bool(cursor.fetchone()[0])


def are_looked_up_first() -> bool:
    """Whether the database asks the index for all rows that hold words, whatever else is asked of
    them. PostgreSQL may go by another index."""
    return connection.vendor == "sqlite"


def beginning_with(words: Sequence[str]) -> Q:
    """What the lookup ``holding`` says of ``words``, without an index. On SQLite alone."""
    wanted = Q()
    for word in words:
        wanted &= Q(words__startswith=word) | Q(words__contains=f" {word}")
    return wanted


def is_sound(model: type[models.Model]) -> bool:
    """Whether SQLite's FTS5 table has the rows of the model's and no other. PostgreSQL's index
    always does."""
    if connection.vendor != "sqlite":
        return True
    tables = (model._meta.db_table, f"{_index_of(model)}_docsize")
    with connection.cursor() as cursor:
        for rows, others in (tables, tables[::-1]):
            lacking = f"SELECT 1 FROM {rows} WHERE NOT EXISTS"  # noqa: S608 - our own names
            its_row = f"SELECT 1 FROM {others} WHERE {others}.id = {rows}.id"  # noqa: S608
            cursor.execute(f"{lacking} ({its_row}) LIMIT 1")
            if cursor.fetchone():
                return False
    return True


def rebuild(model: type[models.Model]) -> None:
    """Makes SQLite's FTS5 table anew from the model's table, in one statement."""
    _tell(model, "rebuild")


def merge(model: type[models.Model]) -> None:
    """Has SQLite's FTS5 table forget the words of rows that were changed or deleted, which it keeps
    until it merges what it wrote. In steps, so nothing waits long for the write lock."""
    if connection.vendor != "sqlite":
        return
    # A negative number begins to merge all there is; a step that changes nothing was the last.
    pages, before = -_PAGES, _changes()
    while True:
        _tell(model, "merge", pages)
        after = _changes()
        if after - before < 2:
            return
        pages, before = _PAGES, after


def _tell(model: type[models.Model], command: str, rank: int | None = None) -> None:
    index = _index_of(model)
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {index}({index}, rank) VALUES (%s, %s)", [command, rank])  # noqa: S608


def _changes() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT total_changes()")
        return int(cursor.fetchone()[0])


class _Folded(models.Func):
    """A text as sort_key() folds it; on PostgreSQL the accents of the scripts that write them as
    such."""

    output_field = models.TextField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """By Python."""
        return super().as_sql(compiler, connection, function="folded", **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """By its own functions, which every role may call, unlike ``CREATE EXTENSION unaccent``."""
        text = "regexp_replace(normalize(%(expressions)s, NFKD), U&'[\\0300-\\036F]', '', 'g')"
        text = f"lower({text})"
        for letter, alike in {"ß": "ss", **ALIKE}.items():
            text = f"replace({text}, '{letter}', '{alike}')"
        return super().as_sql(compiler, connection, template=text, **context)


def part_of(*columns: str, text: str) -> Q:
    """Whether each word of ``text``, whatever its case and accents, is somewhere in one of the
    columns. Reads every row; for names, of which there are few."""
    found = Q()
    for word in text.split():
        in_any = Q()
        for column in columns:
            at = StrIndex(_Folded(column), _Folded(models.Value(word)))
            in_any |= Q(models.lookups.GreaterThan(at, 0))
        found &= in_any
    return found


def _fts5(words: Sequence[str]) -> str:
    return " AND ".join(f'"{word}"*' for word in words)


def _index_of(model: type[models.Model]) -> str:
    return f"{model._meta.db_table}_index"


def _teach(connection: Any, **_: Any) -> None:
    """Gives SQLite the function that _Folded calls."""
    if connection.vendor == "sqlite":
        connection.connection.create_function(
            "folded", 1, lambda text: text and sort_key(text), deterministic=True
        )


connection_created.connect(_teach, dispatch_uid="folded")
