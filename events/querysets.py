"""What the event filters mean. A door names a filter; its meaning is here, once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, When
from django.db.models.functions import Greatest

from channels.models import Channel
from config.fulltext import are_frequent, compared, count_holding, found_between
from config.text import words_of
from events import limits
from events.enums import Status
from events.positions import Span

if TYPE_CHECKING:
    from events.models import Event  # noqa: F401 - names the model in the annotation below


class Parts(NamedTuple):
    """What a list by start is made of, EventQuerySets with ``began`` for each event: ``merged``,
    which share no event and are merged in order, and what comes ``then``, after all of these, in an
    order of its own. ``latest_first`` turns the order round."""

    merged: tuple[Any, ...] = ()
    then: Any = None
    latest_first: bool = False

    @property
    def order(self) -> tuple[str, str]:
        """What the merged ones are ordered by."""
        return ("-began", "-id") if self.latest_first else ("began", "id")


# When an event is over, for the admin's lists in that order. Written this way it is looked up in
# the index "event_by_end" alone, and nothing else uses that index: public lists have better ones.
BY_END = Greatest("over_at", "over_at")
# Few events last longer than a day, and very few longer than a month: lists of what is to come look
# for these separately. In hours.
_DAY, _MONTH = 24, 32 * 24
# So many events that hold a word are looked up and sorted in no time; of so many it is quicker to
# compare the events of a channel; and of so many, those of any list.
_FEW, _OFTEN, _VERY_OFTEN = 200, 2_000, 100_000


class HoursLater(models.Func):
    """A stored time so many hours later. A generated column takes it: neither database allows it
    the interval that the ORM would write."""

    output_field = models.DateTimeField()

    def __init__(self, moment: Any, *, hours: int) -> None:
        super().__init__(moment, hours=hours)

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """By its date functions, which know no fraction of a second."""
        later = "datetime(substr(%(expressions)s, 1, 19), '+%(hours)s hours')"
        fraction = "substr(%(expressions)s, 20)"
        return super().as_sql(compiler, connection, template=f"({later} || {fraction})", **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """In UTC, where an hour is an hour whatever the session's time zone."""
        in_utc = "%(expressions)s AT TIME ZONE 'UTC' + interval '%(hours)s hours'"
        return super().as_sql(
            compiler, connection, template=f"(({in_utc}) AT TIME ZONE 'UTC')", **context
        )


class LastsLonger(models.Func):
    """Whether an event lasts longer than so many hours."""

    output_field = models.BooleanField()
    arg_joiner = " > "
    template = "(%(expressions)s)"

    def __init__(self, *, hours: int) -> None:
        super().__init__("over_at", HoursLater("start_time", hours=hours))
        self.hours = hours

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """For migrations."""
        return "events.querysets.LastsLonger", [], {"hours": self.hours}

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """So that it expects few rows: it has no statistics of how long events last, and takes a
        comparison for true of every third event, an equality of one in 200."""
        template = "(CASE WHEN %(expressions)s THEN 1 ELSE 0 END = 1)"
        return super().as_sql(compiler, connection, template=template, **context)


class OfItsZone(models.Func):
    """The moment that ``moments`` names for the time zone of an event, as one text however many
    zones there are."""

    output_field = models.DateTimeField()

    def __init__(self, moments: Mapping[str, datetime]) -> None:
        told = {zone: str(moment.replace(tzinfo=None)) for zone, moment in moments.items()}
        super().__init__(models.Value(json.dumps(told), models.TextField()), "timezone")

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """As SQLite stores moments."""
        template = """JSON_EXTRACT(%(expressions)s || '"')"""
        arg_joiner = """, '$."' || """
        return super().as_sql(
            compiler, connection, template=template, arg_joiner=arg_joiner, **context
        )

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """As a constant, which is read once for all events."""
        moments, zone = self.get_source_expressions()
        sql, parameters = compiler.compile(zone)
        return f"(('{moments.value}'::jsonb ->> {sql}) || '+00')::timestamptz", parameters


