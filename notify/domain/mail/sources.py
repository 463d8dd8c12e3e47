"""What mails are written from: the rows of a batch, in a handful of queries whatever its size."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from accounts.models import User
from comments.enums import MessageType
from comments.models import Message
from events.models import Event
from events.rows import EventRow, event_rows
from notify.domain.mail.addresses import address_key
from notify.enums import TO_HOSTS, MailKind
from notify.models import Mail, Suppression
from outbox.models import Change
from rsvps.models import Rsvp
from rsvps.rows import RsvpRow, rsvp_rows

_TO_GUESTS = frozenset(MailKind) - {
    *TO_HOSTS,
    *(MailKind.OWNER_LINK, MailKind.ADDRESS_CHANGED, MailKind.DIGEST),
    *(MailKind.WEBHOOK_DISABLED, MailKind.LOST_LINKS, MailKind.REPORT),
}
# These tell of what is no longer there.
_OF_ERASED = frozenset({MailKind.DELETED, MailKind.REMOVED})


class Person(NamedTuple):
    """An account that gets mail."""

    email: str
    display_name: str


@dataclass(frozen=True, slots=True)
class Sources:
    """Rows by their ids; ``writers`` are the RSVPs of guests who wrote a message, by the message,
    ``reasons`` what declined guests were told last, by RSVP,
    ``languages`` those of RSVPs and of events' hosts, and
    ``stops`` the (recipient, event, stop) that concern the batch; a refused address goes by
    address_key()."""

    events: Mapping[UUID, EventRow]
    rsvps: Mapping[UUID, RsvpRow]
    people: Mapping[UUID, Person]
    messages: Mapping[UUID, str]
    writers: Mapping[UUID, UUID]
    changes: Mapping[int, dict[str, Any]]
    reasons: Mapping[UUID, str]
    languages: Mapping[UUID, str]
    stops: frozenset[tuple[str, UUID | None, str]]

    def event(self, mail: Mail) -> EventRow | None:
        """The event a mail is about."""
        return self.events.get(mail.event_id) if mail.event_id else None

    def rsvp(self, mail: Mail) -> RsvpRow | None:
        """The RSVP of the guest it goes to."""
        return self.rsvps.get(mail.rsvp_id) if mail.rsvp_id else None

    def told_of(self, mail: Mail) -> RsvpRow | None:
        """The RSVP that a mail to hosts tells of: a new one, or that of the guest who wrote."""
        if mail.object_id is None:
            return None
        return self.rsvps.get(self.writers.get(mail.object_id, mail.object_id))

    def message(self, mail: Mail) -> str:
        """The words it carries."""
        return self.messages.get(mail.object_id, "") if mail.object_id else ""

    def told(self, mail: Mail) -> dict[str, Any]:
        """What happened: the ``data`` of the change it tells."""
        return self.changes.get(mail.change_id, {}) if mail.change_id else {}

    def address(self, mail: Mail) -> str:
        """Where it goes, as it is known now; empty when nobody is left to be told."""
        if mail.address:
            return mail.address
        if mail.kind in _TO_GUESTS:
            rsvp = self.rsvp(mail)
            return (rsvp and rsvp.email) or ""
        if mail.user_id:
            person = self.people.get(mail.user_id)
            return person.email if person else ""
        event = self.event(mail)
        return (event and event.host_email) or ""

    def language(self, mail: Mail) -> str:
        """The one its reader answered in, asked for links in, or made the event in; the instance's
        where nothing tells, or where that is no longer spoken."""
        guest = mail.data.get("guest") or {}
        of_row = mail.rsvp_id if mail.kind in _TO_GUESTS and mail.rsvp_id else mail.event_id
        said = guest.get("language") or mail.data.get("language")
        if not said and of_row and mail.kind != MailKind.REPORT:
            said = self.languages.get(of_row)
        return said if said in dict(settings.LANGUAGES) else str(settings.LANGUAGE_CODE)


def goes_to_guest(kind: str) -> bool:
    """Whether mails of this kind go to somebody for the sake of their RSVP."""
    return kind in _TO_GUESTS


def tells_of_erased(kind: str) -> bool:
    """Whether mails of this kind outlive what they are about."""
    return kind in _OF_ERASED


def read_sources(mails: Iterable[Mail]) -> Sources:
    """The rows that these mails need. Nine queries at most."""
    mails = list(mails)
    posted = Message.objects.filter(pk__in={m.object_id for m in mails if m.object_id})
    messages = list(posted.order_by().values_list("id", "content", "rsvp_id"))
    writers = {id: rsvp_id for id, _, rsvp_id in messages if rsvp_id}
    rsvp_ids = {mail.rsvp_id for mail in mails if mail.rsvp_id} | {*writers.values()}
    rsvp_ids |= {m.object_id for m in mails if m.object_id and m.kind == MailKind.PENDING}
    events = event_rows(Event.objects.filter(pk__in={m.event_id for m in mails if m.event_id}))
    rsvps = rsvp_rows(Rsvp.objects.filter(pk__in=rsvp_ids)) if rsvp_ids else []
    user_ids = {mail.user_id for mail in mails if mail.user_id}
    people = (
        User.objects.filter(pk__in=user_ids, is_active=True) if user_ids else User.objects.none()
    )
    changes = Change.objects.filter(pk__in={m.change_id for m in mails if m.change_id})
    decided = {m.rsvp_id for m in mails if m.kind == MailKind.DECISION}
    sources = Sources(
        events={event.id: event for event in events},
        rsvps={rsvp.id: rsvp for rsvp in rsvps},
        people={
            id: Person(email, name)
            for id, email, name in people.values_list("id", "email", "display_name")
        },
        messages={id: content for id, content, _ in messages},
        writers=writers,
        changes=dict(changes.order_by().values_list("id", "data")),
        reasons=_reasons(decided),
        languages=_languages(Event, events) | _languages(Rsvp, rsvps),
        stops=frozenset(),
    )
    return replace(sources, stops=_stops(mails, sources))


def _stops(mails: Collection[Mail], sources: Sources) -> frozenset[tuple[str, UUID | None, str]]:
    concerned = {mail.recipient for mail in mails}
    concerned |= {address_key(sources.address(mail)) for mail in mails}
    stops = Suppression.objects.filter(recipient__in=concerned)
    stops = stops.filter(Q(event_id=None) | Q(event_id__in={m.event_id for m in mails}))
    return frozenset(stops.order_by().values_list("recipient", "event_id", "stop"))


def _languages(model: Any, rows: Collection[Any]) -> dict[UUID, str]:
    found = model.objects.filter(pk__in=[row.id for row in rows]) if rows else model.objects.none()
    return dict(found.order_by().values_list("pk", "language"))


def _reasons(rsvp_ids: set[UUID | None]) -> dict[UUID, str]:
    if not rsvp_ids:
        return {}
    told = Message.objects.filter(rsvp__in=rsvp_ids, type=MessageType.REJECTION_REASON)
    rows = told.order_by("created_at").values_list("rsvp_id", "content")
    return {rsvp_id: content for rsvp_id, content in rows if rsvp_id}
