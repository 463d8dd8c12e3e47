"""Which columns an archive carries, and how each is read back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from typing import Any, TypeVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models

from access.models import ImportedToken
from accounts.models import ApiKey, Image, Tenant, User
from channels.models import Channel
from comments.models import Comment, Message
from config.errors import Flaws, Invalid, flaw
from config.text import text_problem
from events.domain.times import read_time, to_utc
from events.models import Event, EventLink, LiveRoom, Question, Series, Tier
from rsvps.domain.capacity import Counts
from rsvps.models import CheckIn, Rsvp

FORMAT = 1
MANIFEST, ROWS, IMAGES = "manifest.json", "event.json", "images/"
# Bytes, unpacked. An event with 200,000 answers fits.
MANIFEST_BYTES = 64 * 1024
ROWS_BYTES = 128 * 1024**2
IMAGE_BYTES = 32 * 1024**2
_SHOWN = 64

Stored = TypeVar("Stored", bound=models.Model)

# Implied by the archive, counted anew, or named by slug and address beside the row. Webhooks and
# what they have yet to tell stay where they are, as another instance has other receivers; so do
# invitations, which it would send anew, and reports, which no host is to read.
_LEFT_OUT: dict[type[models.Model], frozenset[str]] = {
    Event: frozenset(
        {
            *("tenant_id", "creator_id", "channel_id", "over_at", "seats_forced"),
            "shown_going_count",
            *("has_webhooks", "next_reminder_at", "host_confirmed_at", *Counts._fields),
        }
    ),
    LiveRoom: frozenset({"event_id"}),
    Tier: frozenset({"event_id", "seats_taken", "seats_forced"}),
    Question: frozenset(),
    EventLink: frozenset({"event_id"}),
    Series: frozenset({"tenant_id"}),
    # Whether an address was shown to be somebody's is not for a file to say.
    Rsvp: frozenset({"event_id", "user_id", "email_confirmed"}),
    CheckIn: frozenset({"event_id"}),
    Message: frozenset({"event_id"}),
    Comment: frozenset({"tenant_id", "author_id"}),
    Image: frozenset({"tenant_id", "uploader_id", "file", "widths"}),
    ImportedToken: frozenset(),
    # What moderates comments is a function of the old server's own code.
    Tenant: frozenset({"moderator"}),
    Channel: frozenset({"tenant_id", "banner"}),
    # No secret is carried: whoever has the file could sign in, or use the keys.
    User: frozenset({"tenant_id", "avatar", "password", "is_superuser"}),
    ApiKey: frozenset({"tenant_id", "digest"}),
}
# An upload may come without a name.
_MAY_BE_BLANK: dict[type[models.Model], set[str]] = {Image: {"name"}}


def columns_of(model: type[models.Model]) -> dict[str, models.Field[Any, Any]]:
    """The columns of a model that an archive carries, by name; a new field is carried at once."""
    return {
        field.attname: field
        for field in model._meta.concrete_fields
        if field.attname not in _LEFT_OUT[model]
    }


def encode(row: models.Model) -> dict[str, Any]:
    """A row's carried columns."""
    return {name: getattr(row, name) for name in columns_of(type(row))}


def decode(model: type[Stored], row: Any, *, where: str) -> Stored:
    """An unsaved row whose every column has the type, the length and one of the choices the model
    says. A column the archive does not have yet takes its default. Raises Invalid."""
    columns = columns_of(model)
    entry = as_object(row, where=where)
    errors: dict[str, Flaws] = {
        f"{where}.{name[:_SHOWN]}": ["unknown_field"] for name in entry.keys() - columns
    }
    values: dict[str, Any] = {}
    for name, field in columns.items():
        try:
            if name in entry:
                values[name] = _value(field, entry[name], f"{where}.{name}")
            elif not (field.has_default() or field.null or field.blank):
                errors[f"{where}.{name}"] = ["required"]
        except Invalid as problem:
            errors |= problem.errors
    if errors:
        raise Invalid(errors)
    made = model(**values)
    try:
        made.clean_fields(
            exclude=[
                field.name
                for field in model._meta.concrete_fields
                if field.is_relation
                or field.attname not in columns
                or (field.attname in _MAY_BE_BLANK.get(model, ()) and not values.get(field.attname))
            ]
        )
    except ValidationError as problem:
        raise Invalid(
            {
                f"{where}.{name}": [flaw("as_told", reason=said) for said in told]
                for name, told in problem.message_dict.items()
            }
        ) from None
    return made


