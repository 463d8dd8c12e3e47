"""Which mails a change gives rise to. They are written in the transaction that takes the change, so
each change is told exactly once; what a mail says is decided when it is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.utils import timezone

from comments.enums import Author, MessageType, MessageVisibility
from comments.models import Message
from events.models import Event
from events.rows import EventRow, event_rows
from notify import limits
from notify.domain.mail.addresses import address_key, recipient_of
from notify.domain.mail.audiences import guests_to_tell
from notify.domain.mail.digests import digest_instead_of
from notify.domain.mail.hosts import host_recipients, organizer_recipients
from notify.domain.mail.sending import send_mails
from notify.enums import STANDINGS, MailKind, MailState
from notify.models import Mail
from outbox.enums import Kind
from outbox.models import Change
from rsvps.enums import Approval, Attendance
from rsvps.models import Invitation, Rsvp
from rsvps.rows import RsvpRow, rsvp_rows

_HOUR = timedelta(hours=1)


def write_mails(changes: Sequence[Change]) -> None:
    """The outbox's subscriber: the mails on these changes, and a task that sends them."""
    if not settings.MAIL_ENABLED:
        return
    batch = _Batch(changes)
    written = store_mails(
        mail
        for change in changes
        if not change.data.get("imported")
        for mail in _WRITERS.get(change.kind, _nobody)(change, batch)
    )
    if written:
        send_mails.enqueue()


def store_mails(mails: Iterable[Mail]) -> int:
    """Writes mails, some hundred at a time; one whose ``once`` was written before is left out."""
    written, waiting = 0, []
    for mail in mails:
        waiting.append(mail)
        if len(waiting) == limits.ROWS:
            written += len(Mail.objects.bulk_create(waiting, ignore_conflicts=True))
            waiting = []
    return written + len(Mail.objects.bulk_create(waiting, ignore_conflicts=True))


class _Batch:
    """What several changes are about, as it is now. Three queries."""

    def __init__(self, changes: Sequence[Change]) -> None:
        def named(*kinds: str) -> set[UUID]:
            return {change.object_id for change in changes if change.kind in kinds}

        event_ids = {change.event_id for change in changes if change.event_id}
        events = event_rows(Event.objects.filter(pk__in=event_ids))
        answers = named(
            *(Kind.RSVP_CREATED, Kind.RSVP_UPDATED, Kind.RSVP_PROMOTED),
            Kind.LINK_REPLACED,
        )
        messages = Message.objects.filter(pk__in=named(Kind.MESSAGE_POSTED))
        self.messages: dict[UUID, Message] = {message.pk: message for message in messages}
        answers |= {rsvp_id for change in changes for rsvp_id in _in_lot(change)}
        answers |= {each.rsvp_id for each in self.messages.values() if each.rsvp_id}
        rows = rsvp_rows(Rsvp.objects.filter(pk__in=answers)) if answers else []
        self._events: dict[UUID, EventRow] = {event.id: event for event in events}
        self._answers: dict[UUID, RsvpRow] = {rsvp.id: rsvp for rsvp in rows}

    def event(self, change: Change) -> EventRow | None:
        """The event it happened to, unless it is gone."""
        return self._events.get(change.event_id) if change.event_id else None

    def answer(self, rsvp_id: UUID | None) -> RsvpRow | None:
        """An RSVP that a change names, unless it is gone."""
        return self._answers.get(rsvp_id) if rsvp_id else None


_Writer = Callable[[Change, _Batch], Iterable[Mail]]


def _nobody(change: Change, batch: _Batch) -> Iterator[Mail]:
    yield from ()


# --- RSVPs --------------------------------------------------------------------------------------
def _answered(change: Change, batch: _Batch) -> Iterator[Mail]:
    rsvp = batch.answer(change.object_id)
    if rsvp is not None:
        if not change.data.get("in_lot"):
            yield from _to_guest(MailKind.ANSWER, change, rsvp)
        yield from _seats_asked_for(change, batch, rsvp)


