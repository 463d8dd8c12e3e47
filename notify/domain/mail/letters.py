"""Letters as mail: text, HTML, the calendar entry, and the headers around them."""

from __future__ import annotations

import textwrap
from email.mime.image import MIMEImage
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from config.instance import legal_pages
from config.links import site_url
from config.qr import qr_png
from events.domain.calendar import Invitation, write_events, write_invitation
from events.palettes import palette_of
from notify.domain.mail.addresses import message_id, sender_address, thread_id
from notify.domain.mail.erased_letters import deleted_letter, removed_letter
from notify.domain.mail.guest_letters import guest_letter
from notify.domain.mail.host_letters import host_letter, webhook_letter
from notify.domain.mail.invitation_letters import invitation_letter
from notify.domain.mail.letter import Letter, Part
from notify.domain.mail.lost_letters import lost_links_letter
from notify.domain.mail.report_letters import report_letter
from notify.domain.mail.sources import Sources, goes_to_guest
from notify.domain.mail.unsubscribing import unsubscribe_url
from notify.enums import MailKind
from notify.models import Mail

_WIDTH = 76


def write_letter(mail: Mail, sources: Sources) -> EmailMultiAlternatives | None:
    """A mail as it goes to the server. None when nothing is left to tell."""
    with translation.override(sources.language(mail)):
        letter = _content(mail, sources)
        if letter is None:
            return None
        address = sources.address(mail)
        off = unsubscribe_url(site_url(), mail.recipient, mail.event_id)
        written = EmailMultiAlternatives(
            subject=letter.subject,
            body=_text(letter, off),
            to=[address],
            reply_to=[letter.reply_to] if letter.reply_to else None,
            headers=_headers(mail, off),
        )
        written.attach_alternative(_html(mail, letter, off), "text/html")
        if letter.calendar is not None:
            content = _invitation(letter.calendar, address)
            part = f"text/calendar; method={letter.calendar.method}"
            written.attach_alternative(content.decode(), part)
        if letter.dates:
            # Without a method beside its type: a file to open, not a second invitation.
            written.attach("dates.ics", write_events(letter.dates).decode(), "text/calendar")
    if letter.ticket is not None:
        image = MIMEImage(qr_png(letter.ticket))
        image.add_header("Content-ID", "<ticket>")
        image.add_header("Content-Disposition", "inline", filename="ticket.png")
        written.attach(image)
    return written


def _content(mail: Mail, sources: Sources) -> Letter | None:
    match mail.kind:
        case MailKind.DELETED:
            return deleted_letter(mail, sources)
        case MailKind.REMOVED:
            return removed_letter(mail, sources)
        case MailKind.LOST_LINKS:
            return lost_links_letter(mail)
        case MailKind.REPORT:
            return report_letter(mail, sources)
        case MailKind.INVITATION:
            return invitation_letter(mail, sources)
        case MailKind.WEBHOOK_DISABLED if mail.event_id is None:
            return webhook_letter(mail, None)
    return guest_letter(mail, sources) if goes_to_guest(mail.kind) else host_letter(mail, sources)


def _headers(mail: Mail, off: str) -> dict[str, str]:
    headers = {
        "Content-Language": translation.get_language() or "",
        "Message-ID": message_id(mail.id),
        "Auto-Submitted": "auto-generated",
        "List-Unsubscribe": f"<{off}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    if mail.event_id is not None:
        thread = thread_id(mail.event_id, mail.recipient)
        headers |= {"In-Reply-To": thread, "References": thread}
    return headers


def _html(mail: Mail, letter: Letter, off: str) -> str:
    context = _context(letter, off) | {"palette": palette_of(mail.event_id)}
    return render_to_string("mail/letter.html", context)


def _text(letter: Letter, off: str) -> str:
    context = _context(letter, off) | {"quoted": _quoted(letter.quote)}
    return render_to_string("mail/letter.txt", context)


def _context(letter: Letter, off: str) -> dict[str, Any]:
    return {
        "letter": letter,
        "unsubscribe": off,
        "site": site_url(),
        "site_name": settings.SITE_NAME,
        "sent_by": _("Sent by %(site)s.") % {"site": settings.SITE_NAME},
        **legal_pages(settings, site_url()),
    }


def _quoted(words: str) -> str:
    lines = (line for each in words.splitlines() for line in textwrap.wrap(each, _WIDTH) or [""])
    return "\n".join(f"> {line}".rstrip() for line in lines)


def _invitation(part: Part, address: str) -> bytes:
    told = Invitation(
        method=part.method,
        organizer_name=part.organizer,
        organizer_address=sender_address(),
        attendee_name=part.attendee,
        attendee_address=address,
        answer=part.answer,
        stamped=timezone.now(),
    )
    return write_invitation(part.entry, part.url, told)
