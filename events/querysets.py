"""What the event filters mean. A door names a filter; its meaning is here, once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, When
from django.db.models.functions import Greatest

from channels.models import Channel
from config.fulltext import are_common, are_looked_up_first, beginning_with
from config.text import words_of
from events import limits
from events.enums import Status

if TYPE_CHECKING:
    from events.models import Event  # noqa: F401 - names the model in the annotation below

# What a list is made of: EventQuerySets that share no event, with ``began`` for each event.
Parts = tuple[Any, ...]


# When an event is over, for the admin's lists in that order. Written this way it is looked up in
# the index "event_by_end" alone, and nothing else uses that index: public lists have better ones.
BY_END = Greatest("over_at", "over_at")
# Few events last longer than a day, and very few longer than a month: lists of what is to come look
# for these separately. In hours.
_DAY, _MONTH = 24, 32 * 24
# A word that at least one event in so many holds is found sooner by reading events than in the
# index of words: for a page along an index by start; for a count, or a page that is sorted first.
_OFTEN_BY_START, _OFTEN = 1_000, 10


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


def id_of_public(slug: str) -> models.Subquery:
    """The id of the public channel with this slug; a private channel is like none."""
    return models.Subquery(Channel.objects.public().filter(slug=slug).order_by().values("pk"))


# What public() begins with, for the indexes of public lists.
IS_PUBLIC = Q(is_private=False, taken_down_at=None)
# The conditions of the indexes that hold few events.
LASTS_DAYS = Q(over_at__gt=HoursLater("start_time", hours=_DAY))
LASTS_MONTHS = Q(over_at__gt=HoursLater("start_time", hours=_MONTH))
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
        """The function behind jsonb's operator ``?``."""
        return super().as_sql(compiler, connection, function="jsonb_exists", **context)


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

    def coming(
        self,
        now: datetime,
        since: datetime | None = None,
        *,
        looked_up: bool = False,
        **among: Any,
    ) -> Parts:
        """The parts of upcoming(); where ``since`` is given, of what starts then or later.
        ``among`` narrows them by a column that an index begins with: format=…, channel=… What is
        ``looked_up``, as searched() says, is a single part."""
        if looked_up:
            found = self.filter(**among).upcoming(now).starting_between(since)
            return (found.with_beginning(),)
        between = borders(now)
        if since is not None and since >= between.day_ago:
            return (self.filter(**among).upcoming_from(since, now),)
        earlier = self.going_on(now, between, **among)
        if since is not None:
            earlier = tuple(part.filter(began__gte=since) for part in earlier)
        return (self.filter(**among).upcoming_from(between.day_ago, now), *earlier)

    def upcoming_from(self, since: datetime, now: datetime) -> EventQuerySet:
        """What starts at ``since`` or later: a part of upcoming(), found by an index on the
        start."""
        return self.upcoming(now).filter(start_time__gte=since).with_beginning()

    def going_on(self, now: datetime, between: Borders, **among: Any) -> Parts:
        """What began more than a day ago: the other parts of upcoming(), found by indexes of the
        few events that last so long."""
        columns = {name.partition("__")[0] for name in among}
        told = {f"told_{name}": Greatest(name, name) for name in columns}
        events = self.upcoming(now).annotate(began=BEGAN).alias(**told)
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

    def matching(self, text: str, *, by_start: bool = False) -> EventQuerySet:
        """Events with a word for each of ``text``'s that begins with it, whatever its case and
        accents, among what everybody may read of them: see events/domain/search.py. The first 32
        words count. None for a text without letter or digit.

        The order stays. ``by_start`` says that the first few are read along an index by start, as a
        page of a listing is: SQLite, which asks the index for words at once, then takes another way
        for frequent words. What is found is the same.
        """
        return self.searched(text, by_start=by_start)[0]

    def searched(self, text: str, *, by_start: bool) -> tuple[EventQuerySet, bool]:
        """What matching() gives, and whether all of it is looked up in the index for words before
        anything else is asked."""
        words = words_of(text)[: limits.SEARCH_WORDS]
        if not words:
            return self.none(), True
        texts = self.model._meta.get_field("search_text").related_model
        if are_common(texts, words, share=_OFTEN_BY_START if by_start else _OFTEN):
            its_own = texts._default_manager.filter(event=models.OuterRef("pk"))
            return self.filter(models.Exists(its_own.filter(beginning_with(words)))), False
        return self.filter(search_text__words__holding=words), are_looked_up_first()