def id_of_public(slug: str) -> models.Subquery:
    """The id of the public channel with this slug; a private channel is like none."""
    return models.Subquery(Channel.objects.public().filter(slug=slug).order_by().values("pk"))


# What public() begins with, for the indexes of public lists.
IS_PUBLIC = Q(is_private=False, taken_down_at=None)
# The conditions of the indexes that hold few events.
LASTS_DAYS = Q(LastsLonger(hours=_DAY))
LASTS_MONTHS = Q(LastsLonger(hours=_MONTH))
# The start, written so that only the index on this expression can be searched by it: the others
# begin with all of history.
BEGAN = Greatest("start_time", "start_time")


class Borders(NamedTuple):
    """The moments that divide what is going on: what began before them lasts days or months."""

    day_ago: datetime
    month_ago: datetime


def borders(now: datetime) -> Borders:
    """The borders at a moment."""
    return Borders(now - timedelta(hours=_DAY), now - timedelta(hours=_MONTH))


class _HasTag(models.Func):
    """Whether a JSON list of strings holds a string."""

    output_field = models.BooleanField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """By walking the list."""
        return super().as_sql(
            compiler,
            connection,
            template="EXISTS(SELECT 1 FROM JSON_EACH(%(expressions)s)",
            arg_joiner=") WHERE value = ",
            **context,
        )

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """The function behind jsonb's operator ``?``. It expects nearly all rows to have the tag:
        lists look for the words of a tag first, and few others hold these."""
        template = "(CASE WHEN jsonb_exists(%(expressions)s) THEN 1 ELSE 0 END <> 0)"
        return super().as_sql(compiler, connection, template=template, **context)


