"""My events: what this browser made and answered, without an account.

The browser's key is a cookie that only these pages get. A form elsewhere cannot read it, so it
answers with a redirect that passes by here and has the event kept on its way.
"""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from access.standing import kept_standings
from accounts.domain.actors import Actor
from accounts.domain.devices import device_of, forget_device
from accounts.domain.feeds import feed_token, rotate_feed
from accounts.domain.tokens import mint
from accounts.enums import TokenKind
from accounts.limits import DEVICE_DAYS
from config.links import base_url
from events.addresses import feed_url, guest_url, webcal
from events.domain.times import over_at
from events.enums import Status
from events.facts import EventFacts, many_event_facts
from events.models import Event
from events.querysets import EventQuerySet
from events.rows import event_rows
from pages.base import PageRequest, page, see_other
from rsvps.domain.keeping import forget_event, kept_by, offer, take_up
from rsvps.enums import Approval, Attendance
from rsvps.rows import KeptRow, RsvpRow

DEVICE_COOKIE = "convene_device"
KEEPER_COOKIE = "convene_keeper"
_DAY = 24 * 3600
# So many events does the front page show.
_NEXT = 2


class MyEvent(NamedTuple):
    """One event of the list: whether the browser hosts it, by itself or with its whole
    ``series_id``, and how it answered."""

    event: EventFacts
    hosts: bool
    series_id: UUID | None
    answer: KeptRow | None

    @property
    def address(self) -> str:
        """Where it opens for this browser: the organizer's page, or the guest's own."""
        if self.series_id:
            return reverse("series-occurrence", args=[self.series_id, self.event.id])
        return reverse("owner" if self.hosts else "own-rsvp", args=[self.event.id])

    @property
    def is_on(self) -> bool:
        """Whether it takes place, and whoever holds the browser is there, or may yet be."""
        if self.event.status == Status.CANCELLED or self.event.taken_down_at is not None:
            return False
        answer = self.answer
        return self.hosts or (
            answer is not None
            and answer.attendance != Attendance.NOT_GOING
            and answer.approval != Approval.REJECTED
        )


