"""The organizer's side: everybody's answers, and what an organizer does with each."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comments.facts import event_messages, rsvp_log
from config.errors import EventCancelled, EventFull, NotFound
from config.links import base_url, guest_url, owner_url, page_url
from config.pages import PageRequest, page, page_number, see_other
from config.paging import read_page
from config.text import clean_text
from events.enums import Standing
from events.facts import EventFacts, TierFacts, event_tiers, tiers_of_events
from events.pages.event import owned
from rsvps import limits
from rsvps.domain.approval import approve, back_to_pending, reject
from rsvps.domain.attendee_csv import said
from rsvps.domain.capacity import answer_totals
from rsvps.domain.respond import create_rsvp, delete_rsvp
from rsvps.facts import RsvpFacts, rsvp_facts
from rsvps.forms import NO_TIER, GuestFilter, GuestForm, ReasonForm
from rsvps.models import Rsvp
from rsvps.querysets import RsvpQuerySet
from rsvps.rows import rsvp_row, rsvp_rows

GUESTS_A_PAGE = 100


@require_safe
@page(private=True)
def owner(request: PageRequest, event_id: UUID) -> HttpResponse:
    """Links, counts, answers, announcements: the organizer's page."""
    _, facts = owned(request, event_id)
    return owner_page(request, facts)


@require_http_methods(["GET", "HEAD", "POST"])
@page(private=True, throttle="writes")
def add_guest(request: PageRequest, event_id: UUID) -> HttpResponse:
    """An answer entered by an organizer, by force when they say so."""
    _, facts = owned(request, event_id)
    tiers = event_tiers(event_id, facts.standing)
    form = GuestForm(request.POST if request.method == "POST" else None, event=facts, tiers=tiers)
    if form.is_valid():
        with form.refusals():
            rsvp = create_rsvp(
                event_id=event_id, values=form.values(), force=form.cleaned_data["force"]
            )
            messages.success(request, f"{rsvp.name} is on the list.")
            return see_other("guest", event_id, rsvp.id)
    context = {"event": facts, "form": form}
    return render(request, "rsvps/add_guest.html", context, status=400 if form.errors else 200)


@require_safe
@page(private=True)
def guest(request: PageRequest, event_id: UUID, rsvp_id: UUID) -> HttpResponse:
    """One guest with everything that is known of them."""
    _, facts = owned(request, event_id)
    return guest_page(request, facts, answer_of(event_id, rsvp_id))


@require_POST
@page(private=True, throttle="writes")
def approve_guest(request: PageRequest, event_id: UUID, rsvp_id: UUID) -> HttpResponse:
    """Lets a party in; when the event is full, only if the organizer insists."""
    _, facts = owned(request, event_id)
    try:
        rsvp = approve(event_id=event_id, rsvp_id=rsvp_id, force="force" in request.POST)
    except (EventFull, EventCancelled) as problem:
        return guest_page(
            request,
            facts,
            answer_of(event_id, rsvp_id),
            refused=problem.message,
            insist=isinstance(problem, EventFull),
        )
    messages.success(request, f"{rsvp.name} is approved.")
    if "from_list" in request.POST:
        return see_other("owner", event_id)
    return see_other("guest", event_id, rsvp_id)


@require_POST
@page(private=True, throttle="writes")
def reject_guest(request: PageRequest, event_id: UUID, rsvp_id: UUID) -> HttpResponse:
    """Turns a party down, with a reason its guest reads."""
    _, facts = owned(request, event_id)
    form = ReasonForm(request.POST)
    if form.is_valid():
        with form.refusals():
            rsvp = reject(event_id=event_id, rsvp_id=rsvp_id, **form.cleaned_data)
            messages.success(request, f"{rsvp.name} is turned down.")
            return see_other("guest", event_id, rsvp_id)
    return guest_page(request, facts, answer_of(event_id, rsvp_id), rejecting=form)


@require_POST
@page(private=True, throttle="writes")
def return_guest(request: PageRequest, event_id: UUID, rsvp_id: UUID) -> HttpResponse:
    """Puts an answer back into the queue."""
    _, facts = owned(request, event_id)
    try:
        rsvp = back_to_pending(event_id=event_id, rsvp_id=rsvp_id)
    except EventCancelled as problem:
        return guest_page(request, facts, answer_of(event_id, rsvp_id), refused=problem.message)
    messages.success(request, f"{rsvp.name} waits for approval again.")
    return see_other("guest", event_id, rsvp_id)