def _series_answered(change: Change, batch: _Batch) -> Iterator[Mail]:
    """One mail for all of them, about the first; the others are carried by it. What another RSVP
    told the address of is left out."""
    given = [rsvp for rsvp_id in _in_lot(change) if (rsvp := batch.answer(rsvp_id))]
    if not given or not given[0].email:
        return
    recipient, ids = recipient_of(given[0].email), [rsvp.id for rsvp in given]
    known = Mail.objects.told().filter(kind__in=STANDINGS, recipient=recipient)
    known = known.filter(event_id__in=[rsvp.event_id for rsvp in given]).exclude(rsvp_id__in=ids)
    known_of = set(known.values_list("event_id", flat=True))
    lot = [rsvp for rsvp in given if rsvp.event_id not in known_of] or given[:1]
    carrier = uuid4()
    for rsvp in lot:
        told = Mail(kind=MailKind.ANSWER, recipient=recipient, **_about(change, rsvp.id))
        told.event_id = rsvp.event_id
        if rsvp is lot[0]:
            told.id, told.data = carrier, {"lot": [each.id for each in lot]}
        else:
            told.state, told.carrier_id = MailState.CARRIED, carrier
        yield told


def _in_lot(change: Change) -> list[UUID]:
    """The RSVPs that were given together, by the start of their events."""
    together = change.kind == Kind.SERIES_ANSWERED
    return [UUID(each) for each in change.data["rsvps"]] if together else []


def _answer_changed(change: Change, batch: _Batch) -> Iterator[Mail]:
    """Who decided follows from what changed: a guest changes their answer or their party, an
    organizer the approval alone."""
    changed, rsvp = change.data.get("changed") or {}, batch.answer(change.object_id)
    if rsvp is None or not changed:
        return
    approval = changed.get("approval", [None, None])[1]
    own_doing = not changed.keys().isdisjoint({"attendance", "guest_count", "tier_id"})
    if approval not in (None, Approval.PENDING) and not own_doing:
        held = _held(changed)
        yield from _to_guest(MailKind.DECISION, change, rsvp, data={"took_seat": held})
    elif approval == Approval.PENDING:
        held = _held(changed)
        yield from _to_guest(MailKind.ANSWER, change, rsvp, data={"took_seat": held})
    elif changed.get("attendance", [None, None])[1] == Attendance.GOING:
        yield from _to_guest(MailKind.ANSWER, change, rsvp)
    if own_doing:
        yield from _seats_asked_for(change, batch, rsvp)


def _promoted(change: Change, batch: _Batch) -> Iterator[Mail]:
    rsvp = batch.answer(change.object_id)
    if rsvp is not None:
        yield from _to_guest(MailKind.PROMOTED, change, rsvp)


def _held(changed: dict[str, Any]) -> bool:
    """Whether the guest had a seat before, and so an entry in their calendar."""
    was_going = changed.get("attendance", [Attendance.GOING])[0] == Attendance.GOING
    return bool(was_going and changed["approval"][0] == Approval.APPROVED)


def _seats_asked_for(change: Change, batch: _Batch, rsvp: RsvpRow) -> Iterator[Mail]:
    """What hosts hear of an answer: that it waits for them or for a seat, or that it took the last
    one."""
    event = batch.event(change)
    if event is None:
        return
    if rsvp.approval == Approval.PENDING:
        yield from _to_hosts(MailKind.PENDING, change, event, but=rsvp.email, at_most_hourly=True)
    elif rsvp.approval == Approval.WAITLISTED:
        yield from _to_hosts(MailKind.WAITLIST, change, event, but=rsvp.email, at_most_hourly=True)
    elif rsvp.attends and event.capacity is not None and (event.seats_taken or 0) >= event.capacity:
        yield from _to_hosts(MailKind.FULL, change, event, but=rsvp.email, once=f"{event.capacity}")


def _link_replaced(change: Change, batch: _Batch) -> Iterator[Mail]:
    rsvp = batch.answer(change.object_id)
    if rsvp is not None:
        yield from _to_guest(MailKind.LINK_REPLACED, change, rsvp)