def apply(
    row: models.Model, clean: Callable[[Mapping[str, Any]], Mapping[str, Any]], where: str
) -> None:
    """Puts the row's own values through the cleaner that every door uses. What the cleaner would
    clear is left out."""
    values = encode(row)
    try:
        cleaned = clean({name: value for name, value in values.items() if value is not None})
    except Invalid as problem:
        raise at(where, problem) from None
    for name, value in cleaned.items():
        setattr(row, name, value)


def at(where: str, problem: Invalid) -> Invalid:
    """The same problem, in this row."""
    return Invalid({f"{where}.{field}": said for field, said in problem.errors.items()})


def named(given: dict[str, Any], kind: str, where: str) -> str | None:
    """Takes the slug or address ``kind`` out of a row."""
    name = given.pop(kind, None)
    if name is not None and (not isinstance(name, str) or text_problem(name)):
        raise Invalid({f"{where}.{kind}": "not_a_string"})
    return name


def as_object(value: Any, *, where: str) -> Mapping[str, Any]:
    """``value`` when it is an object. Raises Invalid."""
    if not isinstance(value, Mapping):
        raise Invalid({where: "not_an_object"})
    return value


def as_list(value: Any, *, where: str) -> list[Any]:
    """``value`` when it is a list. Raises Invalid."""
    if not isinstance(value, list):
        raise Invalid({where: "not_a_list"})
    return value


def _value(field: models.Field[Any, Any], value: Any, where: str) -> Any:
    if value is None:
        if not field.null:
            raise Invalid({where: "null"})
        return None
    column = field.target_field if isinstance(field, models.ForeignKey) else field
    if isinstance(column, models.JSONField):
        return value
    for kind, (wanted, read) in _KINDS.items():
        if isinstance(column, kind):
            if type(value) is not wanted:
                raise Invalid({where: flaw("wrong_type", type=wanted.__name__)})
            return read(value, where)
    raise TypeError(f"{field} has a kind that archives do not carry")


def _as_is(value: Any, where: str) -> Any:
    return value


def _text(value: str, where: str) -> str:
    if problem := text_problem(value, multiline=True):
        raise Invalid({where: problem})
    return value


def _id(value: str, where: str) -> UUID:
    try:
        return UUID(value)
    except ValueError:
        raise Invalid({where: "not_an_id"}) from None


def _moment(value: str, where: str) -> datetime:
    moment = read_time(value, field=where)
    if moment.tzinfo is None:
        raise Invalid({where: "offset_missing"})
    to_utc(moment, field=where)  # the same years and offsets as everywhere
    return moment.astimezone(UTC)


def _iso(kind: type[date] | type[time]) -> Any:
    def read(value: str, where: str) -> Any:
        try:
            return kind.fromisoformat(value)
        except ValueError:
            raise Invalid({where: "not_a_time"}) from None

    return read


_KINDS: dict[type[models.Field[Any, Any]], tuple[type, Any]] = {
    models.UUIDField: (str, _id),
    models.DateTimeField: (str, _moment),
    models.DateField: (str, _iso(date)),
    models.TimeField: (str, _iso(time)),
    models.BooleanField: (bool, _as_is),
    models.IntegerField: (int, _as_is),
    models.CharField: (str, _text),
    models.TextField: (str, _text),
}