@require_http_methods(["GET", "HEAD", "POST"])
@page(private=True, throttle="writes")
def remove_guest(request: PageRequest, event_id: UUID, rsvp_id: UUID) -> HttpResponse:
    """Removes an answer for good, after asking."""
    _, facts = owned(request, event_id)
    rsvp = answer_of(event_id, rsvp_id)
    if request.method == "POST":
        delete_rsvp(event_id=event_id, rsvp_id=rsvp_id)
        messages.success(request, f"{rsvp.name} is removed.")
        return see_other("owner", event_id)
    return render(request, "rsvps/remove_guest.html", {"event": facts, "rsvp": rsvp})


def owner_page(
    request: PageRequest, event: EventFacts, *, writing: Form | None = None
) -> HttpResponse:
    """The organizer's page. ``writing`` is an announcement that was sent and refused."""
    tiers = tiers_of_events([event.id])[event.id]
    narrowed = GuestFilter(request.GET, tiers=tiers)
    found = read_page(
        _narrowed(event.id, narrowed),
        rsvp_rows,
        number=page_number(request),
        size=GUESTS_A_PAGE,
    )
    here = base_url(request)
    token = request.actor.owner_token_of(event.id)
    context: dict[str, Any] = {
        "event": event,
        "owner_link": token and owner_url(here, event.id, token),
        "guest_link": page_url(here, event.id),
        "totals": _totals(event.id),
        "tiers": tiers,
        "tier_names": {tier.id: tier.name for tier in tiers},
        "filter": narrowed,
        "page": found,
        "rsvps": [rsvp_facts(row, Standing.OWNER) for row in found.rows],
        "log": event_messages(event.id, event.standing),
        "writing": writing,
    }
    refused = writing is not None and writing.errors
    return render(request, "rsvps/owner.html", context, status=400 if refused else 200)


def guest_page(
    request: PageRequest,
    event: EventFacts,
    rsvp: RsvpFacts,
    *,
    writing: Form | None = None,
    rejecting: Form | None = None,
    refused: str = "",
    insist: bool = False,
) -> HttpResponse:
    """One guest for the organizer. ``writing`` and ``rejecting`` are forms that were sent and
    refused, ``refused`` says why a decision was, ``insist`` offers to approve by force."""
    tiers = event_tiers(event.id, event.standing)
    tier = next((tier for tier in tiers if tier.id == rsvp.tier_id), None)
    context: dict[str, Any] = {
        "event": event,
        "rsvp": rsvp,
        "tier": tier,
        "answers": _answered(tier, rsvp),
        "link": guest_url(base_url(request), event.id, rsvp.token or ""),
        "log": rsvp_log(rsvp.id),
        "writing": writing,
        "rejecting": rejecting,
        "refused": refused,
        "insist": insist,
    }
    failed = refused or writing is not None or rejecting is not None
    return render(request, "rsvps/guest.html", context, status=400 if failed else 200)


def answer_of(event_id: UUID, rsvp_id: UUID) -> RsvpFacts:
    """An answer to this event, for its organizers. Raises NotFound."""
    row = rsvp_row(rsvp_id)
    if row is None or row.event_id != event_id:
        raise NotFound("This answer is not there, or not any more.")
    return rsvp_facts(row, Standing.OWNER)


def _narrowed(event_id: UUID, narrowed: GuestFilter) -> RsvpQuerySet:
    rsvps = Rsvp.objects.of_event(event_id).order_by("created_at", "id")
    narrowed.is_valid()
    asked = narrowed.cleaned_data
    if asked.get("status"):
        rsvps = rsvps.filter(attendance=asked["status"])
    if asked.get("approval"):
        rsvps = rsvps.filter(approval=asked["approval"])
    if asked.get("tier"):
        rsvps = rsvps.filter(tier=None if asked["tier"] == NO_TIER else asked["tier"])
    if asked.get("q"):
        rsvps = rsvps.matching(clean_text(asked["q"], field="q", limit=limits.NAME))
    return rsvps


def _answered(tier: TierFacts | None, rsvp: RsvpFacts) -> list[tuple[str, str]]:
    """What the guest said to each question of their ticket, retired ones too, in words."""
    answers = rsvp.answers or {}
    questions = tier.questions if tier else []
    return [(q.label, said(answers[str(q.id)])) for q in questions if str(q.id) in answers]


def _totals(event_id: UUID) -> dict[str, Any]:
    """Approved answers, their guests and the people in all, for each kind of answer."""
    totals = answer_totals(event_id)
    answers = [
        (attendance, rsvps, guests, rsvps + guests)
        for attendance, (rsvps, guests) in totals.approved.items()
    ]
    return {"answers": answers, "pending": totals.pending, "rejected": totals.rejected}
