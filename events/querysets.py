"""What the event filters mean. A door names a filter; its meaning is here, once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, When
from django.db.models.functions import Greatest

from channels.enums import Visibility
from config.fulltext import are_common, beginning_with
from config.text import words_of
from events import limits
from events.enums import Status

if TYPE_CHECKING:
    from events.models import Event  # noqa: F401 - names the model in the annotation below


# When an event is over, for lists in that order. Written so, it leads to the index "event_by_end"
# alone, and that index to nothing else: lists by start have better ones.
BY_END = Greatest("over_at", "over_at")
# Words that one event in so many holds are found sooner by reading events than by the index: a page
# along an index by start; and a number of them, or a page of what is sorted first.
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
        events = self.shown().filter(is_private=False)
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

    def in_public_channel(self, slug: str) -> EventQuerySet:
        """Events of the public channel with this slug; a private channel answers like none."""
        return self.filter(channel__slug=slug, channel__visibility=Visibility.PUBLIC)

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

    def sorted_by_start(self) -> EventQuerySet:
        """By (start_time, id), where an index on over_at finds the few events there are. The
        databases are kept from the index by start, which begins with all of history. Read with
        sorted_event_rows()."""
        return self.order_by(Greatest("start_time", "start_time"), "id")

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
        words = words_of(text)[: limits.SEARCH_WORDS]
        if not words:
            return self.none()
        texts = self.model._meta.get_field("search_text").related_model
        if are_common(texts, words, share=_OFTEN_BY_START if by_start else _OFTEN):
            its_own = texts._default_manager.filter(event=models.OuterRef("pk"))
            return self.filter(models.Exists(its_own.filter(beginning_with(words))))
        return self.filter(search_text__words__holding=words)
