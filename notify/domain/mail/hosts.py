"""Who hears of what guests do."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.db.models import Q

from accounts.models import User
from events.rows import EventRow
from notify.domain.mail.addresses import recipient_of

# Organizers who set this preference hear of all events of their tenant.
ALL_EVENTS = "mail_about_all_events"


def host_recipients(event: EventRow, but: str = "") -> Iterator[tuple[UUID | None, str]]:
    """(account, address) of those who are told what guests do, each address once: the host's
    address, once they have opened the link that was mailed there; on an organisation's event also
    its creator, and staff who asked for it. ``but`` is the recipient whose doing it is. At most
    one query."""
    told = {but}
    for user_id, address in _candidates(event):
        recipient = recipient_of(address)
        if recipient not in told:
            told.add(recipient)
            yield user_id, address


def organizer_recipients(tenant_id: UUID) -> list[tuple[UUID, str]]:
    """(account, address) of an organisation's staff organizers. One query."""
    staff = User.objects.filter(tenant=tenant_id, is_active=True, is_staff=True)
    return list(staff.order_by("email").values_list("id", "email"))


def _candidates(event: EventRow) -> Iterator[tuple[UUID | None, str]]:
    if event.tenant_id is not None:
        asked = Q(is_staff=True, tenant=event.tenant_id, **{f"preferences__{ALL_EVENTS}": True})
        people = User.objects.filter(Q(pk=event.creator_id) | asked, is_active=True)
        yield from people.order_by("email").values_list("id", "email")
    if event.host_email and event.host_confirmed_at is not None:
        yield None, event.host_email
