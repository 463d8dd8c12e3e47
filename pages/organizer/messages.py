"""The organizer's messages: words to everybody or to a group of guests, notes, and the answers to
what guests wrote."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from access.events import owned
from comments.domain.bulk import act_on_answers
from comments.domain.messages import announce, write_to_guest
from comments.enums import BulkAction
from comments.facts import is_internal, received_by_hosts, sent_on_event
from config.errors import Invalid, flaw
from events.facts import EventFacts
from notify.domain.mail.audiences import mailings_of
from pages.base import PageRequest, page, see_other
from pages.message_forms import GuestMessageForm, WriteForm
from pages.organizer.guests import answer_of, guest_page
from rsvps import limits
from rsvps.domain.audience import audience_of
from rsvps.domain.bulk import Chosen, choose
from rsvps.domain.capacity import answer_totals
from rsvps.enums import Approval, Attendance
from rsvps.models import Rsvp


class Group(NamedTuple):
    """Guests who can be written to: how many they are, and how many get an announcement by mail."""

    name: str
    number: int
    mailed: int


@require_http_methods(["GET", "HEAD", "POST"])
@page(private=True, throttle="writes")
def written(request: PageRequest, event_id: UUID) -> HttpResponse:
    """What was sent and received; a POST announces something to everybody, writes to each guest of
    a group, or notes it for organizers. ``preview`` shows it and sends nothing."""
    event = owned(request.actor, event_id).facts
    form = WriteForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        if "preview" in request.POST:
            return _messages_page(request, event, form, preview=form.cleaned_data["content"])
        with form.refusals():
            messages.success(request, _send(event, form))
            return see_other("announce", event_id)
    return _messages_page(request, event, form)


@require_POST
@page(private=True, throttle="writes")
def to_guest(request: PageRequest, event_id: UUID, rsvp_id: UUID) -> HttpResponse:
    """An organizer's message to a guest, or an internal note on them."""
    facts = owned(request.actor, event_id).facts
    form = GuestMessageForm(request.POST)
    if form.is_valid():
        with form.refusals():
            posted = write_to_guest(event_id=event_id, rsvp_id=rsvp_id, **form.cleaned_data)
            messages.success(request, _("Noted.") if is_internal(posted) else _("Message sent."))
            return see_other("guest", event_id, rsvp_id)
    return guest_page(request, facts, answer_of(event_id, rsvp_id), writing=form)


def _send(event: EventFacts, form: WriteForm) -> str:
    """Sends what was written, and says so. Raises Invalid."""
    if form.is_for_each:
        outcome = act_on_answers(
            event_id=event.id,
            action=BulkAction.MESSAGE,
            chosen=_chosen(event.id, form.cleaned_data["to"]),
            words={"content": form.cleaned_data["content"]},
        )
        number = len(outcome.done)
        said = ngettext(
            "Message sent to %(number)s guest.", "Message sent to %(number)s guests.", number
        )
        return said % {"number": number}
    posted = announce(event_id=event.id, **form.values())
    return _("Noted.") if is_internal(posted) else _("Your announcement is on the page.")


def _chosen(event_id: UUID, group: str) -> Chosen:
    """Those of a group who can be written to: nobody who was declined. Raises Invalid (to)."""
    asked = Rsvp.objects.of_event(event_id).exclude(approval=Approval.REJECTED)
    ids = list(asked.narrowed(**_NARROWED.get(group, {})).values_list("id", flat=True))
    if not ids:
        raise Invalid({"to": "nobody_to_write_to"})
    if len(ids) > limits.AT_ONCE:
        raise Invalid({"to": flaw("too_many_answers", most=limits.AT_ONCE)})
    return choose(ids=ids)


_NARROWED = {
    "going": {"attendance": Attendance.GOING.value, "approval": Approval.APPROVED.value},
    "waiting": {"approval": Approval.PENDING.value},
    "maybe": {"attendance": Attendance.INTERESTED.value, "approval": Approval.APPROVED.value},
}


def _messages_page(
    request: PageRequest, event: EventFacts, form: Form, *, preview: str = ""
) -> HttpResponse:
    mailings, groups = mailings_of(event.id), _groups(event.id)
    context: dict[str, Any] = {
        "event": event,
        "writing": form,
        "preview": preview,
        "groups": groups,
        "mailed_to_some": any(group.mailed for group in groups),
        "sent": sent_on_event(event.id),
        "received": received_by_hosts(event.id),
        "progress": {each.message_id: each for each in mailings if each.message_id},
        "mailings": [each for each in mailings if not each.message_id],
    }
    return render(request, "organizer/messages.html", context, status=400 if form.errors else 200)


def _groups(event_id: UUID) -> list[Group]:
    """Those who can be written to, with those who hear of an announcement by mail. Two queries."""
    totals = answer_totals(event_id)
    audience = audience_of(event_id) if settings.MAIL_ENABLED else None
    going, _guests = totals.approved[Attendance.GOING]
    maybe, _guests = totals.approved[Attendance.INTERESTED]
    not_going, _guests = totals.approved[Attendance.NOT_GOING]
    everybody = going + maybe + not_going + totals.pending + totals.waitlisted
    return [
        Group("going", going, audience.going if audience else 0),
        Group("waiting", totals.pending, 0),
        Group("maybe", maybe, 0),
        Group("all", everybody, audience.all if audience else 0),
    ]
