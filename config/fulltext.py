"""Finding rows by words and names by parts, in the same way on both databases.

Python folds and splits the text (config/text.py). The databases only look up words that are already
folded, so it does not matter what either takes for a letter, an accent or a word.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from django.db import connection, models, transaction
from django.db.backends.signals import connection_created
from django.db.models import Q
from django.db.models.functions import StrIndex

from config.text import ALIKE, sort_key

Rows = TypeVar("Rows", bound=models.QuerySet[Any, Any])

# From so many rows on that are expected to hold words, PostgreSQL may read along an index by
# position to find the first of them.
_READ_ALONG = 20_000
# What share of all rows it expects to hold a beginning that it knows nothing of.
_UNKNOWN = 0.02
# Pages of the FTS5 table that are merged at a time: some milliseconds.
_PAGES = 500
# Bytes of new entries that FTS5 gathers before it writes them: as usual, and for a whole table,
# which takes half the time when there is less to merge.
_GATHERED, _GATHERED_OF_ALL = 2**20, 2**26


class WordsField(models.TextField):  # type: ignore[type-arg]
    """Folded words with spaces between them, as words_of() returns them.

    PostgreSQL keeps them as a tsvector. On SQLite they stay text, beside an FTS5 table named after
    the model's table with ``_index``, which triggers fill. Its entries are numbered by the model's
    column ``position``, and come in its order; see events/migrations/0019_search_by_start.py.
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
        return f"{column} @@ {_tsquery(self.rhs)}", parameters

    def as_sqlite(self, compiler: Any, connection: Any) -> Any:
        """By the FTS5 table, whose rows have the positions of the model's."""
        row = compiler.quote_name_unless_alias(self.lhs.alias)
        index = _index_of(self.lhs.target.model)
        found = f"SELECT rowid FROM {index} WHERE {index} MATCH %s"  # noqa: S608 - our own name
        return f'{row}."position" IN ({found})', [_fts5(self.rhs)]


@WordsField.register_lookup
class _Compared(models.Lookup):
    """The same on PostgreSQL, which no index can answer."""

    lookup_name = "compared"
    prepare_rhs = False

    def as_postgresql(self, compiler: Any, connection: Any) -> Any:
        """Row by row."""
        column, parameters = self.process_lhs(compiler, connection)
        return f"({column} @@ {_tsquery(self.rhs)}) IS TRUE", parameters


@WordsField.register_lookup
class _Joined(models.Lookup):
    """The same, between two positions: see found_between()."""

    lookup_name = "joined"
    prepare_rhs = False

    def as_postgresql(self, compiler: Any, connection: Any) -> Any:
        """Of frequent words row by row; else by an array of keys, of which it expects few: it might
        join all rows there are with as many as it expects to find, which of rare words is far too
        many."""
        words, first, last, frequent = self.rhs
        row = compiler.quote_name_unless_alias(self.lhs.alias)
        held = f'words @@ {_tsquery(words)} AND {{}}"position" BETWEEN {first:d} AND {last:d}'
        if frequent:
            return f"{row}.{held.format(f'{row}.')}", []
        found = f"SELECT id FROM {self.lhs.target.model._meta.db_table}"  # noqa: S608 - our own
        return f'{row}."id" = ANY(ARRAY({found} WHERE {held.format("")}))', []

    def as_sqlite(self, compiler: Any, connection: Any) -> Any:
        """By the FTS5 table, as one that is joined."""
        words, first, last, _ = self.rhs
        row = compiler.quote_name_unless_alias(self.lhs.alias)
        index = _index_of(self.lhs.target.model)
        found = f"{index} MATCH %s AND {index}.rowid BETWEEN %s AND %s"
        return f'({found} AND {row}."position" = {index}.rowid)', [_fts5(words), first, last]


def found_between(
    queryset: Rows, path: str, words: Sequence[str], span: tuple[int, int], *, in_order: bool
) -> Rows:
    """The rows of which the text behind the relation ``path`` holds these words, and has a position
    in the span, both ends included; ``in_order`` of their positions. Read in that order, SQLite
    looks at no more of them than are wanted."""
    texts = queryset.model._meta.get_field(path).related_model
    frequent = in_order and are_frequent(texts, words)
    found = queryset.filter(**{f"{path}__words__joined": (words, *span, frequent)})
    if frequent:
        return found.order_by(f"{path}__position")
    if connection.vendor != "sqlite":
        # An order that no index has: all that hold the words are looked up, and then sorted.
        return found.order_by(models.F(f"{path}__position") + 0) if in_order else found
    index = _index_of(texts)
    # The ORM knows no virtual table, nor that its rows come in order.
    order = [f"{index}.rowid"] if in_order else None
    return found.extra(tables=[index], order_by=order)  # type: ignore[return-value]  # noqa: S610