def by_way_of_keeping(response: HttpResponse, *tokens: str) -> HttpResponse:
    """Has the browser keep, on the way to where this redirect leads, the events that it has just
    made or answered, which ``tokens`` open. Several answers have a page of their own on the way."""
    offered = offer(*tokens)
    if offered is None:
        return response
    response["Location"] = reverse("keep-event", args=[offered.address])
    response.set_cookie(
        KEEPER_COOKIE,
        offered.proof,
        max_age=int(offered.lasts.total_seconds()),
        path=response["Location"],
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


@require_GET
@page(private=True)
def keep(request: PageRequest, address: str) -> HttpResponse:
    """Keeps what a form offered to this browser, and leads to the page that the form made. Several
    answers are shown here, as long as the browser holds the proof that they are its own."""
    taken = take_up(
        address,
        proof=request.COOKIES.get(KEEPER_COOKIE, ""),
        device_key=request.COOKIES.get(DEVICE_COOKIE, ""),
    )
    if taken is None:
        return see_other("my-events")
    if taken.answers:
        response = _answered(request, taken.answers)
    else:
        response = see_other("owner" if taken.hosts else "own-rsvp", taken.event_id)
        response.delete_cookie(KEEPER_COOKIE, path=request.path, samesite="Lax")
    if taken.new_key:
        _remember(response, taken.new_key)
    return response


@require_safe
@page(private=True)
def my_events(request: PageRequest) -> HttpResponse:
    """What this browser hosts and attends, what comes next first."""
    device = _device(request)
    if device is None:
        return render(request, "mine/mine.html")
    coming, past = _lists(device)
    address = feed_url(base_url(request), feed_token(Actor(presented=True, device_id=device)))
    context: dict[str, Any] = {
        "device": device,
        "upcoming": coming,
        "past": past,
        "link": address,
        "subscribe": webcal(address),
    }
    response = render(request, "mine/mine.html", context)
    _remember(response, request.COOKIES[DEVICE_COOKIE])
    return response


@require_safe
@page(private=True)
def next_events(request: PageRequest) -> HttpResponse:
    """A part of the front page: what comes next of what this browser hosts and attends. 204 when
    there is nothing."""
    device = _device(request)
    coming = _lists(device)[0] if device else []
    shown = [mine for mine in coming if mine.is_on][:_NEXT]
    if not shown:
        return HttpResponse(status=204)
    return render(request, "mine/next.html", {"events": shown})


@require_POST
@page(private=True, throttle="writes")
def forget(request: PageRequest) -> HttpResponse:
    """Forgets this browser with all that it keeps; its calendar ends."""
    device = _device(request)
    if device is not None:
        forget_device(device)
        messages.success(
            request, _("This browser is forgotten, and its calendar address no longer works.")
        )
    response = see_other("my-events")
    response.delete_cookie(DEVICE_COOKIE, path=reverse("my-events"), samesite="Lax")
    return response


@require_POST
@page(private=True, throttle="writes")
def forget_one(request: PageRequest, event_id: UUID) -> HttpResponse:
    """Takes one event off the list."""
    device = _device(request)
    if device is not None:
        forget_event(device_id=device, event_id=event_id)
        messages.success(request, _("Removed from this list. Nothing else has changed."))
    return see_other("my-events")


@require_POST
@page(private=True, throttle="writes")
def new_feed(request: PageRequest) -> HttpResponse:
    """Ends the address of this browser's calendar and makes another."""
    device = _device(request)
    if device is not None:
        rotate_feed(Actor(presented=True, device_id=device))
        messages.success(
            request, _("Your calendar has a new address. The old one no longer works.")
        )
    return see_other("my-events")


def _device(request: PageRequest) -> UUID | None:
    return device_of(request.COOKIES.get(DEVICE_COOKIE))


def _remember(response: HttpResponse, key: str) -> None:
    response.set_cookie(
        DEVICE_COOKIE,
        key,
        max_age=DEVICE_DAYS * _DAY,
        path=reverse("my-events"),
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def _lists(device: UUID) -> tuple[list[MyEvent], list[MyEvent]]:
    """What is to come, soonest first, and what was, latest first."""
    kept = kept_by(device)
    hosted = {row.event_id for row in kept if row.link_id}
    # What was taken down is there for its hosts alone.
    events: EventQuerySet = Event.objects.filter(pk__in={row.event_id for row in kept})
    events = events.filter(Q(taken_down_at=None) | Q(pk__in=hosted)).order_by("start_time", "id")
    standing_of, now = kept_standings(kept), timezone.now()
    every = [_mine(each, kept) for each in many_event_facts(event_rows(events), standing_of, now)]
    coming = [mine for mine in every if over_at(mine.event) > now]
    return coming, [mine for mine in reversed(every) if over_at(mine.event) <= now]


def _mine(event: EventFacts, kept: list[KeptRow]) -> MyEvent:
    rows = [row for row in kept if row.event_id == event.id]
    answer = next((row for row in rows if row.link_id is None), None)
    # Its own link opens the event directly.
    links = sorted((row for row in rows if row.link_id), key=lambda row: row.series_id is not None)
    return MyEvent(event, bool(links), links[0].series_id if links else None, answer)


def _answered(request: PageRequest, answers: list[RsvpRow]) -> HttpResponse:
    """The guest's own links to answers that were given at once."""
    found = Event.objects.shown().filter(pk__in=[each.event_id for each in answers])
    events = {event.id: event for event in event_rows(found)}
    here = base_url(request)
    entries = []
    for rsvp in answers:
        if event := events.get(rsvp.event_id):
            token = mint(TokenKind.RSVP, rsvp.id, rsvp.token_version)
            link = guest_url(here, rsvp.event_id, token)
            entries.append({"event": event, "rsvp": rsvp, "link": link})
    return render(request, "mine/answered.html", {"entries": entries})
