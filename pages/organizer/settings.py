"""Changing an event, calling it off and taking that back, erasing it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from access.events import SeenEvent, owned
from comments.domain.erasing import delete_event
from comments.domain.series_changes import change_series, erase_series
from comments.facts import event_messages
from events.domain.notices import NOBODY
from events.enums import Notify, Scope, Status
from events.models import Event
from notify.domain.endpoints import event_endpoint
from notify.domain.mail.audiences import mailings_of
from pages.base import OWNER_COOKIE, PageRequest, page, see_other, take_back
from pages.event_form import EventForm, event_form_page
from pages.event_review import seen_changes
from pages.notice_forms import NoticeForm, notice_form
from pages.organizer.forms import TitleForm
from pages.series_forms import ScopeForm, scope_form
from rsvps.domain.event_changes import update_event


@require_safe
@page(private=True)
def overview(request: PageRequest, event_id: UUID) -> HttpResponse:
    """Where each setting is changed, and what happened."""
    event = owned(request.actor, event_id).facts
    context = {
        "event": event,
        "log": event_messages(event_id, event.standing),
        "progress": {each.message_id: each for each in mailings_of(event_id) if each.message_id},
        "has_webhook": event_endpoint(event_id) is not None,
    }
    return render(request, "organizer/settings.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@page(private=True, throttle="writes")
def edit(request: PageRequest, event_id: UUID) -> HttpResponse:
    """Changes what the organizer changed in the form, and nothing else. What guests see is shown
    before it is changed, and who is told of it is asked."""
    event = owned(request.actor, event_id)
    form = EventForm(request.POST if request.method == "POST" else None, event=event.facts)
    sent = request.POST if request.method == "POST" else None
    scoping = scope_form(request.actor, event, sent, rule=True)
    if form.is_valid() and scoping.is_valid() and "back" not in request.POST:
        with form.refusals(), scoping.refusals():
            # The form was compared with this row: nobody changes it in between.
            version = event.row.edit_version
            change: Callable[..., object] = update_event
            if wider := scoping.scope_chosen != Scope.THIS:
                change = partial(change_series, **scoping.wider)
            act = partial(
                change,
                event=event.row,
                values=form.changes() | scoping.new_rule,
                actor=request.actor,
                if_version=version,
            )
            confirmed = "confirmed" in request.POST
            reached = _series_of(event) if wider else {event_id}
            asking = notice_form(request, reached, first=Notify.NONE, sent=confirmed)
            if not _carry_out(asking, act):
                seen, outcome = seen_changes(event, act)
                if outcome and not confirmed:
                    # Whom it reaches is known only now. Nobody should come to what is cancelled.
                    first = Notify.ALL if outcome.cancelled else Notify.NONE
                    asking = notice_form(request, outcome.told_of, first=first, sent=False)
                if seen or outcome:
                    context = {"event": event.facts, "form": form, "scoping": scoping}
                    context |= {"seen": seen, "outcome": outcome, "notice": asking}
                    return _asked(request, "organizer/review.html", asking, context)
                act(notice=NOBODY)
            messages.success(request, _("Your changes are saved."))
            return see_other("event-settings", event_id)
    return event_form_page(request, "organizer/edit.html", form, event=event.facts, scoping=scoping)


@require_http_methods(["GET", "HEAD", "POST"])
@page(private=True, throttle="writes")
def cancel(request: PageRequest, event_id: UUID) -> HttpResponse:
    """Calls the event off, after asking."""
    return _set_status(
        request,
        event_id,
        Status.CANCELLED,
        "organizer/cancel.html",
        _("The event is cancelled. Its page says so to everyone."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@page(private=True, throttle="writes")
def uncancel(request: PageRequest, event_id: UUID) -> HttpResponse:
    """Takes a cancellation back, after asking."""
    return _set_status(
        request,
        event_id,
        Status.SCHEDULED,
        "organizer/uncancel.html",
        _("The event is happening after all."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@page(private=True, throttle="writes")
def delete(request: PageRequest, event_id: UUID) -> HttpResponse:
    """Erases the event for good, once its title was typed."""
    event = owned(request.actor, event_id)
    one = partial(delete_event, event_id=event_id)
    several = partial(erase_series, event=event.row)
    sent = request.POST if request.method == "POST" else None
    typing = TitleForm(sent, title=event.facts.title)
    asked = _done_or_asked(request, event, one, several, "organizer/delete.html", typing=typing)
    if asked is not None:
        return asked
    messages.success(request, _("The event and everything that belonged to it are deleted."))
    return take_back(see_other("home"), OWNER_COOKIE, event_id)


def _set_status(
    request: PageRequest, event_id: UUID, status: Status, template: str, done: str
) -> HttpResponse:
    event = owned(request.actor, event_id)
    one = partial(update_event, event=event.row, values={"status": status})
    several = partial(change_series, event=event.row, values={"status": status})
    asked = _done_or_asked(request, event, one, several, template)
    if asked is not None:
        return asked
    messages.success(request, done)
    return see_other("event-settings", event_id)


def _done_or_asked(
    request: PageRequest,
    event: SeenEvent,
    one: Callable[..., object],
    several: Callable[..., object],
    template: str,
    *,
    typing: TitleForm | None = None,
) -> HttpResponse | None:
    """Does it to the event, or to several of its series, once it is said how far it goes and who is
    told, and the title is typed where that is asked; until then the page that asks."""
    scoping = _scope(request, event)
    asking = _notice(request, event, scoping)
    if scoping.is_valid() and (typing is None or typing.is_valid()):
        wider = scoping.scope_chosen != Scope.THIS
        if _carry_out(asking, partial(several, **scoping.wider) if wider else one):
            return None
    context = {"event": event.facts, "notice": asking, "scoping": scoping, "typing": typing}
    wrong = asking.errors or (typing is not None and typing.errors)
    return render(request, template, context, status=400 if wrong else 200)


def _scope(request: PageRequest, event: SeenEvent) -> ScopeForm:
    return scope_form(request.actor, event, request.POST if request.method == "POST" else None)


def _notice(request: PageRequest, event: SeenEvent, scoping: ScopeForm) -> NoticeForm:
    """How many are told is not known while it is asked how far the change goes."""
    reached = _series_of(event) if scoping.asks else {event.row.id}
    sent = request.method == "POST"
    return notice_form(request, reached, first=Notify.ALL, sent=sent, counted=not scoping.asks)


def _series_of(event: SeenEvent) -> set[UUID]:
    """The event and the others of its series that are not over."""
    if event.row.series_id is None:
        return {event.row.id}
    others = Event.objects.filter(series_id=event.row.series_id).not_over(timezone.now())
    return {event.row.id, *others.values_list("pk", flat=True)}


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
