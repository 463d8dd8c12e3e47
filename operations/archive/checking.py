"""The contents of an archive become rows that obey every limit, or are refused as a whole."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from django.db import models

from access.models import ImportedToken
from accounts.models import Image
from comments import limits
from comments.enums import MessageType, MessageVisibility
from comments.models import EVENT, POST, Comment, Message
from config.errors import Invalid, flaw
from config.images import is_drawn, mime_type_of
from config.text import clean_text, text_problem
from events.domain.drafts import clean_event
from events.domain.live import clean_stream
from events.domain.recurrence import read_recurrence
from events.domain.tiers import clean_questions, clean_tier
from events.kinds import Zone
from events.limits import GUESTS_PER_RSVP, HOST_NAME
from events.models import Event, EventLink, LiveRoom, Question, Series, Tier
from operations.archive.columns import apply, as_list, as_object, at, decode, named
from rsvps.domain.answers import clean_answer, ensure_named, ensure_party
from rsvps.enums import Approval, Attendance
from rsvps.limits import LONG_ANSWER
from rsvps.models import CheckIn, Rsvp

Stored = TypeVar("Stored", bound=models.Model)
_KINDS = {
    *("event", "image", "live_room", "tiers", "questions", "links", "rsvps", "check_ins"),
    *("messages", "comments", "series", "old_links"),
}


class Cover(NamedTuple):
    """An image with its bytes."""

    image: Image
    content: bytes


class Bundle(NamedTuple):
    """Unsaved rows that fit together. ``names`` are the slugs and addresses of what the event
    belongs to (tenant, creator, channel, uploader); ``accounts`` and ``authors`` the addresses of
    guests and of comments' authors, by row id."""

    event: Event
    cover: Cover | None
    series: Series | None
    live_room: LiveRoom | None
    tiers: list[Tier]
    questions: list[Question]
    links: list[EventLink]
    rsvps: list[Rsvp]
    check_ins: list[CheckIn]
    messages: list[Message]
    comments: list[Comment]
    old_links: list[ImportedToken]
    names: dict[str, str | None]
    accounts: dict[UUID, str]
    authors: dict[UUID, str]


def read_bundle(rows: Any, images: Mapping[str, bytes]) -> Bundle:
    """The rows of an archive. ``images`` maps file names to bytes. Raises Invalid naming the kind,
    the row counted from 0, and the field: ``rsvps.3.name``."""
    # Archives were made before there were series and links of other servers.
    rows = {"series": None, "old_links": [], **as_object(rows, where="archive")}
    if rows.keys() != _KINDS:
        raise Invalid({"archive": flaw("archive_parts", parts=", ".join(sorted(_KINDS)))})
    event, names = _event(rows["event"])
    cover = _cover(rows["image"], images, event, names)
    accounts: dict[UUID, str] = {}
    authors: dict[UUID, str] = {}
    tiers = _each(rows, "tiers", Tier, _checked(lambda given: clean_tier(given, new=True)))
    questions = _each(rows, "questions", Question, _checked(_clean_question))
    links = _each(rows, "links", EventLink)
    rsvps = _each(rows, "rsvps", Rsvp, _check_answer, name="user", addresses=accounts)
    check_ins = _each(rows, "check_ins", CheckIn)
    messages = _each(rows, "messages", Message, _check_message)
    comments = _each(rows, "comments", Comment, check_comment, name="author", addresses=authors)
    old_links = _each(rows, "old_links", ImportedToken)
    of_tiers, of_rsvps = _ids(tiers), _ids(rsvps)
    _ensure_known("questions", (each.tier_id for each in questions), of_tiers)
    _ensure_known("rsvps", (each.tier_id for each in rsvps), of_tiers)
    _ensure_known("check_ins", (each.rsvp_id for each in check_ins), of_rsvps)
    _ensure_known("check_ins", (each.link_id for each in check_ins), _ids(links))
    _ensure_known("messages", (each.rsvp_id for each in messages), of_rsvps)
    _ensure_known("comments", (each.rsvp_id for each in comments), of_rsvps)
    _ensure_known("old_links", (each.object_id for each in old_links), _ids(links) | of_rsvps)
    threads = {(EVENT, str(event.id))} | {(POST, str(each.id)) for each in messages}
    if not {(each.content_type, each.content_id) for each in comments} <= threads:
        raise Invalid({"comments": "comment_elsewhere"})
    return Bundle(
        event,
        cover,
        _series(rows["series"], event, links),
        _live_room(rows["live_room"]),
        tiers,
        questions,
        links,
        rsvps,
        check_ins,
        messages,
        comments,
        old_links,
        names,
        accounts,
        authors,
    )


def _event(entry: Any) -> tuple[Event, dict[str, str | None]]:
    given = dict(as_object(entry, where="event"))
    names = {kind: named(given, kind, "event") for kind in ("tenant", "creator", "channel")}
    event = decode(Event, given, where="event")
    apply(event, lambda values: clean_event(values), "event")
    return event, names


def _cover(
    entry: Any, images: Mapping[str, bytes], event: Event, names: dict[str, str | None]
) -> Cover | None:
    if entry is None:
        if images or event.cover_id is not None:
            raise Invalid({"image": "image_undescribed"})
        return None
    given = dict(as_object(entry, where="image"))
    names["uploader"] = named(given, "uploader", "image")
    image = decode(Image, given, where="image")
    file = file_of(image)
    if images.keys() != {file} or event.cover_id != image.id:
        raise Invalid({"image": "image_differs"})
    return checked_image(image, images[file])


