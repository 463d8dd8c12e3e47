"""What goes out: mail and to whom, webhooks and how each call went."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notify import limits
from notify.enums import DeliveryState, Disabled, MailKind, MailState, Reason, Stop


class Endpoint(models.Model):
    """A program that is called: with all that happens in an organisation, or to one event. Written
    by ``notify/domain/endpoints.py``.

    ``event_id`` is a plain id: an event's own endpoint is still to be told that it was deleted.
    Secrets are sealed (config/sealing.py).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey(
        "accounts.Tenant", null=True, blank=True, on_delete=models.CASCADE, related_name="webhooks"
    )
    event_id = models.UUIDField(null=True, blank=True, unique=True, editable=False)
    channel = models.ForeignKey(
        "channels.Channel",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="webhooks",
        help_text=_("Only what happens in this channel."),
    )
    url = models.CharField(max_length=limits.URL)
    host = models.CharField(max_length=limits.HOST, editable=False)
    events = models.JSONField(
        default=list, blank=True, help_text=_("A list of types; an empty list means all.")
    )
    description = models.CharField(max_length=limits.DESCRIPTION, blank=True)
    enabled = models.BooleanField(default=True)
    disabled_at = models.DateTimeField(null=True, blank=True, editable=False)
    disabled_reason = models.CharField(
        max_length=8, choices=Disabled.choices, blank=True, editable=False
    )
    secret = models.BinaryField()
    old_secret = models.BinaryField(null=True)
    old_secret_until = models.DateTimeField(null=True, editable=False)
    # When it echoed the challenge; an organisation's own needs none.
    proven_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = "webhook"
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(tenant__isnull=False) | Q(event_id__isnull=False),
                name="webhook_of_somebody",
            )
        ]

    def __str__(self) -> str:
        return self.description or self.url


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """What the filters on deliveries mean."""

    def due(self, now: datetime) -> DeliveryQuerySet:
        """Those to be tried now: the first that waits of each endpoint and event, while nobody has
        it in hand."""
        earlier = Delivery.objects.filter(
            state=DeliveryState.WAITING,
            endpoint=OuterRef("endpoint"),
            event_id=OuterRef("event_id"),
            place__lt=OuterRef("place"),
        )
        return self.filter(
            ~Exists(earlier),
            state=DeliveryState.WAITING,
            endpoint__enabled=True,
            next_at__lte=now,
        )


class Delivery(models.Model):
    """One change, or a challenge, to be told to one endpoint. Those of one event are delivered in
    the order of their places, the ids of the changes. ``next_at`` is when it is tried next: while
    somebody has it in hand, that is when their lease runs out."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    place = models.BigIntegerField(default=0, editable=False)
    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="deliveries")
    change = models.ForeignKey(
        "outbox.Change", null=True, on_delete=models.CASCADE, related_name="deliveries"
    )
    type = models.CharField(max_length=limits.EVENT_TYPE, editable=False)
    event_id = models.UUIDField(null=True, editable=False)
    state = models.CharField(
        max_length=9,
        choices=DeliveryState.choices,
        default=DeliveryState.WAITING,
        editable=False,
    )
    attempts_made = models.PositiveSmallIntegerField(default=0, editable=False)
    next_at = models.DateTimeField(default=timezone.now, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "deliveries"
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(
                fields=["next_at"],
                condition=Q(state=DeliveryState.WAITING),
                name="delivery_waiting",
            ),
            models.Index(
                fields=["endpoint", "event_id", "place"],
                condition=Q(state=DeliveryState.WAITING),
                name="delivery_in_order",
            ),
            models.Index(fields=["endpoint", "-created_at", "-id"], name="delivery_by_endpoint"),
        ]

    def __str__(self) -> str:
        return f"{self.type}, {self.created_at:%Y-%m-%d %H:%M}"


class Attempt(models.Model):
    """One call: the status it was answered with, or why there was no answer."""

    id = models.BigAutoField(primary_key=True)
    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="attempts")
    status = models.PositiveSmallIntegerField(null=True, editable=False)
    problem = models.CharField(max_length=limits.PROBLEM, blank=True, editable=False)
    duration_ms = models.PositiveIntegerField(editable=False)
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["at"], name="attempt_by_time")]

    def __str__(self) -> str:
        return f"{self.status or self.problem}, {self.duration_ms} ms"


class MailQuerySet(models.QuerySet["Mail"]):
    """What the filters on mail mean."""

    def due(self, now: datetime) -> MailQuerySet:
        """Mails to send now: those whose time has come, and those whose worker was killed."""
        waiting = Q(state=MailState.QUEUED, next_at__lte=now)
        return self.filter(waiting | Q(state=MailState.CLAIMED, next_at__lte=now))

    def done(self) -> MailQuerySet:
        """Mails that are on their way no longer."""
        return self.exclude(state__in=(MailState.QUEUED, MailState.CLAIMED))

    def for_organizers(self) -> MailQuerySet:
        """Mails whose reasons organizers may read. Why an invitation was not sent is its
        recipient's business."""
        return self.exclude(kind=MailKind.INVITATION)

    def counted(self) -> MailQuerySet:
        """Mails that the limits count: those that went out or are about to."""
        return self.filter(state__in=(MailState.SENT, MailState.CLAIMED))

    def told(self) -> MailQuerySet:
        """Mails that told something: those that went out or are about to, and what they carry."""
        carriers = Mail.objects.counted().filter(pk=OuterRef("carrier_id"))
        return self.filter(Q(state__in=(MailState.SENT, MailState.CLAIMED)) | Exists(carriers))


