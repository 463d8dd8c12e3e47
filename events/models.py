"""What happens and when: events, the links that open them, their ticket tiers and questions."""

from __future__ import annotations

import uuid
from datetime import datetime
from uuid import UUID

from django.db import models
from django.db.models.functions import Coalesce, Lower
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from accounts.enums import LinkRole
from config.fulltext import WordsField
from config.languages import CODE_LENGTH, active_language
from events import limits
from events.enums import Format, GuestListFor, QuestionKind, StreamStatus
from events.indexes import EVENT_INDEXES
from events.querysets import EventQuerySet, HoursLater


def default_reminders() -> list[int]:
    """Hours before the start, unless an event says otherwise."""
    return list(limits.DEFAULT_REMINDERS)


class Series(models.Model):
    """An event that repeats; each occurrence is an event of its own. See events/domain/series.py.

    The rule counts from ``first_date`` on, by ``clock`` on the wall of ``timezone``. ``next_index``
    is the number that the next occurrence gets, ``extend_at`` when more are to be made: null when
    no more will be.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey(
        "accounts.Tenant", null=True, blank=True, on_delete=models.CASCADE, related_name="series"
    )
    rrule = models.CharField(_("rule"), max_length=limits.STORED_RRULE)
    # ISO 8601 dates.
    exdates = models.JSONField(_("dates taken out"), default=list, blank=True)
    first_date = models.DateField()
    clock = models.TimeField()
    timezone = models.CharField(max_length=limits.TIMEZONE)
    next_index = models.PositiveIntegerField(default=0)
    extend_at = models.DateTimeField(null=True, blank=True)
    # Called off as a whole: nothing more is made until that is taken back.
    stopped_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        ordering = ["created_at", "id"]
        verbose_name_plural = "series"
        indexes = [
            models.Index(
                fields=["extend_at"],
                condition=models.Q(extend_at__isnull=False),
                name="series_to_extend",
            ),
        ]

    def __str__(self) -> str:
        return self.rrule


class Event(models.Model):
    """A dated gathering.

    The counters are written by rsvps/domain/capacity.py only, in the transaction that changes an
    RSVP. ``version`` grows with anything a page or an answer shows, ``edit_version`` only with what
    editors write: see touch() in events/domain/locking.py.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey(
        "accounts.Tenant", null=True, blank=True, on_delete=models.CASCADE, related_name="events"
    )
    creator = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="events"
    )
    channel = models.ForeignKey(
        "channels.Channel",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="events",
    )
    slug = models.SlugField(max_length=limits.SLUG, db_index=False)
    title = models.CharField(max_length=limits.TITLE)
    description = models.TextField(blank=True, help_text=_("Markdown."))
    start_time = models.DateTimeField()
    end_time = models.DateTimeField(null=True, blank=True)
    # When it is over, as status_of() in events/domain/times.py says.
    over_at = models.GeneratedField(
        expression=Coalesce("end_time", HoursLater("start_time", hours=limits.OPEN_ENDED_HOURS)),
        output_field=models.DateTimeField(),
        db_persist=True,
    )
    timezone = models.CharField(
        max_length=limits.TIMEZONE, default="UTC", help_text=_("IANA name.")
    )
    format = models.CharField(max_length=10, choices=Format.choices, default=Format.IN_PERSON)
    location = models.CharField(max_length=limits.LOCATION, blank=True)
    online_url = models.CharField(max_length=limits.URL, blank=True)
    # Of a series: its number there, the date of the rule that it stands for, and the fields in
    # which it was changed by hand, which a change of the whole series passes over.
    series = models.ForeignKey(
        "events.Series",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="events",
        editable=False,
        db_index=False,  # the constraints below begin with it
    )
    series_index = models.PositiveIntegerField(null=True, blank=True, editable=False)
    series_date = models.DateField(null=True, blank=True, editable=False)
    changed_by_hand = models.JSONField(default=list, blank=True, editable=False)
    cover = models.ForeignKey(
        "accounts.Image", null=True, blank=True, on_delete=models.SET_NULL, related_name="events"
    )
    tags = models.JSONField(default=list, blank=True)
    metadata = models.JSONField(default=dict, blank=True)

    capacity = models.PositiveIntegerField(
        null=True, blank=True, help_text=_("Leave empty for no limit.")
    )
    max_guests_per_rsvp = models.PositiveSmallIntegerField(default=limits.DEFAULT_GUESTS_PER_RSVP)
    is_private = models.BooleanField(default=False)
    approval_required = models.BooleanField(default=False)
    hide_location = models.BooleanField(default=False)
    # Where seats are limited: whether guests who find none may wait for one.
    waitlist = models.BooleanField(default=True)
    show_online_url = models.BooleanField(default=True)
    show_guests = models.CharField(
        max_length=9, choices=GuestListFor.choices, default=GuestListFor.EVERYBODY
    )
    show_counts = models.BooleanField(default=True)
    comments_enabled = models.BooleanField(default=True)
    rsvps_closed = models.BooleanField(default=False)
    rsvp_close_at = models.DateTimeField(null=True, blank=True)
    featured = models.BooleanField(default=False)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    # By whoever runs the instance, and why: comments/domain/takedown.py.
    taken_down_at = models.DateTimeField(null=True, blank=True, editable=False)
    takedown_reason = models.TextField(blank=True, editable=False)
    host_name = models.CharField(max_length=limits.HOST_NAME, blank=True)
    host_email = models.EmailField(max_length=limits.EMAIL, blank=True)
    # What the hosts' mails are written in: the language in which the event was made.
    language = models.CharField(max_length=CODE_LENGTH, default=active_language, editable=False)
    host_digest = models.BooleanField(default=False)
    reminders = models.JSONField(default=default_reminders, blank=True)
    # When the link that was mailed to host_email was opened: events/domain/hosts.py.
    host_confirmed_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Of co-hosts who agreed to be shown, in the order of their links: events/domain/links.py.
    cohost_names = models.JSONField(default=list, blank=True, editable=False)
    # The next moment of ``reminders`` to come: events/domain/reminders.py.
    next_reminder_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Whether a webhook of the event's own hears of it: notify/domain/endpoints.py.
    has_webhooks = models.BooleanField(default=False, editable=False)

    sequence = models.PositiveIntegerField(default=0, help_text=_("iCalendar SEQUENCE."))
    version = models.PositiveIntegerField(default=1)
    edit_version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(default=now, editable=False)
    updated_at = models.DateTimeField(default=now, editable=False)

    seats_taken = models.PositiveIntegerField(default=0, editable=False)
    going_count = models.PositiveIntegerField(default=0, editable=False)
    interested_count = models.PositiveIntegerField(default=0, editable=False)
    not_going_count = models.PositiveIntegerField(default=0, editable=False)
    pending_count = models.PositiveIntegerField(default=0, editable=False)
    waitlisted_count = models.PositiveIntegerField(default=0, editable=False)
    party_size = models.PositiveIntegerField(default=0, editable=False)
    private_count = models.PositiveIntegerField(default=0, editable=False)
    private_party_size = models.PositiveIntegerField(default=0, editable=False)
    # Seats beyond the capacity that an organizer has accepted.
    seats_forced = models.PositiveIntegerField(default=0, editable=False)
    # What a list may be sorted by: its order would tell a count that is hidden.
    shown_going_count = models.GeneratedField(
        expression=models.Case(
            models.When(show_counts=True, then=models.F("going_count")), default=models.Value(0)
        ),
        output_field=models.PositiveIntegerField(),
        db_persist=True,
    )

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["start_time", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(end_time=None) | models.Q(end_time__gt=models.F("start_time")),
                name="event_ends_after_start",
            ),
            models.CheckConstraint(
                condition=models.Q(capacity=None) | models.Q(capacity__gte=1),
                name="event_capacity_positive",
            ),
            models.UniqueConstraint(fields=["channel", "slug"], name="event_slug_in_channel"),
            models.UniqueConstraint(
                fields=["channel"],
                condition=models.Q(featured=True),
                name="event_one_featured_per_channel",
            ),
            models.UniqueConstraint(
                fields=["series", "series_index"], name="event_index_in_series"
            ),
            models.UniqueConstraint(fields=["series", "series_date"], name="event_date_in_series"),
        ]
        indexes = EVENT_INDEXES

    def __str__(self) -> str:
        return self.title