def to_count(found: Rows) -> Rows:
    """What found_between() gives in order, without one that no index has: all of them would be
    sorted to be counted up to a few."""
    by_index = all(isinstance(each, str) for each in found.query.order_by)
    return found if by_index else found.order_by()


def are_frequent(model: type[models.Model], words: Sequence[str]) -> bool:
    """Whether PostgreSQL expects so many rows to hold these words that it is better not to look all
    of them up. Up to three queries. False on SQLite, where count_holding() tells more."""
    if connection.vendor == "sqlite":
        return False
    # Of beginnings it has no statistics where texts have few different words.
    expected = max(_expected(model, _tsquery(words)), _expected(model, _tsquery(words, "")))
    return expected >= _READ_ALONG and expected > _UNKNOWN * _expected(model)


def _expected(model: type[models.Model], wanted: str = "") -> int:
    sql = f"EXPLAIN (FORMAT JSON) SELECT FROM {model._meta.db_table}"
    if wanted:
        sql += f" WHERE words @@ {wanted}"
    with connection.cursor() as cursor:
        cursor.execute(sql)
        ((told,),) = cursor.fetchone()
    return int(told["Plan"]["Plan Rows"])


def compared(queryset: Rows, path: str, words: Sequence[str]) -> Rows:
    """The rows of which the text behind the relation ``path`` holds these words. The text of each
    is looked at, without the index."""
    if connection.vendor != "sqlite":
        return queryset.filter(**{f"{path}__words__compared": words})
    relation = queryset.model._meta.get_field(path)
    texts = relation.related_model._default_manager
    its_own = texts.filter(**{relation.field.name: models.OuterRef("pk")})
    return queryset.filter(models.Exists(its_own.filter(_beginning_with(words))))


def count_holding(
    model: type[models.Model], words: Sequence[str], span: tuple[int, int], most: int
) -> int | None:
    """How many rows in the span hold these words, ``most`` at the most. On SQLite, in one query;
    None on PostgreSQL, whose planner has statistics of its own."""
    if connection.vendor != "sqlite":
        return None
    index = _index_of(model)
    found = f"SELECT 1 FROM {index} WHERE {index} MATCH %s AND rowid BETWEEN %s AND %s LIMIT %s"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({found})", [_fts5(words), *span, most])  # noqa: S608
        return int(cursor.fetchone()[0])


def _beginning_with(words: Sequence[str]) -> Q:
    wanted = Q()
    for word in words:
        wanted &= Q(words__startswith=word) | Q(words__contains=f" {word}")
    return wanted


def has_words(model: type[models.Model]) -> bool:
    """Whether the model has a WordsField."""
    return any(isinstance(field, WordsField) for field in model._meta.fields)


def is_sound(model: type[models.Model]) -> bool:
    """Whether SQLite's FTS5 table has the rows of the model's and no other. PostgreSQL's index
    always does."""
    if connection.vendor != "sqlite":
        return True
    keys = ((model._meta.db_table, "position"), (f"{_index_of(model)}_docsize", "id"))
    with connection.cursor() as cursor:
        for (rows, key), (others, its_key) in (keys, keys[::-1]):
            lacking = f"SELECT 1 FROM {rows} WHERE NOT EXISTS"  # noqa: S608 - our own names
            its_row = f"SELECT 1 FROM {others} WHERE {others}.{its_key} = {rows}.{key}"  # noqa: S608
            cursor.execute(f"{lacking} ({its_row}) LIMIT 1")
            if cursor.fetchone():
                return False
    return True


def rebuild(model: type[models.Model]) -> None:
    """Makes SQLite's FTS5 table anew from the model's table, in one transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        _tell(model, "delete-all")
        _tell(model, "hashsize", _GATHERED_OF_ALL)
        # In order: FTS5 writes each row out that comes before the last, and its own "rebuild" takes
        # them as they come.
        cursor.execute(
            f"INSERT INTO {_index_of(model)}(rowid, words)"  # noqa: S608 - our own names
            f" SELECT position, words FROM {model._meta.db_table} ORDER BY position"
        )
        _tell(model, "hashsize", _GATHERED)


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


def _tsquery(words: Sequence[str], each: str = ":*") -> str:
    """The search as a constant, like the positions beside it: a statement that comes again is
    planned once for all its parameters, and how words are best found depends on which they are."""
    search = " & ".join(f"'{word}'{each}" for word in words)
    return "'{}'::tsquery".format(search.replace("'", "''"))


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
