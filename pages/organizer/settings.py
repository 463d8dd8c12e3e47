"""Changing an event, calling it off and taking that back, erasing it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from access.events import owned
from comments.domain.erasing import delete_event
from events.domain.lifecycle import cancel_event, uncancel_event
from events.domain.notices import NOBODY
from events.enums import Notify
from events.facts import EventFacts
from pages.base import OWNER_COOKIE, PageRequest, page, see_other, take_back
from pages.event_form import EventForm, event_form_page
from pages.event_review import seen_changes
from pages.notice_forms import NoticeForm, notice_form
from rsvps.domain.event_changes import update_event


@require_http_methods(["GET", "HEAD", "POST"])
@page(private=True, throttle="writes")
def edit(request: PageRequest, event_id: UUID) -> HttpResponse:
    """Changes what the organizer changed in the form, and nothing else. What guests see is shown
    before it is changed, and who is told of it is asked."""
    event = owned(request.actor, event_id)
    form = EventForm(request.POST if request.method == "POST" else None, event=event.facts)
    if form.is_valid() and "back" not in request.POST:
        with form.refusals():
            # The form was compared with this row: nobody changes it in between.
            version = event.row.edit_version
            act = partial(
                update_event,
                event=event.row,
                values=form.changes(),
                actor=request.actor,
                if_version=version,
            )
            confirmed = "confirmed" in request.POST
            asking = notice_form(request, event_id, first=Notify.NONE, sent=confirmed)
            if not _carry_out(asking, act):
                if seen := seen_changes(event, act):
                    context = {"event": event.facts, "form": form, "seen": seen, "notice": asking}
                    return _asked(request, "organizer/review.html", asking, context)
                act(notice=NOBODY)
            messages.success(request, "Your changes are saved.")
            return see_other("owner", event_id)
    return event_form_page(request, "organizer/edit.html", form, event=event.facts)


@require_http_methods(["GET", "HEAD", "POST"])
@page(private=True, throttle="writes")
def cancel(request: PageRequest, event_id: UUID) -> HttpResponse:
    """Calls the event off, after asking."""
    facts = owned(request.actor, event_id).facts
    asking = _notice(request, facts)
    if _carry_out(asking, partial(cancel_event, event_id=event_id)):
        messages.success(request, "The event is cancelled. Its page says so to everybody.")
        return see_other("owner", event_id)
    return _asked(request, "organizer/cancel.html", asking, {"event": facts, "notice": asking})


@require_http_methods(["GET", "HEAD", "POST"])
@page(private=True, throttle="writes")
def uncancel(request: PageRequest, event_id: UUID) -> HttpResponse:
    """Takes a cancellation back, after asking."""
    facts = owned(request.actor, event_id).facts
    asking = _notice(request, facts)
    if _carry_out(asking, partial(uncancel_event, event_id=event_id)):
        messages.success(request, "The event takes place after all.")
        return see_other("owner", event_id)
    return _asked(request, "organizer/uncancel.html", asking, {"event": facts, "notice": asking})


@require_http_methods(["GET", "HEAD", "POST"])
@page(private=True, throttle="writes")
def delete(request: PageRequest, event_id: UUID) -> HttpResponse:
    """Erases the event for good, after asking."""
    facts = owned(request.actor, event_id).facts
    asking = _notice(request, facts)
    if _carry_out(asking, partial(delete_event, event_id=event_id)):
        messages.success(request, "The event and everything that belonged to it is deleted.")
        return take_back(see_other("home"), OWNER_COOKIE, event_id)
    return _asked(request, "organizer/delete.html", asking, {"event": facts, "notice": asking})


def _notice(request: PageRequest, event: EventFacts) -> NoticeForm:
    return notice_form(request, event.id, first=Notify.ALL, sent=request.method == "POST")


def _carry_out(asking: NoticeForm, act: Callable[..., object]) -> bool:
    """Whether ``act`` was done, and those who were chosen are told of it."""
    if not asking.is_valid():
        return False
    notice = None
    with asking.refusals():
        notice = asking.notice()
    if notice is None:
        return False
    act(notice=notice)
    return True


def _asked(
    request: PageRequest, template: str, asking: NoticeForm, context: dict[str, object]
) -> HttpResponse:
    return render(request, template, context, status=400 if asking.errors else 200)
