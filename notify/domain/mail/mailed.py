"""What guests were sent, for pages that say so."""

from __future__ import annotations

from notify.domain.mail.addresses import recipient_of
from notify.enums import STANDINGS, MailState
from notify.models import Mail
from rsvps.rows import RsvpRow


def link_was_mailed(rsvp: RsvpRow) -> bool:
    """Whether a mail with the guest's own link went to the address that the RSVP has now. One query
    for an RSVP with an address, else none."""
    if not rsvp.email:
        return False
    mails = Mail.objects.filter(rsvp_id=rsvp.id, kind__in=STANDINGS, state=MailState.SENT)
    return mails.filter(recipient=recipient_of(rsvp.email)).exists()