class EventQuerySet(models.QuerySet["Event"]):
    """Listings start with public() or for_tenant(); the rest narrows them."""

    def public(self) -> EventQuerySet:
        """Events any list, search, feed or sitemap may show; is_listed() says it of one."""
        events = self.filter(IS_PUBLIC)
        if settings.OPEN_EVENTS == "on":
            return events
        return events.filter(Q(tenant__isnull=False) | Q(creator__isnull=False))

    def shown(self) -> EventQuerySet:
        """Events that were not taken down: whatever else guests may reach begins here."""
        return self.filter(taken_down_at=None)

    def for_tenant(self, tenant_id: UUID) -> EventQuerySet:
        """Events of one organisation."""
        return self.filter(tenant_id=tenant_id)

    def in_channel(self, channel_id: UUID) -> EventQuerySet:
        """Events of one channel, which the caller has shown to know."""
        return self.filter(channel_id=channel_id)

    def starting_between(
        self, earliest: datetime | None = None, latest: datetime | None = None
    ) -> EventQuerySet:
        """Events whose start lies between the two moments, both included."""
        events = self
        if earliest is not None:
            events = events.filter(start_time__gte=earliest)
        if latest is not None:
            events = events.filter(start_time__lte=latest)
        return events

    def upcoming(self, now: datetime) -> EventQuerySet:
        """Not cancelled and not over: what somebody may still go to."""
        return self.filter(cancelled_at=None, over_at__gt=now)

    def coming(self, now: datetime, since: datetime | None = None, **among: Any) -> Parts:
        """The parts of upcoming(); where ``since`` is given, of what starts then or later.
        ``among`` narrows them by a column that an index begins with: format=…, channel=…"""
        between = borders(now)
        if since is not None and since >= between.day_ago:
            return Parts((self.filter(**among).upcoming_from(since, now),))
        earlier = _since(self.going_on(now, between, **among), since)
        return Parts((self.filter(**among).upcoming_from(between.day_ago, now), *earlier))

    def upcoming_from(self, since: datetime, now: datetime) -> EventQuerySet:
        """What starts at ``since`` or later: a part of upcoming(), found by an index on the
        start."""
        return self.upcoming(now).filter(start_time__gte=since).with_beginning()

    def going_on(self, now: datetime, between: Borders, **among: Any) -> tuple[Any, ...]:
        """What began more than a day ago: the other parts of upcoming(), found by indexes of the
        few events that last so long."""
        return self.upcoming(now)._lasting(between, **among)

    def _lasting(self, between: Borders, **among: Any) -> tuple[Any, ...]:
        columns = {name.partition("__")[0] for name in among}
        told = {f"told_{name}": Greatest(name, name) for name in columns}
        events = self.annotate(began=BEGAN).alias(**told)
        events = events.filter(**{f"told_{name}": value for name, value in among.items()})
        day_ago, month_ago = between
        return (
            events.filter(LASTS_DAYS, began__gte=month_ago, began__lt=day_ago),
            events.filter(LASTS_MONTHS, began__lt=month_ago),
        )

    def with_beginning(self) -> EventQuerySet:
        """Each with ``began``, its start, as all parts of a list call it."""
        return self.annotate(began=F("start_time"))

    def with_free_seats(self, now: datetime) -> EventQuerySet:
        """Events in which somebody who answers now may still find a seat."""
        free = Q(capacity=None) | Q(seats_taken__lt=F("capacity"))
        in_time = Q(rsvp_close_at=None) | Q(rsvp_close_at__gt=now)
        return self.filter(free, in_time, rsvps_closed=False)

    def answered_by(self, user_id: UUID, attendance: str | None = None) -> EventQuerySet:
        """Events an account answered, in one way when it is given."""
        answer = {"rsvps__user_id": user_id}
        return self.filter(**answer, **({"rsvps__attendance": attendance} if attendance else {}))

    def not_over(self, now: datetime) -> EventQuerySet:
        """Still to come or going on, called off or not."""
        return self.filter(over_at__gt=now)

    def over(self, now: datetime) -> EventQuerySet:
        """Ended by ``now``, called off or not."""
        return self.filter(over_at__lte=now)

    def past(self, now: datetime) -> EventQuerySet:
        """What nobody can go to any more: over, or called off."""
        return self.filter(Q(over_at__lte=now) | Q(cancelled_at__isnull=False))

    def past_parts(self, now: datetime) -> Parts:
        """The parts of past(), the latest first."""
        over = self.over(now).filter(start_time__lte=now)
        called_off = self.not_over(now).filter(cancelled_at__isnull=False)
        return Parts((over.with_beginning(), called_off.with_beginning()), latest_first=True)

    def calendar_parts(
        self, now: datetime, between: Borders, **among: Any
    ) -> tuple[EventQuerySet, ...]:
        """The parts of what is not over at a moment with these borders, called off or not."""
        soon = self.filter(**among).not_over(now).filter(start_time__gte=between.day_ago)
        return (soon.with_beginning(), *self.not_over(now)._lasting(between, **among))

    def for_calendar(self, now: datetime) -> EventQuerySet:
        """What a calendar to subscribe to holds, called off or not: all that is not over, the
        next first, then what ended in the last CALENDAR_PAST_DAYS days, the latest first; of
        these, CALENDAR_EVENTS."""
        to_come = When(over_at__gt=now, then=F("start_time"))
        return self.filter(over_at__gt=now - timedelta(days=limits.CALENDAR_PAST_DAYS)).order_by(
            Case(to_come).asc(nulls_last=True), "-start_time", "id"
        )[: limits.CALENDAR_EVENTS]

    def scheduled(self, now: datetime) -> EventQuerySet:
        """Not cancelled and not begun."""
        return self.with_status(Status.SCHEDULED, now)

    def with_status(self, status: str, now: datetime) -> EventQuerySet:
        """Events whose derived status is ``status`` at ``now``; see events/domain/times.py."""
        if status == Status.CANCELLED:
            return self.exclude(cancelled_at=None)
        kept = self.filter(cancelled_at=None)
        if status == Status.ENDED:
            return kept.filter(over_at__lte=now)
        if status == Status.LIVE:
            return kept.filter(start_time__lte=now, over_at__gt=now)
        return kept.filter(start_time__gt=now)

    def tagged(self, tags: Iterable[str]) -> EventQuerySet:
        """Events with any of these tags."""
        wanted = Q()
        for tag in tags:
            wanted |= Q(_HasTag("tags", models.Value(tag, models.TextField())))
        return self.filter(wanted)

    def matching(self, text: str) -> EventQuerySet:
        """Events with a word for each of ``text``'s that begins with it, whatever its case and
        accents, among what everybody may read of them: see events/domain/search.py. The first 32
        words count. No events for text without letters or digits. The order stays."""
        words = _sought(text)
        if not words:
            return self.none()
        # On PostgreSQL, the planner chooses.
        if self._count_holding(words, Span(), _VERY_OFTEN) == _VERY_OFTEN:
            return compared(self, "search_text", words)
        return self.filter(search_text__words__holding=words)

    def found(self, text: str, span: Span, now: datetime | None = None, **among: Any) -> Parts:
        """The parts of a list of what matching() gives and starts within the span; with ``now``, of
        what somebody may still go to then. ``among`` narrows them as in coming()."""
        words, narrowed = _sought(text), self.filter(**among)
        if not words:
            return Parts()
        if now is not None:
            narrowed = narrowed.upcoming(now)
        if "channel" in among and self._are_often_held(words, span):
            return self._compared_in_channel(words, span, now, **among)
        earlier: tuple[Any, ...] = ()
        if now is not None:
            day_ago = borders(now).day_ago
            if span.since is None or span.since < day_ago:
                earlier = self._found_going_on(words, span.since, now, **among)
                span = span._replace(since=day_ago)
                narrowed = narrowed.filter(start_time__gte=day_ago)
        then = found_between(narrowed, "search_text", words, span.positions, in_order=True)
        return Parts(earlier, then.with_beginning())

    def _found_going_on(
        self, words: Sequence[str], since: datetime | None, now: datetime, **among: Any
    ) -> tuple[Any, ...]:
        """What began more than a day ago and holds these words. Few events of all that did hold
        them, or few are still going on."""
        between = borders(now)
        before = Span(since, between.day_ago)
        number = self._count_holding(words, before, _FEW)
        if number == 0:
            return ()
        if number is not None and number < _FEW:
            few = self.filter(**among).upcoming(now).filter(start_time__lt=between.day_ago)
            few = found_between(few, "search_text", words, before.positions, in_order=False)
            return (few.with_beginning(),)
        going_on = _since(self.going_on(now, between, **among), since)
        return tuple(compared(part, "search_text", words) for part in going_on)

    def _compared_in_channel(
        self, words: Sequence[str], span: Span, now: datetime | None, **among: Any
    ) -> Parts:
        if now is not None:
            parts = self.coming(now, span.since, **among).merged
        else:
            parts = (self.filter(**among).starting_between(span.since).with_beginning(),)
        return Parts(tuple(compared(part, "search_text", words) for part in parts))

    def _are_often_held(self, words: Sequence[str], span: Span) -> bool:
        texts = self.model._meta.get_field("search_text").related_model
        return self._count_holding(words, span, _OFTEN) == _OFTEN or are_frequent(texts, words)

    def _count_holding(self, words: Sequence[str], span: Span, most: int) -> int | None:
        texts = self.model._meta.get_field("search_text").related_model
        return count_holding(texts, words, span.positions, most)


def _since(parts: tuple[Any, ...], since: datetime | None) -> tuple[Any, ...]:
    return parts if since is None else tuple(part.filter(began__gte=since) for part in parts)


def _sought(text: str) -> list[str]:
    return words_of(text)[: limits.SEARCH_WORDS]
