"""The organizer's side: everybody's answers, and what an organizer does with each."""

from __future__ import annotations

from itertools import groupby
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from access.events import owned
from comments.facts import rsvp_log
from config.downloads import csv_download
from config.errors import Conflict, DomainError, Invalid, NotFound
from config.links import base_url
from config.text import sort_key
from events.addresses import guest_url
from events.enums import Standing
from events.facts import EventFacts, TierFacts, event_tiers, tiers_of_events
from notify.domain.mail.failures import refusal_of
from pages.base import PageRequest, page, see_other, told
from pages.organizer.listing import ListState
from pages.rsvp_forms import GuestForm, ReasonForm
from rsvps.domain.approval import approve, back_to_pending, reject
from rsvps.domain.attendee_csv import said, write_attendees
from rsvps.domain.checkin import check_in, door_counts, undo_check_in
from rsvps.domain.merging import merge_rsvps
from rsvps.domain.respond import create_rsvp, delete_rsvp, rotate_guest_link
from rsvps.enums import Approval
from rsvps.errors import EventCancelled, EventFull, TicketRevoked
from rsvps.facts import RsvpFacts, alphabetical, every_answer, rsvp_facts
from rsvps.models import Rsvp
from rsvps.rows import DoorGuest, rsvp_row, rsvp_rows, same_email_ids


@require_http_methods(["GET", "HEAD", "POST"])
@page(private=True, throttle="writes")
def add_guest(request: PageRequest, event_id: UUID) -> HttpResponse:
    """An answer entered by an organizer, by force when they say so."""
    facts = owned(request.actor, event_id).facts
    tiers = event_tiers(event_id, facts.standing)
    form = GuestForm(request.POST if request.method == "POST" else None, event=facts, tiers=tiers)
    if form.is_valid():
        with form.refusals():
            rsvp = create_rsvp(
                event_id=event_id, values=form.values(), force=form.cleaned_data["force"]
            )
            waits = rsvp.approval == Approval.WAITLISTED
            said = _("%(name)s is on the waitlist.") if waits else _("%(name)s is on the list.")
            messages.success(request, said % {"name": rsvp.name})
            return see_other("guest", event_id, rsvp.id)
    context = {"event": facts, "form": form}
    return render(request, "organizer/add_guest.html", context, status=400 if form.errors else 200)


@require_safe
@page(private=True)
def guest(request: PageRequest, event_id: UUID, rsvp_id: UUID) -> HttpResponse:
    """One guest with everything that is known of them."""
    facts = owned(request.actor, event_id).facts
    return guest_page(request, facts, answer_of(event_id, rsvp_id))


@require_POST
@page(private=True, throttle="writes")
def approve_guest(request: PageRequest, event_id: UUID, rsvp_id: UUID) -> HttpResponse:
    """Lets a party in, or puts it on the waitlist when the event is full; one that waits already is
    let into a full event only if the organizer insists."""
    facts = owned(request.actor, event_id).facts
    state = _state(request, facts)
    try:
        rsvp = approve(event_id=event_id, rsvp_id=rsvp_id, force="force" in request.POST)
    except (EventFull, EventCancelled) as problem:
        return guest_page(
            request,
            facts,
            answer_of(event_id, rsvp_id),
            refused=problem,
        )
    if rsvp.approval == Approval.WAITLISTED:
        said = _("%(name)s is approved and on the waitlist: no spot is free.")
        messages.warning(request, said % {"name": rsvp.name})
    else:
        messages.success(request, _("%(name)s is approved.") % {"name": rsvp.name})
    return _onwards(request, facts, state, rsvp_id)


@require_POST
@page(private=True, throttle="writes")
def reject_guest(request: PageRequest, event_id: UUID, rsvp_id: UUID) -> HttpResponse:
    """Turns a party down, with a reason its guest reads."""
    facts = owned(request.actor, event_id).facts
    state = _state(request, facts)
    form = ReasonForm(request.POST)
    if form.is_valid():
        with form.refusals():
            rsvp = reject(event_id=event_id, rsvp_id=rsvp_id, **form.cleaned_data)
            messages.success(request, _("%(name)s is declined.") % {"name": rsvp.name})
            return _onwards(request, facts, state, rsvp_id)
    return guest_page(request, facts, answer_of(event_id, rsvp_id), rejecting=form)


