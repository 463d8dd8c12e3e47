"""One letter of each kind, as an instance sends it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta
from email.message import EmailMessage
from typing import Any, NamedTuple

from django.test import override_settings
from django.utils import timezone

from comments.domain.erasing import delete_event
from comments.domain.messages import announce, write_to_guest, write_to_hosts
from comments.domain.reports import report_event
from events.domain.lifecycle import cancel_event
from events.domain.notices import Notice
from notify.domain.mail.addresses import message_id
from notify.domain.mail.lost_links import ask_for_lost_links
from notify.domain.mail.reminding import remind
from notify.enums import MailKind
from notify.models import Mail
from outbox.domain.emitting import emit
from outbox.domain.taking import fan_out
from outbox.enums import Kind
from outbox.models import Change
from rsvps.domain.approval import approve
from rsvps.domain.event_changes import update_event
from rsvps.domain.invitations import invite
from rsvps.domain.respond import delete_rsvp, rotate_guest_link
from rsvps.rows import RsvpRow
from tests.makers import MadeEvent, make_event
from tests.notify.mail.posting import HOST, answer, hosted_event, posted, work, worked

GUEST = "ana@example.org"


class Words(NamedTuple):
    """What people typed."""

    title: str
    name: str
    host: str
    place: str
    said: str


Cause = Callable[[Words], object]


def hosted(words: Words, **values: Any) -> MadeEvent:
    """An event in Berlin, in ten days."""
    told: dict[str, Any] = {"title": words.title, "host_name": words.host, "location": words.place}
    start = timezone.now().replace(microsecond=0) + timedelta(days=10)
    told |= {"start_time": start, "end_time": start + timedelta(days=1)}
    return hosted_event(**told | {"timezone": "Europe/Berlin"} | values)


def attended(words: Words, **values: Any) -> tuple[MadeEvent, RsvpRow]:
    """The same with a guest who was told that they attend, or that they wait."""
    event = hosted(words, **values)
    rsvp = answer(event, name=words.name, email=GUEST, guest_count=2)
    worked()
    return event, rsvp


def change(words: Words) -> None:
    """Everything that guests are told of."""
    event, _ = attended(words)
    values = {
        "title": words.title[::-1],
        "location": words.place[::-1],
        "online_url": "https://example.org/live",
        "format": "hybrid",
        "start_time": event.row.start_time - timedelta(days=1),
    }
    update_event(event=event.row, values=values, notice=Notice("all", words.said))


def remind_of(words: Words) -> None:
    """A day before."""
    event, _ = attended(words)
    fan_out.func()
    remind(event.row.start_time - timedelta(days=1))


def digest(words: Words) -> None:
    """Of a day with a request and a message."""
    event = hosted(words, host_digest=True, approval_required=True)
    answer(event, name=words.name)
    write_to_hosts(event_id=event.id, name=words.name, email=GUEST, text=words.said)
    fan_out.func()
    Mail.objects.filter(kind=MailKind.DIGEST).update(next_at=timezone.now())


def switch_off_webhook(words: Words) -> None:
    """The event's."""
    event = hosted(words)
    told = {"reason": "gave_up", "url": words.said}
    kind = Kind.WEBHOOK_DISABLED
    emit([Change(kind=kind, event_id=event.id, object_id=event.id, data=told)])


def full_event(words: Words) -> tuple[RsvpRow, RsvpRow]:
    """The answer that has the one seat, and that of a guest in line for it."""
    event = hosted(words, capacity=1)
    seated = answer(event, name="Bo", email="bo@example.org")
    return seated, answer(event, name=words.name, email=GUEST, join_waitlist=True)


def promote_guest(words: Words) -> None:
    """The one seat comes free, after the guest heard of their place in line."""
    seated, _ = full_event(words)
    worked()
    delete_rsvp(event_id=seated.event_id, rsvp_id=seated.id)


def write_directly(words: Words) -> None:
    """To one guest."""
    event, rsvp = attended(words)
    write_to_guest(event_id=event.id, rsvp_id=rsvp.id, content=words.said)


def of_guest(act: Callable[[MadeEvent, RsvpRow], object], **values: Any) -> Cause:
    """What ``act`` does to an event and a guest of it."""
    return lambda words: act(*attended(words, **values))


# By kind, what gives rise to a letter of it.
CAUSES: Mapping[MailKind, Cause] = {
    MailKind.ANSWER: lambda words: answer(hosted(words), name=words.name, guest_count=2),
    MailKind.DECISION: of_guest(
        lambda event, rsvp: approve(event_id=event.id, rsvp_id=rsvp.id), approval_required=True
    ),
    MailKind.PROMOTED: promote_guest,
    MailKind.LINK_REPLACED: of_guest(
        lambda event, rsvp: rotate_guest_link(event_id=event.id, rsvp_id=rsvp.id)
    ),
    MailKind.CHANGED: change,
    MailKind.CANCELLED: lambda words: cancel_event(
        event_id=attended(words)[0].id, notice=Notice("all", words.said)
    ),
    MailKind.DELETED: lambda words: delete_event(
        event_id=attended(words)[0].id, notice=Notice("all", words.said)
    ),
    MailKind.REMOVED: of_guest(lambda event, rsvp: delete_rsvp(event_id=event.id, rsvp_id=rsvp.id)),
    MailKind.ANNOUNCEMENT: lambda words: announce(
        event_id=attended(words)[0].id, content=words.said, notify="all"
    ),
    MailKind.DIRECT: write_directly,
    MailKind.REMINDER: remind_of,
    MailKind.OWNER_LINK: lambda words: make_event(title=words.title, host_email=HOST),
    MailKind.ADDRESS_CHANGED: lambda words: update_event(
        event=hosted(words).row, values={"host_email": "other@example.org"}
    ),
    MailKind.PENDING: lambda words: answer(hosted(words, approval_required=True), name=words.name),
    MailKind.FULL: lambda words: answer(hosted(words, capacity=1), name=words.name),
    MailKind.WAITLIST: full_event,
    MailKind.TO_HOST: lambda words: write_to_hosts(
        event_id=hosted(words).id, name=words.name, email=GUEST, text=words.said
    ),
    MailKind.DIGEST: digest,
    MailKind.WEBHOOK_DISABLED: switch_off_webhook,
    MailKind.LOST_LINKS: lambda words: attended(words) and ask_for_lost_links(GUEST),
    MailKind.REPORT: lambda words: report_event(
        event_id=hosted(words).id, reason="spam", text=words.said, email=GUEST
    ),
    MailKind.INVITATION: lambda words: invite(
        event_id=hosted(words).id, emails=[GUEST], message=words.said
    ),
}


def letter_of(
    kind: MailKind,
    words: Words,
    arrived: Callable[[], list[EmailMessage]] = posted,
    working: Callable[[], AbstractContextManager[object]] = nullcontext,
) -> EmailMessage:
    """A letter of this kind that holds these words, among those that ``arrived``. The worker does
    its part within ``working``."""
    with override_settings(ADMIN_EMAIL="admin@example.org"):
        CAUSES[kind](words)
        with working():
            work()
    named = {message_id(mail.id) for mail in Mail.objects.filter(kind=kind, state="sent")}
    return next(letter for letter in arrived() if letter["Message-ID"] in named)
