"""What an organizer does to many answers at once: to those that are selected, to all that the list
shows when it is narrowed (``all``), or to the requests among these (``requests``)."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy
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
from pages.organizer.guest_filter import GuestFilter
from pages.organizer.listing import ListState
from pages.rsvp_forms import ReasonForm, WordForm
from rsvps.domain.attendee_csv import write_attendees
from rsvps.domain.bulk import Chosen, Outcome, choose
from rsvps.enums import Approval
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
    BulkAction.APPROVE: ngettext_lazy(
        "Approved %(number)s guest.", "Approved %(number)s guests.", "number"
    ),
    BulkAction.REJECT: ngettext_lazy(
        "Declined %(number)s guest.", "Declined %(number)s guests.", "number"
    ),
    BulkAction.PENDING: ngettext_lazy(
        "%(number)s guest is waiting again.", "%(number)s guests are waiting again.", "number"
    ),
    BulkAction.MESSAGE: ngettext_lazy(
        "Message sent to %(number)s guest.", "Message sent to %(number)s guests.", "number"
    ),
    BulkAction.REMOVE: ngettext_lazy(
        "Removed %(number)s guest.", "Removed %(number)s guests.", "number"
    ),
}
_IN_LINE = ngettext_lazy(
    "%(number)s guest is on the waitlist: no spot is free.",
    "%(number)s guests are on the waitlist: no spot is free.",
    "number",
)


@require_POST
@page(private=True, throttle="writes")
def bulk(request: PageRequest, event_id: UUID) -> HttpResponseBase:
    """Approves, declines, removes, writes to or downloads the chosen answers. Where words are
    needed, or nothing brings back what is lost, it asks first."""
    event = owned(request.actor, event_id).facts
    tiers = event_tiers(event_id, event.standing)
    state = ListState.of(request, tiers)
    if request.POST.keys().isdisjoint(("all", "requests", "guest")):
        messages.error(request, _("Select some guests first."))
        return state.back(event)
    chosen = _chosen(request, state.narrowed)
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
        return _told(request, event, state, action, outcome)
    form = ask(request.POST if "confirmed" in request.POST else None)
    if form.is_valid():
        with form.refusals():
            outcome = act_on_answers(
                event_id=event_id, action=action, chosen=chosen, words=form.cleaned_data
            )
            return _told(request, event, state, action, outcome)
    context = {
        "event": event,
        "form": form,
        "action": action,
        "number": chosen.among(Rsvp.objects.of_event(event_id)).count(),
        "ids": chosen.ids,
        "state": state,
    }
    return render(request, "organizer/bulk.html", context, status=400 if form.errors else 200)


def _chosen(request: PageRequest, narrowed: GuestFilter) -> Chosen:
    if "all" in request.POST or "requests" in request.POST:
        words = narrowed.narrowed()
        if "requests" in request.POST:
            words["approval"] = Approval.PENDING.value
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
    state: ListState,
    action: BulkAction,
    outcome: Outcome,
) -> HttpResponse:
    said = str(_DONE[action] % {"number": len(outcome.done)})
    if outcome.waitlisted:
        said += " " + _IN_LINE % {"number": len(outcome.waitlisted)}
    if not outcome.refused:
        messages.success(request, said)
        return state.back(event)
    context = {
        "event": event,
        "said": said,
        "state": state,
        "refused": [(each.id, each.name, message_of(each.problem)) for each in outcome.refused],
    }
    return render(request, "organizer/bulk_done.html", context)
