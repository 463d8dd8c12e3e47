"""Deleting an account, which its events, answers and comments name."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import Q

from accounts.domain.tenants import delete_user
from comments.domain.comments import erase_comments
from comments.models import Comment
from events.domain.locking import touch
from events.models import Event
from rsvps.models import Rsvp


def delete_account(*, user_id: UUID) -> None:
    """Removes an account as delete_user() does. Its comments are told to be gone, and the version
    of its events, and of those it answered, grows. Raises NotFound."""
    answered = Rsvp.objects.filter(user_id=user_id).values("event_id")
    with transaction.atomic():
        touch(Event.objects.filter(Q(creator_id=user_id) | Q(pk__in=answered)), edited=False)
        erase_comments(Comment.objects.filter(author_id=user_id))
        delete_user(user_id=user_id)
