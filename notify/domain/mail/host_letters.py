"""What hosts are told: their key, and what guests do."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accounts.domain.tokens import mint, proof_of_reading
from accounts.enums import LinkRole, TokenKind
from config.links import site_url
from config.text import unlinked
from events.addresses import link_url, page_url, series_link_url
from events.domain.hosts import is_trusted
from events.models import EventLink
from events.rows import EventRow
from notify.domain.mail.digests import news_since
from notify.domain.mail.guest_letters import date_of, said
from notify.domain.mail.letter import Letter
from notify.domain.mail.sources import Sources
from notify.domain.mail.wording import when_lines
from notify.enums import MailKind
from notify.models import Mail
from rsvps.rows import RsvpRow

_DAY = timedelta(days=1)


def host_letter(mail: Mail, sources: Sources) -> Letter | None:
    """The letter to a host. None when nothing is left to tell."""
    event = sources.event(mail)
    if event is None:
        return None
    match mail.kind:
        case MailKind.OWNER_LINK:
            return _owner_link(event, sources.address(mail))
        case MailKind.ADDRESS_CHANGED:
            return _address_changed(event)
        case MailKind.PENDING:
            return _pending(event, sources.told_of(mail))
        case MailKind.FULL:
            return _full(event)
        case MailKind.WAITLIST:
            return _waitlist(event)
        case MailKind.DIGEST:
            return _digest(mail, event)
        case MailKind.WEBHOOK_DISABLED:
            return webhook_letter(mail, event)
    return _message(mail, sources, event)


def owner_url(event_id: UUID, address: str) -> str | None:
    """The event's owner link as it is mailed to this address: opened from there it shows that
    they read it. None without one that works. One query."""
    links = EventLink.objects.opening(event_id).filter(role=LinkRole.OWNER, revoked_at=None)
    link = links.order_by("created_at").first()
    if link is None:
        return None
    token = mint(TokenKind.EVENT_LINK, link.id, link.version)
    if link.series_id is None:
        url = link_url(site_url(), event_id, LinkRole.OWNER, token)
    else:
        url = series_link_url(site_url(), link.series_id, token)
    return f"{url}?mailed={proof_of_reading(token, address)}"


def _owner_link(event: EventRow, address: str) -> Letter | None:
    """Once, under a fixed subject: nobody has shown yet to read what goes to this address."""
    url = owner_url(event.id, address)
    if url is None:
        return None
    return _letter(
        event,
        _("Your event’s private link"),
        _("Keep this link"),
        paragraphs=[
            _(
                "Someone, probably you, made this event and gave your address as the host’s. This "
                "link opens the organizer’s page. Anyone who has it can change the event."
            ),
            _("Open it once from here to get mail about your guests."),
        ],
        buttons=[(_("Open your event"), url)],
        notes=[_("Not your event? Ignore this mail and you won’t get another.")],
    )


def _address_changed(event: EventRow) -> Letter:
    return _letter(
        event,
        _("You no longer get mail about your event"),
        _("The host’s address was changed"),
        paragraphs=[
            _(
                "Someone with the organizer link entered another address for the host. Mail about "
                "this event no longer comes here. If that was not you, ask whoever has the link."
            )
        ],
    )


def _pending(event: EventRow, rsvp: RsvpRow | None) -> Letter:
    waiting = event.pending_count or 0
    line = ngettext(
        "%(number)s guest is waiting for your approval.",
        "%(number)s guests are waiting for your approval.",
        waiting,
    )
    return _letter(
        event,
        _of(event, _("Waiting for you: %(title)s"), _("Guests are waiting for your approval")),
        _("Guests are waiting for your approval"),
        paragraphs=[line % {"number": waiting}],
        facts=[(_("Latest"), [rsvp.name])] if rsvp and rsvp.name else [],
        buttons=[_organize(event)],
    )


def _full(event: EventRow) -> Letter:
    return _letter(
        event,
        _of(event, _("Full: %(title)s"), _("Your event is full")),
        _("Your event is full"),
        paragraphs=[
            ngettext(
                "Its only spot is taken.", "All %(number)s spots are taken.", event.capacity or 0
            )
            % {"number": event.capacity}
        ],
        buttons=[_organize(event)],
    )


def _waitlist(event: EventRow) -> Letter:
    return _letter(
        event,
        _of(event, _("Waitlist: %(title)s"), _("Guests are on the waitlist of your event")),
        _("Guests are waiting for a spot"),
        paragraphs=[
            _in_line(event.waitlisted_count or 0),
            _("The next guest gets a spot as soon as one is free, or when you give them one."),
        ],
        buttons=[_organize(event)],
    )


def _in_line(waiting: int) -> str:
    line = ngettext(
        "%(number)s guest is on the waitlist.", "%(number)s guests are on the waitlist.", waiting
    )
    return line % {"number": waiting}


def _digest(mail: Mail, event: EventRow) -> Letter | None:
    news = news_since(event.id, mail.next_at - _DAY)
    lines = []
    if news.answers:
        lines.append(
            ngettext("%(number)s new RSVP", "%(number)s new RSVPs", news.answers)
            % {"number": news.answers}
        )
    if waiting := event.pending_count:
        lines.append(
            ngettext("%(number)s guest is waiting", "%(number)s guests are waiting", waiting)
            % {"number": waiting}
        )
    if event.waitlisted_count:
        lines.append(_in_line(event.waitlisted_count))
    if news.messages:
        lines.append(
            ngettext("%(number)s message", "%(number)s messages", news.messages)
            % {"number": news.messages}
        )
    if not lines:
        return None
    taken = str(event.seats_taken)
    if event.capacity is not None:
        taken = _("%(taken)s of %(capacity)s") % {"taken": taken, "capacity": event.capacity}
    return _letter(
        event,
        _of(event, _("Today: %(title)s"), _("News about your event")),
        _("What’s new since yesterday"),
        facts=[(_("New"), lines), (pgettext("count of guests", "Going"), [taken])],
        buttons=[_organize(event)],
    )


def _message(mail: Mail, sources: Sources, event: EventRow) -> Letter | None:
    """What a guest or a visitor wrote; strangers' words stand in neither subject nor greeting."""
    words = sources.message(mail)
    if not words:
        return None
    reply_to = mail.data.get("reply_to", "")
    about = (
        _("Reply to this mail to write to them. They will then see your address.")
        if reply_to
        else _("Please reply on the organizer’s page. Replies to this mail reach nobody.")
    )
    by, organize = sources.told_of(mail), _organize(event)
    if by is not None:
        organize = _("Reply"), f"{organize[1]}/guests/{by.id}#write"
    return _letter(
        event,
        _of(event, _("A message about %(title)s"), _("A message about your event")),
        _("Someone wrote to you"),
        quote=said(words, trusted=False),
        paragraphs=[about],
        facts=[(pgettext("who wrote", "From"), [by.name])] if by else [],
        buttons=[organize],
        reply_to=reply_to,
    )


