"""Who is coming."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.languages import CODE_LENGTH, active_language
from rsvps import limits
from rsvps.enums import Approval, Attendance
from rsvps.querysets import KeptEventQuerySet, RsvpQuerySet


class Rsvp(models.Model):
    """One answer to one event. A party is 1 + guest_count people."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    event = models.ForeignKey("events.Event", on_delete=models.CASCADE, related_name="rsvps")
    tier = models.ForeignKey(
        "events.Tier", null=True, blank=True, on_delete=models.RESTRICT, related_name="rsvps"
    )
    user = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="rsvps"
    )
    name = models.CharField(max_length=limits.NAME)
    email = models.EmailField(max_length=limits.EMAIL, blank=True)
    pronouns = models.CharField(max_length=limits.PRONOUNS, blank=True)
    attendance = models.CharField(max_length=10, choices=Attendance.choices)
    approval = models.CharField(max_length=10, choices=Approval.choices, default=Approval.APPROVED)
    # The place in line of a party that waits for seats, and of one that waited before it went back
    # to pending.
    waitlisted_at = models.DateTimeField(null=True, blank=True, editable=False)
    guest_count = models.PositiveSmallIntegerField(default=0)
    # Of plus-ones, at most guest_count: see ensure_named() in rsvps/domain/answers.py.
    guest_names = models.JSONField(default=list, blank=True)
    note = models.TextField(blank=True)
    is_private = models.BooleanField(default=False)
    reminders_off = models.BooleanField(default=False)
    # Whether a link that was mailed to this address was opened: rsvps/domain/reading.py.
    email_confirmed = models.BooleanField(default=False, editable=False)
    answers = models.JSONField(default=dict, blank=True)
    token_version = models.PositiveIntegerField(default=1, editable=False)
    # What the guest's mails are written in: the language in which the RSVP was made.
    language = models.CharField(max_length=CODE_LENGTH, default=active_language, editable=False)
    # Grows with each change of the answer, whoever makes it: see save_answer().
    edit_version = models.PositiveIntegerField(default=1, editable=False)
    responded_at = models.DateTimeField(default=timezone.now, editable=False)
    checked_in_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = RsvpQuerySet.as_manager()

    class Meta:
        verbose_name = "RSVP"
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["event", "user"], name="rsvp_one_per_account"),
            models.CheckConstraint(
                condition=~models.Q(approval=Approval.WAITLISTED)
                | models.Q(attendance=Attendance.GOING, waitlisted_at__isnull=False),
                name="rsvp_waits_in_line",
            ),
        ]
        indexes = [
            models.Index(fields=["event", "attendance", "approval"], name="rsvp_by_answer"),
            models.Index(fields=["event", "created_at", "id"], name="rsvp_by_time"),
            models.Index(
                fields=["event", "waitlisted_at", "id"],
                condition=models.Q(approval=Approval.WAITLISTED),
                name="rsvp_in_line",
            ),
            models.Index("event", Lower("email"), name="rsvp_by_email"),
            # All answers of an address that asks for its lost links.
            models.Index(Lower("email"), condition=~models.Q(email=""), name="rsvp_by_address"),
            # The admin's list over all events.
            models.Index(fields=["created_at", "id"], name="rsvp_by_age"),
        ]

    def __str__(self) -> str:
        return self.name


class Invitation(models.Model):
    """An address that an organizer invited by mail. Written by ``rsvps/domain/invitations.py``; how
    the mail went stands in its Mail row. Whoever answers with the address is not linked to it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    event = models.ForeignKey("events.Event", on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(max_length=limits.EMAIL)
    invited_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["-invited_at", "id"]
        constraints = [
            models.UniqueConstraint("event", Lower("email"), name="invitation_once"),
        ]
        indexes = [
            models.Index(fields=["event", "-invited_at", "id"], name="invitation_by_time"),
            # The admin's list over all events.
            models.Index(fields=["-invited_at", "id"], name="invitation_by_age"),
        ]

    def __str__(self) -> str:
        return self.email


class CheckIn(models.Model):
    """One scan of a guest's ticket at a door.

    The first is ``admitted``, and the database allows no second such; later ones are kept too, so
    that a ticket shown twice is seen. The device that scans gives the id: a scan sent again is
    still one. ``rsvps/domain/checkin.py`` writes these and nothing else does.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    event = models.ForeignKey("events.Event", on_delete=models.CASCADE, related_name="check_ins")
    rsvp = models.ForeignKey("rsvps.Rsvp", on_delete=models.CASCADE, related_name="check_ins")
    link = models.ForeignKey(
        "events.EventLink",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="check_ins",
    )
    admitted = models.BooleanField()
    scanned_at = models.DateTimeField(help_text=_("By the clock of the device at the door."))
    received_at = models.DateTimeField(default=timezone.now, editable=False)
    undone_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "check-in"
        ordering = ["-received_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["rsvp"], condition=models.Q(admitted=True), name="check_in_once"
            ),
        ]
        indexes = [
            models.Index(fields=["event", "-received_at", "id"], name="check_in_by_time"),
            models.Index(fields=["received_at", "id"], name="check_in_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.rsvp_id}, {self.scanned_at:%Y-%m-%d %H:%M}"


class KeptEvent(models.Model):
    """What a browser keeps of one event in My events: that it hosts it, by a link, or that it
    answered it. The link of a series stands for all of its occurrences: no event is named. Without
    a device it is offered to be kept: see rsvps/domain/keeping.py."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    device = models.ForeignKey(
        "accounts.Device", null=True, on_delete=models.CASCADE, related_name="kept_events"
    )
    event = models.ForeignKey(
        "events.Event", null=True, on_delete=models.CASCADE, related_name="kept"
    )
    link = models.ForeignKey(
        "events.EventLink", null=True, on_delete=models.CASCADE, related_name="kept"
    )
    rsvp = models.ForeignKey("rsvps.Rsvp", null=True, on_delete=models.CASCADE, related_name="kept")
    # Of the link or the answer when it was kept: a new link ends what was kept of the old one.
    version = models.PositiveIntegerField()
    # What is offered together is taken up together.
    offer = models.UUIDField(default=uuid.uuid4, editable=False, db_index=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = KeptEventQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(link=None) ^ models.Q(rsvp=None), name="kept_link_or_answer"
            ),
            models.CheckConstraint(
                condition=models.Q(event__isnull=False) | models.Q(rsvp=None),
                name="kept_answer_has_event",
            ),
        ]
        indexes = [
            models.Index(
                fields=["created_at"], condition=models.Q(device=None), name="kept_offers"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)