def _removed(change: Change, batch: _Batch) -> Iterator[Mail]:
    """Only who was told that they have a seat is told that they have none, and once."""
    for guest in change.erased.get("guests", ()):
        recipient = recipient_of(guest["email"])
        attended = (guest["attendance"], guest["approval"]) == (
            Attendance.GOING,
            Approval.APPROVED,
        )
        told = Mail.objects.told().filter(rsvp_id=guest["rsvp_id"], recipient=recipient)
        if attended and told.exists():
            yield Mail(
                kind=MailKind.REMOVED,
                recipient=recipient,
                address=guest["email"],
                data={"guest": guest},
                once=f"removed|{change.event_id}|{recipient}",
                **_about(change, UUID(guest["rsvp_id"])),
            )


# --- Events -------------------------------------------------------------------------------------
def _event_made(change: Change, batch: _Batch) -> Iterator[Mail]:
    event = batch.event(change)
    # The link of a series opens all of it, so it is mailed with its first occurrence.
    if event is not None and event.host_email and not change.data.get("occurrence"):
        yield _owner_link(change, event, event.host_email)


def _event_changed(change: Change, batch: _Batch) -> Iterator[Mail]:
    yield from _to_audience(MailKind.CHANGED, change)
    old, new = change.erased.get("host_email", ["", ""])
    event = batch.event(change)
    if new and event is not None:
        yield _owner_link(change, event, new)
    if old and change.erased.get("was_confirmed"):
        recipient = recipient_of(old)
        of_series = event.series_id if event is not None else None
        yield Mail(
            kind=MailKind.ADDRESS_CHANGED,
            recipient=recipient,
            address=old,
            once=f"readdressed|{of_series}|{recipient}|{recipient_of(new)}" if of_series else "",
            **_about(change),
        )


def _event_cancelled(change: Change, batch: _Batch) -> Iterator[Mail]:
    yield from _to_audience(MailKind.CANCELLED, change)


def _event_deleted(change: Change, batch: _Batch) -> Iterator[Mail]:
    told: set[str] = set()
    for guest in change.erased.get("guests", ()):
        recipient = recipient_of(guest["email"])
        if recipient not in told:
            told.add(recipient)
            yield Mail(
                kind=MailKind.DELETED,
                recipient=recipient,
                address=guest["email"],
                data={"guest": guest, "event": change.erased["event"]},
                **_about(change, UUID(guest["rsvp_id"])),
            )


def _owner_link(change: Change, event: EventRow, address: str) -> Mail:
    """Once for each address; for a series, not once for each occurrence."""
    return Mail(
        kind=MailKind.OWNER_LINK,
        recipient=recipient_of(address),
        once=f"owner|{event.series_id or event.id}|{address_key(address)}",
        **_about(change),
    )


# --- Words --------------------------------------------------------------------------------------
def _posted(change: Change, batch: _Batch) -> Iterator[Mail]:
    message, event = batch.messages.get(change.object_id), batch.event(change)
    if message is None or event is None:
        return
    if message.visibility == MessageVisibility.PUBLIC:
        yield from _to_audience(MailKind.ANNOUNCEMENT, change)
    elif message.author in (Author.GUEST, Author.VISITOR):
        guest, reply_to = batch.answer(message.rsvp_id), change.erased.get("reply_to", "")
        by = guest.email if guest else reply_to
        data = {"reply_to": reply_to}
        yield from _to_hosts(MailKind.TO_HOST, change, event, but=by, data=data)
    elif message.type in (MessageType.ADMIN_MESSAGE, MessageType.REJECTION_REASON):
        rsvp = batch.answer(message.rsvp_id)
        if rsvp is not None and message.visibility == MessageVisibility.ATTENDEE:
            yield from _to_guest(MailKind.DIRECT, change, rsvp)


def _reported(change: Change, batch: _Batch) -> Iterator[Mail]:
    if settings.ADMIN_EMAIL:
        yield Mail(
            kind=MailKind.REPORT,
            recipient=recipient_of(settings.ADMIN_EMAIL),
            address=settings.ADMIN_EMAIL,
            **_about(change),
        )


