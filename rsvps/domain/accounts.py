"""Deleting an account, which its events and answers name: their version grows with it."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import Q

from accounts.domain.tenants import delete_user
from events.domain.locking import touch
from events.models import Event
from rsvps.models import Rsvp


def delete_account(*, user_id: UUID) -> None:
    """Removes an account as delete_user() does; events tell of it no longer. Raises NotFound."""
    answered = Rsvp.objects.filter(user_id=user_id).values("event_id")
    with transaction.atomic():
        touch(Event.objects.filter(Q(creator_id=user_id) | Q(pk__in=answered)), edited=False)
        delete_user(user_id=user_id)
