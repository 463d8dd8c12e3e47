"""The door: a helper's page that checks guests in, by ticket or by name.

It can be installed and opened without a network: see pages/door_app.py.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from access.actors import actor_from
from access.events import at_door, event_for
from api.json import to_json
from config.errors import DomainError, Invalid, NotAllowed
from events.domain.links import label_of
from events.enums import Standing
from events.facts import EventFacts
from pages.base import DOOR_COOKIE, PageRequest, hand_over, page, see_other, told
from pages.door_forms import DoorSearch, ScanForm, UndoForm
from pages.door_words import door_words
from pages.template_tags import clock
from rsvps.domain.checkin import Admission, check_in, door_counts, undo_check_in
from rsvps.facts import door_guests, latest_check_ins
from rsvps.rows import DoorGuest

_LATEST = 10
# What a script makes a row of the guest list from.
_BLANK = DoorGuest(UUID(int=0), "", 0, [], None, None)


@require_safe
@page(private=True)
def exchange(request: PageRequest, event_id: UUID, token: str) -> HttpResponse:
    """Takes a door link: its token moves into a cookie, the browser to a clean address."""
    actor = actor_from([token])
    event_for(actor, event_id)
    if not actor.opens_door_of(event_id):
        raise NotAllowed("not_a_door_link")
    return hand_over(see_other("door", event_id), DOOR_COOKIE, event_id, token)


@require_safe
@page(private=True)
def door(request: PageRequest, event_id: UUID) -> HttpResponse:
    """Who is here, a field for tickets, a search for names."""
    return _door_page(request, at_door(request.actor, event_id).facts)


@require_POST
@page(private=True, throttle="writes")
def check_in_guest(request: PageRequest, event_id: UUID) -> HttpResponse:
    """Lets a party in. Leads a browser back to the page, and answers a script in JSON:
    ``outcome`` (admitted, repeated, refused), ``title`` and ``lines`` of what to tell the helper,
    ``message`` (both in one), ``name``, ``party_size``, ``tier``, ``checked_in_at`` (UTC),
    ``door``, ``counts``. Only an answer to the scan has an outcome; on a refusal the guest is not
    named."""
    event = at_door(request.actor, event_id).facts
    link = request.actor.link_to(event_id)
    try:
        admission = check_in(
            event_id=event_id, link_id=link.id if link else None, **ScanForm(request.POST).scan()
        )
    except DomainError as problem:
        if _speaks_json(request):
            status, said = told(problem)
            title = _("Not checked in")
            return _scan_answer(event_id, "refused", title, [said], said, status=status)
        return _door_page(request, event, refused=problem)
    said = _told_of(admission, event.timezone)
    if _speaks_json(request):
        outcome = "repeated" if admission.repeated else "admitted"
        title, *lines = said
        return _scan_answer(event_id, outcome, title, lines, " · ".join(said), admission)
    level = messages.WARNING if admission.repeated else messages.SUCCESS
    messages.add_message(request, level, " · ".join(said))
    return see_other("door", event_id)


@require_POST
@page(private=True, throttle="writes")
def undo(request: PageRequest, event_id: UUID) -> HttpResponse:
    """Takes a check-in back."""
    event = at_door(request.actor, event_id).facts
    form = UndoForm(request.POST)
    try:
        if not form.is_valid():
            raise Invalid({"rsvp_id": "ticket_or_guest"})
        guest = undo_check_in(event_id=event_id, rsvp_id=form.cleaned_data["rsvp_id"])
    except DomainError as problem:
        return _door_page(request, event, refused=problem)
    messages.info(request, _("%(name)s is no longer checked in.") % {"name": guest.name})
    return see_other("door", event_id)


def _door_page(
    request: PageRequest, event: EventFacts, *, refused: DomainError | None = None
) -> HttpResponse:
    """The door. ``refused`` says why the scan that was just sent does not count."""
    status, said = told(refused) if refused else (200, "")
    search = DoorSearch(request.GET if "q" in request.GET else None)
    guests = None
    if search.is_valid():
        with search.refusals():
            words = search.words()
            guests = door_guests(event.id, words) if words else None
    link = request.actor.link_to(event.id)
    context = {
        "event": event,
        "organizes": event.standing >= Standing.OWNER,
        "post": label_of(link.id) if link else "",
        "counts": door_counts(event.id),
        "refused": said,
        "search": search,
        "guests": guests,
        "blank": _BLANK,
        "scans": latest_check_ins(event.id, _LATEST),
        "words": door_words(),
    }
    if search.errors and not refused:
        status = 400
    return render(request, "door/door.html", context, status=status)


def _speaks_json(request: PageRequest) -> bool:
    # A browser takes anything, and likes a page better.
    types = ["text/html", "application/json"]
    return request.get_preferred_type(types) == "application/json"


def _told_of(admission: Admission, zone: str) -> list[str]:
    """What became of a scan, for the helper, the most important first: names the guest, never the
    ticket."""
    guest = admission.first
    people = ngettext("%(number)s person", "%(number)s people", guest.party_size)
    party = people % {"number": guest.party_size}
    if admission.rsvp.guest_names:
        party = f"{party}: {', '.join([guest.name, *admission.rsvp.guest_names])}"
    about = [party, *([guest.tier] if guest.tier else [])]
    if not admission.repeated:
        return [_("Welcome, %(name)s") % {"name": guest.name}, *about]
    said = {"name": guest.name, "time": clock(guest.scanned_at, zone), "door": guest.door}
    first = _("%(name)s came in at %(time)s (%(door)s)") if guest.door else ""
    return [_("Already in"), (first or _("%(name)s came in at %(time)s")) % said, *about]


def _scan_answer(
    event_id: UUID,
    outcome: str,
    title: str,
    lines: list[str],
    message: str,
    admission: Admission | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    guest = admission and admission.first
    body: dict[str, Any] = {
        "outcome": outcome,
        "title": title,
        "lines": lines,
        "message": message,
        "name": guest and guest.name,
        "party_size": guest and guest.party_size,
        "tier": guest and guest.tier,
        "checked_in_at": guest and guest.scanned_at,
        "door": guest and guest.door,
        "counts": door_counts(event_id)._asdict(),
    }
    return HttpResponse(to_json(body), content_type="application/json", status=status)