@require_POST
@page(private=True, throttle="writes")
def return_guest(request: PageRequest, event_id: UUID, rsvp_id: UUID) -> HttpResponse:
    """Puts an answer back into the queue."""
    facts = owned(request.actor, event_id).facts
    try:
        rsvp = back_to_pending(event_id=event_id, rsvp_id=rsvp_id)
    except EventCancelled as problem:
        return guest_page(request, facts, answer_of(event_id, rsvp_id), refused=problem)
    messages.success(request, _("%(name)s is waiting again.") % {"name": rsvp.name})
    return see_other("guest", event_id, rsvp_id)


@require_http_methods(["GET", "HEAD", "POST"])
@page(private=True, throttle="writes")
def remove_guest(request: PageRequest, event_id: UUID, rsvp_id: UUID) -> HttpResponse:
    """Removes an answer for good, after asking."""
    facts = owned(request.actor, event_id).facts
    rsvp, state = answer_of(event_id, rsvp_id), _state(request, facts)
    if request.method == "POST":
        delete_rsvp(event_id=event_id, rsvp_id=rsvp_id)
        messages.success(request, _("%(name)s is removed.") % {"name": rsvp.name})
        return state.back(facts)
    context = {"event": facts, "rsvp": rsvp, "state": state}
    return render(request, "organizer/remove_guest.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@page(private=True, throttle="writes")
def merge_guest(request: PageRequest, event_id: UUID, rsvp_id: UUID, into: UUID) -> HttpResponse:
    """Merges an answer into another of the same guest, after asking."""
    facts = owned(request.actor, event_id).facts
    goes, stays = answer_of(event_id, rsvp_id), answer_of(event_id, into)
    refused: DomainError | None = None
    if request.method == "POST":
        try:
            merge_rsvps(event_id=event_id, rsvp_id=rsvp_id, into=into)
        except (Conflict, EventCancelled, Invalid) as problem:
            refused = problem
        else:
            messages.success(request, _("The two RSVPs are merged into one."))
            return see_other("guest", event_id, into)
    status, said = told(refused) if refused else (200, "")
    context = {"event": facts, "goes": goes, "stays": stays, "refused": said}
    return render(request, "organizer/merge_guests.html", context, status=status)


@require_POST
@page(private=True, throttle="writes")
def check_in_guest(request: PageRequest, event_id: UUID, rsvp_id: UUID) -> HttpResponse:
    """Checks a party in by hand; a second time says when the first was."""
    facts = owned(request.actor, event_id).facts
    try:
        admission = check_in(event_id=event_id, rsvp_id=rsvp_id)
    except (TicketRevoked, EventCancelled) as problem:
        return guest_page(request, facts, answer_of(event_id, rsvp_id), refused=problem)
    name = admission.rsvp.name
    if admission.repeated:
        messages.warning(request, _("%(name)s was already checked in.") % {"name": name})
    else:
        messages.success(request, _("%(name)s is checked in.") % {"name": name})
    return see_other("guest", event_id, rsvp_id)


@require_POST
@page(private=True, throttle="writes")
def undo_guest(request: PageRequest, event_id: UUID, rsvp_id: UUID) -> HttpResponse:
    """Takes a check-in back."""
    owned(request.actor, event_id)
    rsvp = undo_check_in(event_id=event_id, rsvp_id=rsvp_id)
    messages.success(request, _("%(name)s is no longer checked in.") % {"name": rsvp.name})
    return see_other("guest", event_id, rsvp_id)


@require_POST
@page(private=True, throttle="writes")
def new_link(request: PageRequest, event_id: UUID, rsvp_id: UUID) -> HttpResponse:
    """Ends a guest's link and ticket and makes new ones."""
    owned(request.actor, event_id)
    rsvp = rotate_guest_link(event_id=event_id, rsvp_id=rsvp_id)
    said = _("%(name)s has a new link and a new ticket. The old ones no longer work.")
    messages.success(request, said % {"name": rsvp.name})
    return see_other("guest", event_id, rsvp_id)


@require_safe
@page(private=True)
def guests_csv(request: PageRequest, event_id: UUID) -> StreamingHttpResponse:
    """Every answer as a CSV file, written while it is sent."""
    facts = owned(request.actor, event_id).facts
    lines = write_attendees(every_answer(event_id), event_tiers(event_id, facts.standing))
    return csv_download(lines, facts.title)


@require_safe
@page(private=True)
def printed(request: PageRequest, event_id: UUID) -> HttpResponse:
    """Everybody who is expected, from A to Z, with a box to tick: to be printed."""
    facts = owned(request.actor, event_id).facts
    guests = alphabetical(event_id)
    context = {"event": facts, "letters": _by_letter(guests), "counts": door_counts(event_id)}
    return render(request, "organizer/print.html", context)


def _onwards(
    request: PageRequest, event: EventFacts, state: ListState, rsvp_id: UUID
) -> HttpResponse:
    """Where a decision leads: to the next request (``next``), back to the list (``from_list``, the
    id of the guest to show there), or to the guest."""
    if "next" in request.POST:
        following = state.next_request(event, answer_of(event.id, rsvp_id))
        if following is None:
            return state.back(event)
        there = reverse("guest", args=[event.id, following])
        return HttpResponseRedirect(there + state.query, status=303)
    if "from_list" in request.POST:
        return state.back(event, beside=request.POST["from_list"])
    return see_other("guest", event.id, rsvp_id)


def _state(request: PageRequest, event: EventFacts) -> ListState:
    """The list that the organizer came from. Raises Invalid (q), before anything is done."""
    state = ListState.of(request, tiers_of_events([event.id], event.standing)[event.id])
    state.narrowed.narrowed()
    return state


def _by_letter(guests: list[DoorGuest]) -> list[tuple[str, list[DoorGuest]]]:
    """The guests of an alphabetical list by the letter they begin with; "#" is for what is none."""

    def letter(guest: DoorGuest) -> str:
        first = sort_key(guest.name)[:1].upper()
        return first if first.isalpha() else "#"

    return [(first, list(those)) for first, those in groupby(guests, letter)]


def guest_page(
    request: PageRequest,
    event: EventFacts,
    rsvp: RsvpFacts,
    *,
    writing: Form | None = None,
    rejecting: Form | None = None,
    refused: DomainError | None = None,
) -> HttpResponse:
    """One guest for the organizer. ``writing`` and ``rejecting`` are forms that were sent and
    refused, ``refused`` is why a decision was; a full event offers to approve by force."""
    tiers = event_tiers(event.id, event.standing)
    tier = next((tier for tier in tiers if tier.id == rsvp.tier_id), None)
    status, said = told(refused) if refused else (400 if writing or rejecting else 200, "")
    context: dict[str, Any] = {
        "event": event,
        "rsvp": rsvp,
        "tier": tier,
        "state": ListState.of(request, tiers),
        "answers": _answered(tier, rsvp),
        "link": guest_url(base_url(request), event.id, rsvp.token or ""),
        "log": rsvp_log(rsvp.id),
        "same_email": _others_of(event.id, rsvp),
        "mail_refused": refusal_of(rsvp.email) if rsvp.email else None,
        "writing": writing,
        "rejecting": rejecting,
        "refused": said,
        "insist": isinstance(refused, EventFull),
    }
    return render(request, "organizer/guest.html", context, status=status)


def answer_of(event_id: UUID, rsvp_id: UUID) -> RsvpFacts:
    """An answer to this event, for its organizers. Raises NotFound."""
    row = rsvp_row(rsvp_id)
    if row is None or row.event_id != event_id:
        raise NotFound("rsvp_not_found")
    return rsvp_facts(row, Standing.OWNER)


def _others_of(event_id: UUID, rsvp: RsvpFacts) -> list[RsvpFacts]:
    """The other answers from the same e-mail address."""
    ids = same_email_ids(event_id, [rsvp])[rsvp.id]
    rows = rsvp_rows(Rsvp.objects.filter(pk__in=ids).order_by("created_at", "id")) if ids else []
    return [rsvp_facts(row, Standing.OWNER) for row in rows]


def _answered(tier: TierFacts | None, rsvp: RsvpFacts) -> list[tuple[str, str]]:
    """What the guest said to each question of their ticket, retired ones too, in words."""
    answers = rsvp.answers or {}
    questions = tier.questions if tier else []
    return [(q.label, said(answers[str(q.id)])) for q in questions if str(q.id) in answers]
