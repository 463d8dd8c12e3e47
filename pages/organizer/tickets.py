"""Pages of an event's tickets: the tiers, and the questions each of them asks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from iso4217 import Currency

from access.events import owned
from config.errors import Invalid, NotFound
from events.facts import EventFacts, TierFacts, event_tiers
from events.fields import ASKED
from events.kinds import is_currency
from events.rows import QuestionRow
from pages.base import PageRequest, page, see_other, told
from pages.organizer.forms import QuestionForm, TierForm
from rsvps.domain.tiers import create_tier, delete_tier, update_tier
from rsvps.errors import TierInUse

_CURRENCIES = sorted(currency.code for currency in Currency if is_currency(currency.code))


@require_http_methods(["GET", "HEAD", "POST"])
@page(private=True, throttle="writes")
def tickets(request: PageRequest, event_id: UUID) -> HttpResponse:
    """The event's tickets; a POST adds one."""
    facts = owned(request.actor, event_id).facts
    form = TierForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with form.refusals():
            tier_id = create_tier(event_id=event_id, values=form.values())
            messages.success(request, _("Ticket created. Add questions for its guests."))
            return see_other("ticket", event_id, tier_id)
    context = {
        "event": facts,
        "tiers": event_tiers(event_id, facts.standing),
        "form": form,
        "currencies": _CURRENCIES,
    }
    return render(request, "organizer/tickets.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@page(private=True, throttle="writes")
def ticket(request: PageRequest, event_id: UUID, tier_id: UUID) -> HttpResponse:
    """One ticket with its questions; a POST changes the ticket."""
    facts, tier = _owned_tier(request, event_id, tier_id)
    form = TierForm(request.POST if request.method == "POST" else None, tier=tier)
    if form.is_valid():
        with form.refusals():
            update_tier(event_id=event_id, tier_id=tier_id, values=form.values())
            messages.success(request, _("Your changes are saved."))
            return see_other("ticket", event_id, tier_id)
    return _ticket_page(request, facts, tier, form=form)


@require_http_methods(["GET", "HEAD", "POST"])
@page(private=True, throttle="writes")
def remove_ticket(request: PageRequest, event_id: UUID, tier_id: UUID) -> HttpResponse:
    """Removes a ticket that nobody holds, after asking."""
    facts, tier = _owned_tier(request, event_id, tier_id)
    context: dict[str, Any] = {"event": facts, "tier": tier}
    if request.method != "POST":
        return render(request, "organizer/remove_ticket.html", context)
    try:
        delete_tier(event_id=event_id, tier_id=tier_id)
    except TierInUse as problem:
        status, context["refused"] = told(problem)
        return render(request, "organizer/remove_ticket.html", context, status=status)
    messages.success(request, _("The ticket “%(name)s” is removed.") % {"name": tier.name})
    return see_other("tickets", event_id)


@require_POST
@page(private=True, throttle="writes")
def add_question(request: PageRequest, event_id: UUID, tier_id: UUID) -> HttpResponse:
    """A further question at the end of a ticket's form."""
    facts, tier = _owned_tier(request, event_id, tier_id)
    form, entries = QuestionForm(request.POST), _entries(tier)
    if form.is_valid():
        with form.refusals(), _errors_of(len(entries)):
            _save(event_id, tier_id, [*entries, form.cleaned_data])
            messages.success(request, _("The question is added."))
            return see_other("ticket", event_id, tier_id)
    return _ticket_page(request, facts, tier, asking=form)


@require_http_methods(["GET", "HEAD", "POST"])
@page(private=True, throttle="writes")
def question(
    request: PageRequest, event_id: UUID, tier_id: UUID, question_id: UUID
) -> HttpResponse:
    """One question; a POST changes it."""
    facts, tier = _owned_tier(request, event_id, tier_id)
    number, asked = _asked(tier, question_id)
    form = QuestionForm(request.POST if request.method == "POST" else None, question=asked)
    if form.is_valid():
        entries = _entries(tier)
        entries[number] |= form.cleaned_data
        with form.refusals(), _errors_of(number):
            _save(event_id, tier_id, entries)
            messages.success(request, _("The question is changed."))
            return see_other("ticket", event_id, tier_id)
    context = {"event": facts, "tier": tier, "form": form}
    return render(request, "organizer/question.html", context, status=400 if form.errors else 200)


@require_POST
@page(private=True, throttle="writes")
def move_question(
    request: PageRequest, event_id: UUID, tier_id: UUID, question_id: UUID
) -> HttpResponse:
    """Moves a question one place up or down; the first and the last stay where they end."""
    tier = _owned_tier(request, event_id, tier_id)[1]
    number = _asked(tier, question_id)[0]
    entries = _entries(tier)
    moved = entries.pop(number)
    entries.insert(max(number - 1, 0) if "up" in request.POST else number + 1, moved)
    _save(event_id, tier_id, entries)
    return see_other("ticket", event_id, tier_id)


@require_POST
@page(private=True, throttle="writes")
def remove_question(
    request: PageRequest, event_id: UUID, tier_id: UUID, question_id: UUID
) -> HttpResponse:
    """Asks a question no more; what guests answered to it stays."""
    tier = _owned_tier(request, event_id, tier_id)[1]
    number, asked = _asked(tier, question_id)
    entries = _entries(tier)
    del entries[number]
    _save(event_id, tier_id, entries)
    messages.success(request, _("No longer asked: %(question)s") % {"question": asked.label})
    return see_other("ticket", event_id, tier_id)


def _owned_tier(
    request: PageRequest, event_id: UUID, tier_id: UUID
) -> tuple[EventFacts, TierFacts]:
    facts = owned(request.actor, event_id).facts
    tiers = event_tiers(event_id, facts.standing)
    tier = next((tier for tier in tiers if tier.id == tier_id), None)
    if tier is None:
        raise NotFound("tier_not_found")
    return facts, tier


def _ticket_page(
    request: PageRequest,
    event: EventFacts,
    tier: TierFacts,
    *,
    form: TierForm | None = None,
    asking: QuestionForm | None = None,
) -> HttpResponse:
    """A ticket with its questions. ``form`` and ``asking`` are forms that were sent and refused."""
    context = {
        "event": event,
        "tier": tier,
        "form": form or TierForm(tier=tier),
        "asking": asking or QuestionForm(),
        "currencies": _CURRENCIES,
    }
    refused = (form and form.errors) or asking
    return render(request, "organizer/ticket.html", context, status=400 if refused else 200)


def _asked(tier: TierFacts, question_id: UUID) -> tuple[int, QuestionRow]:
    """A question with its place in the form."""
    for number, asked in enumerate(tier.asked):
        if asked.id == question_id:
            return number, asked
    raise NotFound("question_not_found")


def _entries(tier: TierFacts) -> list[dict[str, Any]]:
    """The form as the domain takes it: whole, in its order."""
    return [{name: getattr(asked, name) for name in ASKED.names} for asked in tier.asked]


def _save(event_id: UUID, tier_id: UUID, entries: list[dict[str, Any]]) -> None:
    update_tier(event_id=event_id, tier_id=tier_id, values={"questions": entries})


@contextmanager
def _errors_of(number: int) -> Iterator[None]:
    """Names what is wrong with the question at this place as its own form calls it."""
    try:
        yield
    except Invalid as problem:
        place = f"questions.{number}."
        raise Invalid(
            {field.removeprefix(place): said for field, said in problem.errors.items()}
        ) from None
