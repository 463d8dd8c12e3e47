"""What somebody is told who is invited."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from config.links import site_url
from events.addresses import page_url
from events.domain.hosts import is_trusted
from events.enums import Standing
from events.facts import event_facts
from notify.domain.mail.guest_letters import date_of, said, speakable
from notify.domain.mail.letter import Letter
from notify.domain.mail.sources import Sources
from notify.domain.mail.wording import when_lines
from notify.models import Mail


def invitation_letter(mail: Mail, sources: Sources) -> Letter | None:
    """The event as everybody may know it, with the link to its page, which is no key. The words of
    whom nobody answers for stand in neither subject nor greeting. None when the event is gone."""
    row = sources.event(mail)
    if row is None:
        return None
    trusted = is_trusted(row)
    event = speakable(event_facts(row, Standing.PUBLIC, timezone.now()), trusted=trusted)
    facts = [(_("When"), when_lines(event.start_time, event.end_time, event.timezone))]
    if event.places:
        facts.append((_("Where"), event.places))
    if event.hosts:
        facts.append((_("Host"), [", ".join(event.hosts)]))
    with_title = _("You are invited: %(title)s") % {"title": row.title}
    return Letter(
        subject=with_title if trusted else _("You are invited to an event"),
        kicker=_("You are invited"),
        heading=event.title,
        quote=said(str(sources.told(mail).get("message", "")), trusted=trusted),
        facts=facts,
        buttons=[(_("See the event and RSVP"), page_url(site_url(), row.id))],
        notes=[
            _(
                "An organizer of this event entered your address. If you don’t answer, they learn "
                "nothing about you."
            )
        ],
        date=date_of(event.start_time, event.timezone),
    )