def _invited(change: Change, batch: _Batch) -> Iterator[Mail]:
    """One for each address. Whoever was invited under another spelling of it gets no second one."""
    invited = Invitation.objects.filter(pk__in=change.data["invitations"])
    for invitation_id, email in invited.values_list("id", "email"):
        recipient = recipient_of(email)
        yield Mail(
            kind=MailKind.INVITATION,
            recipient=recipient,
            address=email,
            once=f"invited|{change.event_id}|{recipient}",
            **_about(change) | {"object_id": invitation_id},
        )


def _webhook_disabled(change: Change, batch: _Batch) -> Iterator[Mail]:
    event = batch.event(change)
    if event is not None:
        yield from _to_hosts(MailKind.WEBHOOK_DISABLED, change, event, data=change.data)
    elif change.tenant_id is not None:
        for user_id, address in organizer_recipients(change.tenant_id):
            yield Mail(
                kind=MailKind.WEBHOOK_DISABLED,
                recipient=recipient_of(address),
                user_id=user_id,
                data=change.data,
                **_about(change),
            )


# --- Rows ---------------------------------------------------------------------------------------
def _to_guest(kind: MailKind, change: Change, rsvp: RsvpRow, **told: Any) -> Iterator[Mail]:
    if rsvp.email:
        recipient = recipient_of(rsvp.email)
        yield Mail(kind=kind, recipient=recipient, **_about(change, rsvp.id), **told)


def _to_audience(kind: MailKind, change: Change) -> Iterator[Mail]:
    """One mail for each address, however many answers it gave."""
    audience = change.data.get("notify")
    if audience and change.event_id:
        for rsvp_id, recipient in guests_to_tell(change.event_id, audience):
            yield Mail(kind=kind, recipient=recipient, **_about(change, rsvp_id))


def _to_hosts(
    kind: MailKind,
    change: Change,
    event: EventRow,
    *,
    but: str | None = "",
    once: str = "",
    at_most_hourly: bool = False,
    **told: Any,
) -> Iterator[Mail]:
    """To each host, or into the day's digest of those who chose one; nobody is told what they did
    themselves, under the address ``but``. ``once`` keeps it to one mail for each host,
    ``at_most_hourly`` to one an hour that tells all there is to tell by then."""
    for user_id, address in host_recipients(event, recipient_of(but) if but else ""):
        recipient = recipient_of(address)
        mail = Mail(kind=kind, recipient=recipient, user_id=user_id, **_about(change), **told)
        if event.host_digest and kind != MailKind.WEBHOOK_DISABLED:
            mail = digest_instead_of(mail, event.timezone)
        elif at_most_hourly:
            now = timezone.now()
            hour = int(now.timestamp()) // 3600
            before = Mail.objects.filter(event_id=event.id, kind=kind, recipient=recipient)
            if before.filter(once=f"{kind.value}|{event.id}|{recipient}|{hour}").exists():
                mail.next_at = timezone.now() + _HOUR
                hour += 1
            mail.once = f"{kind.value}|{event.id}|{recipient}|{hour}"
        elif once:
            mail.once = f"{kind.value}|{event.id}|{recipient}|{once}"
        yield mail


def _about(change: Change, rsvp_id: UUID | None = None) -> dict[str, Any]:
    return {
        "tenant_id": change.tenant_id,
        "event_id": change.event_id,
        "rsvp_id": rsvp_id,
        "object_id": change.object_id,
        "change_id": change.pk,
    }


_WRITERS: dict[str, _Writer] = {
    Kind.RSVP_CREATED: _answered,
    Kind.RSVP_UPDATED: _answer_changed,
    Kind.RSVP_PROMOTED: _promoted,
    Kind.RSVP_DELETED: _removed,
    Kind.SERIES_ANSWERED: _series_answered,
    Kind.LINK_REPLACED: _link_replaced,
    Kind.EVENT_CREATED: _event_made,
    Kind.EVENT_UPDATED: _event_changed,
    Kind.EVENT_CANCELLED: _event_cancelled,
    Kind.EVENT_DELETED: _event_deleted,
    Kind.MESSAGE_POSTED: _posted,
    Kind.EVENT_REPORTED: _reported,
    Kind.GUESTS_INVITED: _invited,
    Kind.WEBHOOK_DISABLED: _webhook_disabled,
}