def webhook_letter(mail: Mail, event: EventRow | None) -> Letter:
    """A webhook that failed for days was switched off."""
    where = unlinked(str(mail.data.get("url", "")))
    return Letter(
        subject=_("A webhook was switched off"),
        kicker=_("A webhook was switched off"),
        heading=event.title if event else settings.SITE_NAME,
        paragraphs=[
            _("Its address has not answered for three days, so nothing more is sent there."),
            *([where] if where else []),
        ],
        buttons=[_organize(event)] if event else [(_("Open the admin"), f"{site_url()}/admin/")],
    )


def _organize(event: EventRow) -> tuple[str, str]:
    """Without a key: a mail to a host may be forwarded."""
    return _("Open the organizer’s page"), f"{page_url(site_url(), event.id)}/admin"


def _of(event: EventRow, with_title: str, without: str) -> str:
    return with_title % {"title": event.title} if is_trusted(event) else without


def _letter(event: EventRow, subject: str, kicker: str, **parts: object) -> Letter:
    facts = [(_("When"), when_lines(event.start_time, event.end_time, event.timezone))]
    parts["facts"] = facts + list(parts.get("facts", []))  # type: ignore[call-overload]
    title = event.title if is_trusted(event) else unlinked(event.title)
    date = date_of(event.start_time, event.timezone)
    return Letter(subject=subject, kicker=kicker, heading=title, date=date, **parts)  # type: ignore[arg-type]