class Mail(models.Model):
    """One mail to one recipient about one thing. The mail itself is written when it is sent, from
    what is true then.

    The ids refer to rows that may be gone: deleting an event gives nobody leave to mail anew.
    ``recipient`` is a keyed hash of the address; the address itself is read from ``rsvp_id``,
    ``user_id``, ``link_id`` or the event's host, and stands here only where none of them has it,
    until the mail is sent. So is ``data``, what cannot be read when it is sent. ``next_at`` is
    when a waiting mail is due, and when one that is being sent is taken up anew. Limits count
    these rows, so they stay for notify/domain/mail/limiting.py's KEPT. Where one mail confirms
    several RSVPs, each of the others has a row that is CARRIED by it (``carrier_id``).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=limits.MAIL_KIND, choices=MailKind.choices, editable=False)
    state = models.CharField(
        max_length=8, choices=MailState.choices, default=MailState.QUEUED, editable=False
    )
    reason = models.CharField(max_length=12, choices=Reason.choices, blank=True, editable=False)
    # What the mail server said.
    detail = models.CharField(max_length=limits.SAID, blank=True, editable=False)
    tenant_id = models.UUIDField(null=True, editable=False)
    event_id = models.UUIDField(null=True, editable=False)
    rsvp_id = models.UUIDField(null=True, editable=False)
    user_id = models.UUIDField(null=True, editable=False)
    # What it tells of, like a message.
    object_id = models.UUIDField(null=True, editable=False)
    change_id = models.BigIntegerField(null=True, editable=False)
    carrier_id = models.UUIDField(null=True, editable=False)
    recipient = models.CharField(max_length=limits.RECIPIENT, editable=False)
    # Whether the recipient has shown to read mail that goes there, when this one was claimed.
    confirmed = models.BooleanField(default=False, editable=False)
    address = models.CharField(max_length=limits.ADDRESS, blank=True, editable=False)
    data = models.JSONField(default=dict, encoder=DjangoJSONEncoder, editable=False)
    # There is one mail with this key at most.
    once = models.CharField(max_length=limits.ONCE, null=True, unique=True, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    next_at = models.DateTimeField(default=timezone.now, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    sent_at = models.DateTimeField(null=True, editable=False)

    objects = MailQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "id"]
        indexes = [
            models.Index(
                fields=["next_at", "created_at", "id"],
                condition=Q(state__in=(MailState.QUEUED, MailState.CLAIMED)),
                name="mail_due",
            ),
            models.Index(fields=["recipient", "sent_at"], name="mail_of_recipient"),
            models.Index(fields=["event_id", "sent_at"], name="mail_of_event"),
            models.Index(fields=["sent_at"], name="mail_by_sending"),
            models.Index(fields=["created_at", "id"], name="mail_by_making"),
            models.Index(fields=["rsvp_id", "created_at"], name="mail_by_rsvp"),
            models.Index(fields=["object_id", "state"], name="mail_by_object"),
            models.Index(
                fields=["tenant_id", "created_at"],
                condition=Q(state=MailState.FAILED),
                name="mail_failed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.created_at:%Y-%m-%d %H:%M}"


class Suppression(models.Model):
    """An address that gets less mail than it would: it was asked for, or a server refused it.

    ``recipient`` is a keyed hash: of the mailbox, or, where a server refused it, of the very
    address. Without an event it holds for everything this site sends."""

    recipient = models.CharField(max_length=limits.RECIPIENT, editable=False)
    event_id = models.UUIDField(null=True, editable=False)
    stop = models.CharField(max_length=9, choices=Stop.choices, editable=False)
    detail = models.CharField(max_length=limits.SAID, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["-created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["recipient", "event_id", "stop"], name="suppression_once"
            ),
            models.UniqueConstraint(
                fields=["recipient", "stop"],
                condition=Q(event_id=None),
                name="suppression_once_everywhere",
            ),
        ]
        indexes = [models.Index(fields=["created_at", "id"], name="suppression_by_age")]

    def __str__(self) -> str:
        return f"{self.get_stop_display()}, {self.created_at:%Y-%m-%d}"
