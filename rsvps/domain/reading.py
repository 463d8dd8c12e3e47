"""Whether a guest's address was shown to be theirs."""

from __future__ import annotations

from accounts.domain.tokens import proves_reading
from rsvps.models import Rsvp
from rsvps.rows import RsvpRow


def confirm_guest(*, rsvp: RsvpRow, token: str, proof: str) -> None:
    """Notes that the guest opened the link that was mailed to them. A ``proof`` that belongs to
    another address or link changes nothing."""
    if rsvp.email and not rsvp.email_confirmed and proves_reading(proof, token, rsvp.email):
        unread = Rsvp.objects.filter(pk=rsvp.id, email=rsvp.email)
        unread.update(email_confirmed=True)
