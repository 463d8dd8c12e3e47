"""A guest's own answer: reading, changing and withdrawing it, behind the guest's link."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.forms import Form
from django.forms.boundfield import BoundField
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from access.actors import actor_from
from access.events import event_for, seen
from access.standing import own_rsvp
from comments.domain.messages import write_to_host
from comments.enums import MessageType
from comments.facts import MessageFacts, messages_with_guest, public_announcements
from config.errors import NotFound
from config.links import base_url
from config.qr import qr_png
from events.addresses import guest_url, page_url
from events.enums import Standing, Status
from events.facts import EventFacts, event_tiers, streams_of
from notify.domain.mail.mailed import link_was_mailed
from pages.base import (
    GUEST_COOKIE,
    PageRequest,
    hand_over,
    page,
    see_other,
    take_back,
)
from pages.calendar_links import event_calendars
from pages.message_forms import MessageForm
from pages.rsvp_forms import RsvpForm
from rsvps.domain.reading import confirm_guest
from rsvps.domain.respond import change_rsvp, delete_rsvp
from rsvps.enums import Approval
from rsvps.facts import RsvpFacts, rsvp_facts

# How many messages are shown, the others folded away.
_SHOWN = 6
_KEPT = ("name", "guest_count", "guest_names", "email", "pronouns", "note", "is_private")


@require_safe
@page(private=True)
def exchange(request: PageRequest, event_id: UUID, token: str) -> HttpResponse:
    """Takes a guest's link: its token moves into a cookie, the browser to a clean address."""
    actor = actor_from([token])
    event_for(actor, event_id)
    rsvp = own_rsvp(actor, event_id)
    if rsvp is None or actor.rsvp is None:
        raise NotFound("not_a_guest_link")
    if proof := request.GET.get("mailed"):
        confirm_guest(rsvp=rsvp, token=token, proof=proof)
    return hand_over(see_other("own-rsvp", event_id), GUEST_COOKIE, event_id, actor.rsvp.token)


@require_http_methods(["GET", "HEAD", "POST"])
@page(private=True, throttle="writes")
def answer(request: PageRequest, event_id: UUID) -> HttpResponse:
    """The guest's answer; a POST changes it. Without the guest's link, the event's page."""
    found = own_answer(request, event_id)
    if found is None:
        messages.info(
            request,
            _(
                "This browser does not have your link. Open this page with your link, or follow "
                "“Lost your link?” below."
            ),
        )
        return see_other("event", event_id)
    event, rsvp = found
    form = _form(event, rsvp, request.POST if request.method == "POST" else None)
    if form.is_valid():
        with form.refusals():
            change_rsvp(event_id=event_id, rsvp_id=rsvp.id, values=form.values())
            messages.success(request, _("RSVP saved"))
            return see_other("own-rsvp", event_id)
    return own_page(request, event, rsvp, form=form)


@require_safe
@page(private=True)
def ticket(request: PageRequest, event_id: UUID) -> HttpResponse:
    """The guest's ticket as an image that the door scans. Raises NotFound while they have none."""
    found = own_answer(request, event_id)
    code = found and found[1].ticket
    if not code:
        raise NotFound("no_ticket")
    return HttpResponse(qr_png(code), content_type="image/png")


@require_http_methods(["GET", "HEAD", "POST"])
@page(private=True, throttle="writes")
def withdraw(request: PageRequest, event_id: UUID) -> HttpResponse:
    """Takes the answer back for good, after asking."""
    found = own_answer(request, event_id)
    if found is None:
        return see_other("event", event_id)
    event, rsvp = found
    if request.method == "POST":
        delete_rsvp(event_id=event_id, rsvp_id=rsvp.id)
        messages.success(request, _("Your RSVP is deleted."))
        return take_back(see_other("event", event_id), GUEST_COOKIE, event_id)
    return render(request, "guest/withdraw.html", {"event": event, "rsvp": rsvp})