class SearchText(models.Model):
    """The words that an event is found by, those alone that everybody may read: see
    events/domain/search.py, which writes them with the event."""

    id = models.BigAutoField(primary_key=True)
    event = models.OneToOneField(
        "events.Event", on_delete=models.CASCADE, related_name="search_text"
    )
    words = WordsField()
    # Grows with start and id of the event: see events/positions.py. No two are the same.
    position = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["position", "event"], name="searchtext_by_position")]

    def __str__(self) -> str:
        return str(self.words)


class EventLinkQuerySet(models.QuerySet["EventLink"]):
    """What opens an event, and bookkeeping."""

    def opening(self, event_id: UUID) -> EventLinkQuerySet:
        """The links to this event and to the series it belongs to."""
        return self.filter(
            models.Q(event_id=event_id)
            | models.Q(series__in=Series.objects.filter(events=event_id).order_by())
        )

    def note_use(self, link_id: UUID, moment: datetime) -> None:
        """Remembers when a link was last used; a single narrow update."""
        self.filter(pk=link_id).update(last_used_at=moment)


class EventLink(models.Model):
    """A capability link to an event, or to every occurrence of a series. Its token is derived from
    id and version, never stored."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    event = models.ForeignKey(
        "events.Event", null=True, blank=True, on_delete=models.CASCADE, related_name="links"
    )
    series = models.ForeignKey(
        "events.Series", null=True, blank=True, on_delete=models.CASCADE, related_name="links"
    )
    role = models.CharField(max_length=8, choices=LinkRole.choices)
    label = models.CharField(max_length=limits.LINK_LABEL, blank=True)
    # Who holds it. The address is for organizers; the name is public when it is to be shown.
    name = models.CharField(max_length=limits.HOST_NAME, blank=True)
    email = models.EmailField(max_length=limits.EMAIL, blank=True)
    show_name = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(default=now, editable=False)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = EventLinkQuerySet.as_manager()

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(event__isnull=True) ^ models.Q(series__isnull=True),
                name="link_opens_one_thing",
            ),
        ]
        indexes = [
            models.Index(Lower("email"), condition=~models.Q(email=""), name="link_by_email")
        ]

    def __str__(self) -> str:
        return self.label or self.get_role_display()


class Tier(models.Model):
    """A ticket type. ``price_cents`` is in the currency's smallest unit."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    event = models.ForeignKey("events.Event", on_delete=models.CASCADE, related_name="tiers")
    name = models.CharField(max_length=limits.TIER_NAME)
    price_cents = models.PositiveIntegerField(default=0)
    currency = models.CharField(max_length=3, default="EUR", help_text=_("ISO 4217 code."))
    capacity = models.PositiveIntegerField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)
    seats_taken = models.PositiveIntegerField(default=0, editable=False)
    # Seats beyond the capacity that an organizer has accepted.
    seats_forced = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["position", "name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(capacity=None) | models.Q(capacity__gte=1),
                name="tier_capacity_positive",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Question(models.Model):
    """One question of a tier's form; ``options`` lists the answers of the choice kinds."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tier = models.ForeignKey("events.Tier", on_delete=models.CASCADE, related_name="questions")
    kind = models.CharField(max_length=12, choices=QuestionKind.choices, default=QuestionKind.TEXT)
    label = models.CharField(max_length=limits.QUESTION_LABEL)
    help = models.CharField(max_length=limits.QUESTION_HELP, blank=True)
    required = models.BooleanField(default=False)
    options = models.JSONField(default=list, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(
        default=True,
        help_text=_("A question that guests have answered is retired instead of deleted."),
    )

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.label


class LiveRoom(models.Model):
    """An event's stream. ``recordings`` is a list of {"url", "thumbnail_url"}; the stream itself
    runs elsewhere, and these are the addresses it is watched at."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    event = models.OneToOneField("events.Event", on_delete=models.CASCADE, related_name="live_room")
    status = models.CharField(max_length=8, choices=StreamStatus.choices, default=StreamStatus.IDLE)
    playback_url = models.CharField(max_length=limits.URL, blank=True)
    thumbnail_url = models.CharField(max_length=limits.URL, blank=True)
    recordings = models.JSONField(default=list, blank=True)
    chat_enabled = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=now, editable=False)
    updated_at = models.DateTimeField(default=now, editable=False)
    live_at = models.DateTimeField(null=True, blank=True, editable=False)
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)
    recorded_at = models.DateTimeField(null=True, blank=True, editable=False)

    def __str__(self) -> str:
        return self.get_status_display()
