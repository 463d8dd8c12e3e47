"""What an organizer does to many answers at once: to those that are ticked, or to all that the list
shows when it is narrowed."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, ngettext_lazy
from django.views.decorators.http import require_POST

from access.events import owned
from access.sentences import message_of
from comments.domain.bulk import act_on_answers
from comments.enums import BulkAction
from config.downloads import csv_download
from config.errors import Invalid, flaw
from events.facts import EventFacts, event_tiers
from pages.base import PageRequest, page
from pages.forms import DomainForm
from pages.rsvp_forms import GuestFilter, ReasonForm, WordForm
from rsvps.domain.attendee_csv import write_attendees
from rsvps.domain.bulk import Chosen, Outcome, choose
from rsvps.facts import answers_among
from rsvps.models import Rsvp

_EXPORT = "export"
# What is asked before these are carried out.
_ASKS: dict[BulkAction, type[DomainForm]] = {
    BulkAction.REJECT: ReasonForm,
    BulkAction.MESSAGE: WordForm,
    BulkAction.REMOVE: DomainForm,
}
_DONE = {
    BulkAction.APPROVE: ngettext_lazy("%(n)s RSVP approved.", "%(n)s RSVPs approved.", "n"),
    BulkAction.REJECT: ngettext_lazy("%(n)s RSVP declined.", "%(n)s RSVPs declined.", "n"),
    BulkAction.PENDING: ngettext_lazy(
        "%(n)s RSVP is waiting again.", "%(n)s RSVPs are waiting again.", "n"
    ),
    BulkAction.MESSAGE: ngettext_lazy(
        "Message sent to %(n)s guest.", "Message sent to %(n)s guests.", "n"
    ),
    BulkAction.REMOVE: ngettext_lazy("%(n)s RSVP removed.", "%(n)s RSVPs removed.", "n"),
}
_IN_LINE = ngettext_lazy(
    "The event is full: %(n)s is on the waitlist.",
    "The event is full: %(n)s are on the waitlist.",
    "n",
)


@require_POST
@page(private=True, throttle="writes")
def bulk(request: PageRequest, event_id: UUID) -> HttpResponseBase:
    """Approves, declines, removes, writes to or downloads the chosen answers. Where words are
    needed, or nothing brings back what is lost, it asks first."""
    event = owned(request.actor, event_id).facts
    tiers = event_tiers(event_id, event.standing)
    narrowed = GuestFilter(request.POST, tiers=tiers)
    if "all" not in request.POST and "guest" not in request.POST:
        messages.error(request, gettext("Select some guests first."))
        return _back(event, narrowed)
    chosen = _chosen(request, narrowed)
    asked = request.POST.get("action", "")
    if asked == _EXPORT:
        rsvps = chosen.among(Rsvp.objects.of_event(event_id))
        return csv_download(write_attendees(answers_among(rsvps), tiers), event.title)
    if asked not in BulkAction.values:
        choices = ", ".join([*BulkAction.values, _EXPORT])
        raise Invalid({"action": flaw("not_one_of", choices=choices)})
    action = BulkAction(asked)
    ask = _ASKS.get(action)
    if ask is None:
        outcome = act_on_answers(event_id=event_id, action=action, chosen=chosen)
        return _told(request, event, narrowed, action, outcome)
    form = ask(request.POST if "confirmed" in request.POST else None)
    if form.is_valid():
        with form.refusals():
            outcome = act_on_answers(
                event_id=event_id, action=action, chosen=chosen, words=form.cleaned_data
            )
            return _told(request, event, narrowed, action, outcome)
    context = {
        "event": event,
        "form": form,
        "action": action,
        "number": chosen.among(Rsvp.objects.of_event(event_id)).count(),
        "ids": chosen.ids,
        "filter": narrowed,
    }
    return render(request, "organizer/bulk.html", context, status=400 if form.errors else 200)


def _chosen(request: PageRequest, narrowed: GuestFilter) -> Chosen:
    if "all" in request.POST:
        words = narrowed.narrowed()
        # A list that is shown may ignore a word that narrows nothing; here it would take too many.
        if narrowed.errors:
            raise Invalid(dict.fromkeys(narrowed.errors, "not_a_filter"))
        return choose(narrowed=words)
    try:
        return choose(ids=[UUID(said) for said in request.POST.getlist("guest")])
    except ValueError:
        raise Invalid({"guest": "not_an_id"}) from None


def _told(
    request: PageRequest,
    event: EventFacts,
    narrowed: GuestFilter,
    action: BulkAction,
    outcome: Outcome,
) -> HttpResponse:
    number, in_line = len(outcome.done), len(outcome.waitlisted)
    said = str(_DONE[action] % {"n": number})
    if in_line:
        said = f"{said} {_IN_LINE % {'n': in_line}}"
    if not outcome.refused:
        messages.success(request, said)
        return _back(event, narrowed)
    context = {
        "event": event,
        "said": said,
        "refused": [(each.id, each.name, message_of(each.problem)) for each in outcome.refused],
    }
    return render(request, "organizer/bulk_done.html", context)


def _back(event: EventFacts, narrowed: GuestFilter) -> HttpResponse:
    """To the list, narrowed as it was."""
    narrowed.is_valid()
    words: dict[str, Any] = {name: said for name, said in narrowed.cleaned_data.items() if said}
    there = reverse("owner", args=[event.id])
    return HttpResponseRedirect(f"{there}?{urlencode(words)}" if words else there, status=303)