@require_POST
@page(private=True, throttle="writes")
def to_host(request: PageRequest, event_id: UUID) -> HttpResponse:
    """A guest's message to the hosts. Without the guest's link, the event's page."""
    found = own_answer(request, event_id)
    if found is None:
        return see_other("event", event_id)
    event, rsvp = found
    form = MessageForm(request.POST)
    if form.is_valid():
        with form.refusals():
            write_to_host(event_id=event_id, rsvp_id=rsvp.id, **form.cleaned_data)
            messages.success(request, _("Message sent."))
            return see_other("own-rsvp", event_id, anchor="talk")
    return own_page(request, event, rsvp, writing=form)


def own_answer(request: PageRequest, event_id: UUID) -> tuple[EventFacts, RsvpFacts] | None:
    """The event and the visitor's own answer to it, or None without one. Raises NotFound."""
    event = seen(request.actor, event_id)
    own = own_rsvp(request.actor, event_id)
    if own is None:
        return None
    return event.facts, rsvp_facts(own, Standing.GUEST, own=True)


def own_page(
    request: PageRequest,
    event: EventFacts,
    rsvp: RsvpFacts,
    *,
    form: RsvpForm | None = None,
    writing: Form | None = None,
) -> HttpResponse:
    """The page of an answer. ``form`` and ``writing`` are forms that were sent and refused."""
    form, said = form or _form(event, rsvp), messages_with_guest(rsvp.id)
    announced = public_announcements(event.id)
    declined = rsvp.approval == Approval.REJECTED
    reasons = [m for m in said if declined and m.type == MessageType.REJECTION_REASON]
    here = base_url(request)
    context: dict[str, Any] = {
        "event": event,
        "calendars": event_calendars(event, here),
        "stream": streams_of([event]).get(event.id),
        "rsvp": rsvp,
        "state": _state(event, rsvp),
        "form": form,
        "tier": next((tier for tier in form.tiers if tier.id == rsvp.tier_id), None),
        "writing": writing,
        # What the page says above is not said again.
        "thread": _thread([m for m in said if m not in reasons[:1]], announced),
        "reason": reasons[0].content if reasons else "",
        "mailed": settings.MAIL_ENABLED and link_was_mailed(rsvp),
        "unchanged": _unchanged(event, rsvp),
        "url": page_url(here, event.id),
        "link": guest_url(here, event.id, rsvp.token or ""),
    }
    refused = form.errors or (writing and writing.errors)
    return render(request, "guest/guest.html", context, status=400 if refused else 200)


class Thread(NamedTuple):
    """What hosts and guest wrote, oldest first: what is folded away, and what is shown."""

    earlier: list[MessageFacts]
    latest: list[MessageFacts]


def _thread(said: list[MessageFacts], announced: list[MessageFacts]) -> Thread:
    """Their messages to each other among the announcements to everybody."""
    every = sorted((*said, *announced), key=lambda message: message.created_at)
    return Thread(every[:-_SHOWN], every[-_SHOWN:])


def _state(event: EventFacts, rsvp: RsvpFacts) -> str:
    """What the page is about: "cancelled", "ended", "pending", "rejected", "waitlisted", "going",
    "interested" or "not_going"."""
    if event.status == Status.CANCELLED:
        return "cancelled"
    if event.status == Status.ENDED and rsvp.approval != Approval.REJECTED:
        return "ended"
    return rsvp.attendance if rsvp.approval == Approval.APPROVED else rsvp.approval


def _unchanged(event: EventFacts, rsvp: RsvpFacts) -> Callable[[], list[BoundField]]:
    """The fields of the RSVP as it stands, for a form that changes one thing alone: without its
    answer, its reminders, and what comes with a ticket that is kept."""

    def fields() -> list[BoundField]:
        form = RsvpForm(event=event, rsvp=rsvp, auto_id=False)
        return [form[name] for name in _KEPT]

    return fields


def _form(event: EventFacts, rsvp: RsvpFacts, sent: QueryDict | None = None) -> RsvpForm:
    tiers = event_tiers(event.id, Standing.GUEST, held=rsvp.tier_id)
    return RsvpForm(sent, event=event, tiers=tiers, rsvp=rsvp)