def file_of(image: Image) -> str:
    """What the image's file is called in an archive."""
    return f"{image.id}.{image.extension}"


def checked_image(image: Image, content: bytes) -> Cover:
    """The image with its bytes. Raises Invalid when they are not what its row says."""
    drawn = is_drawn(content, extension=image.extension, width=image.width, height=image.height)
    if not drawn or (image.size, image.mime_type) != (len(content), mime_type_of(file_of(image))):
        raise Invalid({"image": "image_differs"})
    return Cover(image, content)


def _series(entry: Any, event: Event, links: Iterable[EventLink]) -> Series | None:
    """The series of the event; every link is to the one or the other."""
    series = None if entry is None else decode(Series, entry, where="series")
    known = series and series.id
    if series is not None:
        recurrence = {"rrule": series.rrule, "exdates": series.exdates}
        try:
            rule, _ = read_recurrence(recurrence, Zone().clean("timezone", series.timezone))
        except Invalid as problem:
            raise at("series", problem) from None
        series.rrule = str(rule)
    parts = (event.series_id, event.series_index, event.series_date)
    if event.series_id != known or len({part is None for part in parts}) > 1:
        raise Invalid({"series": "dangling_row"})
    if not {each.series_id for each in links} <= {None, known}:
        raise Invalid({"links": "dangling_row"})
    return series


def _live_room(entry: Any) -> LiveRoom | None:
    if entry is None:
        return None
    room = decode(LiveRoom, entry, where="live_room")
    apply(room, clean_stream, "live_room")
    return room


def _clean_question(values: Mapping[str, Any]) -> dict[str, Any]:
    try:
        (cleaned,) = clean_questions([values])
    except Invalid as problem:
        raise Invalid(
            {field.removeprefix("questions.0."): said for field, said in problem.errors.items()}
        ) from None
    return cleaned


def _check_answer(rsvp: Rsvp, where: str) -> None:
    apply(rsvp, lambda values: clean_answer(values, new=True), where)
    try:
        ensure_party(rsvp.guest_count, at_most=GUESTS_PER_RSVP)
        ensure_named(rsvp.guest_names, rsvp.guest_count)
    except Invalid as problem:
        raise at(where, problem) from None
    waits = rsvp.approval == Approval.WAITLISTED
    if waits and (rsvp.attendance != Attendance.GOING or rsvp.waitlisted_at is None):
        raise Invalid({f"{where}.waitlisted_at": "not_in_line"})
    answers = as_object(rsvp.answers, where=f"{where}.answers")
    if not all(_is_answer(key) and _is_answer(value) for key, value in answers.items()):
        raise Invalid({f"{where}.answers": "not_answers"})


def _is_answer(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) <= LONG_ANSWER and text_problem(value, multiline=True) is None
    if isinstance(value, list):
        return all(isinstance(each, str) and _is_answer(each) for each in value)
    return isinstance(value, bool | int | float) and abs(value) <= 2**53


def _check_message(message: Message, where: str) -> None:
    message.content = clean_text(
        message.content,
        field=f"{where}.content",
        limit=limits.MESSAGE,
        required=True,
        multiline=True,
    )
    public = message.visibility == MessageVisibility.PUBLIC
    if public and (message.type != MessageType.EVENT_UPDATE or message.rsvp_id is not None):
        raise Invalid({f"{where}.visibility": "not_an_announcement"})


def check_comment(comment: Comment, where: str) -> None:
    """Cleans what a comment says and by whom. Raises Invalid."""
    comment.body = clean_text(
        comment.body, field=f"{where}.body", limit=limits.COMMENT, required=True, multiline=True
    )
    comment.name = clean_text(comment.name, field=f"{where}.name", limit=HOST_NAME)


# --- Rows of a kind -----------------------------------------------------------------------------


def _each(
    rows: Mapping[str, Any],
    kind: str,
    model: type[Stored],
    check: Callable[[Stored, str], None] | None = None,
    *,
    name: str = "",
    addresses: dict[UUID, str] | None = None,
) -> list[Stored]:
    """The rows of one kind, each checked; what ``name`` says of a row goes to ``addresses``."""
    made = []
    for number, entry in enumerate(as_list(rows[kind], where=kind)):
        where = f"{kind}.{number}"
        given = dict(as_object(entry, where=where))
        address = named(given, name, where) if name else None
        row = decode(model, given, where=where)
        if check is not None:
            check(row, where)
        if addresses is not None and address:
            addresses[row.pk] = address
        made.append(row)
    if len(_ids(made)) < len(made):
        raise Invalid({kind: "duplicate_id"})
    return made


def _checked(
    clean: Callable[[Mapping[str, Any]], Mapping[str, Any]],
) -> Callable[[models.Model, str], None]:
    return lambda row, where: apply(row, clean, where)


def _ids(rows: Iterable[models.Model]) -> set[Any]:
    return {row.pk for row in rows}


def _ensure_known(kind: str, named: Iterable[UUID | None], known: Collection[Any]) -> None:
    if not {each for each in named if each is not None} <= set(known):
        raise Invalid({kind: "dangling_row"})
