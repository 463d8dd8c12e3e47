"""Who is called when something happens, and how each call went."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from notify import limits
from notify.enums import DeliveryState, Disabled


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
        help_text="Only what happens in this channel.",
    )
    url = models.CharField(max_length=limits.URL)
    host = models.CharField(max_length=limits.HOST, editable=False)
    events = models.JSONField(
        default=list, blank=True, help_text="A list of types; an empty one stands for all."
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
