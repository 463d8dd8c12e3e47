"""Taking an event down, and bringing it back: the operator's acts. An event that was taken down is
there for its organizers and root alone, who read why; see event_for() and EventQuerySet.shown()."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from comments import limits
from comments.models import Message
from config.text import clean_text
from events.domain.locking import locked_event, touch
from events.domain.reminders import settle_reminder
from outbox.domain.emitting import tell
from outbox.enums import Kind


def take_down(*, event_id: UUID, reason: str = "") -> None:
    """Hides the event from everybody but its organizers, who read ``reason``, and stops its mail.
    Its RSVPs stay. One that was taken down already gets the new reason. Raises Invalid (reason),
    NotFound."""
    reason = clean_text(reason, field="reason", limit=limits.TAKEDOWN_REASON, multiline=True)
    with locked_event(event_id) as event:
        before = event.taken_down_at
        moment = before or timezone.now()
        touch(event_id, edited=False, taken_down_at=moment, takedown_reason=reason)
        content = _("Taken down by whoever runs this site.")
        Message.objects.log(
            event_id=event_id, rsvp_id=None, content=f"{content}\n\n{reason}".strip()
        )
        tell(event, Kind.EVENT_UPDATED, changed={"taken_down_at": [before, moment]})


def bring_back(*, event_id: UUID) -> None:
    """Shows an event again that was taken down, as it is now; any other stays as it is. Seats that
    came free meanwhile are given out; mail that was due is not made up for. Raises NotFound."""
    with locked_event(event_id) as event:
        before = event.taken_down_at
        if before is None:
            return
        touch(event_id, edited=False, taken_down_at=None, takedown_reason="")
        settle_reminder(event_id, timezone.now())
        content = _("Brought back by whoever runs this site.")
        Message.objects.log(event_id=event_id, rsvp_id=None, content=content)
        tell(event, Kind.EVENT_UPDATED, changed={"taken_down_at": [before, None]})
