"""The event's own page with its RSVP form, and the list of who is coming."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.db.models import Count, Q
from django.forms import Form
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from access.comments import is_author, may_comment
from access.events import SeenEvent, seen
from access.sentences import message_of
from access.standing import own_rsvp
from accounts.domain.actors import Actor
from accounts.domain.tokens import mint
from accounts.enums import TokenKind
from api.feeds import calendar_file
from comments.facts import (
    CommentFacts,
    MessageFacts,
    latest_comments,
    public_announcements,
)
from config.dates import day
from config.kept import stand_on
from config.links import base_url
from events.addresses import page_url
from events.domain.listing import events_in_series, is_listed
from events.enums import Standing, Status
from events.facts import EventFacts, event_facts, event_tiers, streams_of
from events.models import Event
from events.querysets import EventQuerySet
from events.rows import EventRow, coming_rows, event_version
from pages.base import (
    GUEST_COOKIE,
    PageRequest,
    hand_over,
    keep_private,
    page,
    see_other,
)
from pages.calendar_links import event_calendars
from pages.embed import event_frame
from pages.event_head import event_head
from pages.forms import flag
from pages.kept import shown_until
from pages.mine import by_way_of_keeping
from pages.rsvp_forms import RsvpForm
from rsvps.domain.respond import create_rsvp
from rsvps.domain.series_answers import SeriesAnswer, answer_following, later_occurrences
from rsvps.facts import listed_rsvps, rsvp_facts

_READ_BY_ALL = _("Everyone who can open this page sees your comment and your name.")
_IN_NO_LIST = _(
    "Everyone who can open this page sees your comment and your name, even though you are hidden "
    "from the guest list."
)


@require_http_methods(["GET", "HEAD", "POST"])
@page(throttle="answers")
def event(request: PageRequest, event_id: UUID) -> HttpResponse:
    """The event for whoever looks; a POST is an answer, which its guest gets the key of."""
    event = seen(request.actor, event_id)
    form, later = _form(request, event, request.POST if request.method == "POST" else None)
    if form.is_valid():
        with form.refusals():
            if later is not None and form.cleaned_data["following"]:
                given = answer_following(event=event.row, shown=later, values=form.values())
                return _answered(request, given)
            rsvp = create_rsvp(event_id=event_id, values=form.values())
            token = mint(TokenKind.RSVP, rsvp.id, rsvp.token_version)
            response = by_way_of_keeping(see_other("own-rsvp", event_id), token)
            return hand_over(response, GUEST_COOKIE, event_id, token)
    return event_page(request, event, form=form)


def event_page(
    request: PageRequest,
    event: SeenEvent,
    *,
    form: RsvpForm | None = None,
    commenting: Form | None = None,
) -> HttpResponse:
    """The event's page. ``form`` and ``commenting`` are forms that were sent and refused."""
    facts, event_id, actor = event.facts, event.row.id, request.actor
    form = form or _form(request, event)[0]
    own = own_rsvp(actor, event_id)
    latest = latest_comments(facts)
    # Read only when the page does not hold it already.
    here = base_url(request)
    announcements: Any = SimpleLazyObject(lambda: public_announcements(event_id))
    over = facts.status in (Status.ENDED, Status.CANCELLED)
    # What comes next, and which others can be answered, is told by other events.
    if not over and "following" not in form.fields:
        version = event.row.version
        stand_on(request, version, partial(event_version, event_id), until=shown_until(facts))
    context = {
        "event": facts,
        "next": _next_event(facts) if over else None,
        "called_off": _called_off(facts, announcements),
        "head": event_head(event.row, form.tiers, here),
        "stream": streams_of([facts]).get(event_id),
        "form": form,
        "own": own and rsvp_facts(own, Standing.GUEST, own=True),
        "listed": SimpleLazyObject(lambda: listed_rsvps(facts)),
        "announcements": announcements,
        "comments": {"shown": removable(actor, facts, latest.rows), "more": latest.more},
        "may_comment": may_comment(actor, event),
        "commenting": commenting,
        "comment_hint": str(_IN_NO_LIST if own and own.is_private else _READ_BY_ALL),
        "url": page_url(here, event_id),
        "embed": event_frame(facts, here),
        "calendars": event_calendars(facts, here),
        "organizes": facts.standing >= Standing.OWNER,
    }
    refused = form.errors or (commenting and commenting.errors)
    response = render(request, "event/event.html", context, status=400 if refused else 200)
    return kept_as_private(response, facts)


def _next_event(event: EventFacts) -> EventFacts | None:
    """What comes next in the series of an event that is over or cancelled, else in its channel, as
    everybody may see it. Two queries at most."""
    others = Event.objects.public().exclude(pk=event.id)
    among = []
    if event.series_id is not None:
        later = others.filter(series_id=event.series_id, start_time__gt=event.start_time)
        among.append(later.coming(event.now))
    if event.channel_id is not None:
        among.append(others.coming(event.now, channel=event.channel_id))
    found = (coming_rows(each, 0, 1) for each in among)
    rows = next(filter(None, found), [])
    return event_facts(rows[0], Standing.PUBLIC, event.now) if rows else None


def _called_off(event: EventFacts, announcements: Iterable[MessageFacts]) -> MessageFacts | None:
    """What the hosts said to everybody when they cancelled the event, or since; their first word.
    One query for an event that is cancelled, else none."""
    if event.cancelled_at is None:
        return None
    since = [said for said in announcements if said.created_at >= event.cancelled_at]
    return since[-1] if since else None


def _offer_following(request: PageRequest, event: EventRow, form: RsvpForm) -> EventQuerySet | None:
    """Adds the question whether the answer is for those that follow, too; the occurrences that the
    visitor may see of the series, None where there is nothing to ask."""
    if event.series_id is None:
        return None
    shown = events_in_series(request.actor, event.series_id)
    later = later_occurrences(event, shown)
    waits = Count("pk", filter=Q(waitlist=True, capacity__isnull=False))
    number, limited = later.order_by().aggregate(number=Count("pk"), limited=waits).values()
    if not number:
        return None
    form.offers_waitlist |= limited > 0
    form.fields["following"] = flag(
        ngettext("RSVP to the next one too", "RSVP to the next %(n)s too", number) % {"n": number},
        help_text=_("Each one is an RSVP of its own. You can change them one by one."),
    )
    return shown


def _answered(request: PageRequest, given: list[SeriesAnswer]) -> HttpResponse:
    """Leads to the answers that were taken, and says on which days none was, and why."""
    tokens: dict[UUID, str] = {}
    refused: dict[str, list[str]] = {}
    for answer in given:
        if answer.rsvp is not None:
            tokens[answer.event.id] = mint(
                TokenKind.RSVP, answer.rsvp.id, answer.rsvp.token_version
            )
        elif answer.refusal is not None:
            local = answer.event.start_time.astimezone(ZoneInfo(answer.event.timezone))
            refused.setdefault(message_of(answer.refusal), []).append(day(local))
    for told, days in refused.items():
        messages.warning(
            request, _("%(days)s: %(reason)s") % {"days": ", ".join(days), "reason": told}
        )
    first = next(iter(tokens))
    response = by_way_of_keeping(see_other("own-rsvp", first), *tokens.values())
    return hand_over(response, GUEST_COOKIE, first, tokens[first])


@require_safe
@page
def attendees(request: PageRequest, event_id: UUID) -> HttpResponse:
    """The public attendee list, a page at a time."""
    facts = seen(request.actor, event_id).facts
    after = request.GET.get("after")
    context = {"event": facts, "listed": listed_rsvps(facts, after), "begins": not after}
    return kept_as_private(render(request, "event/attendees.html", context), facts)


@require_safe
@page
def calendar(request: PageRequest, event_id: UUID) -> HttpResponse:
    """The event as an iCalendar file, with what the visitor may know."""
    facts = seen(request.actor, event_id).facts
    response = calendar_file(facts, base_url(request))
    return kept_as_private(response, facts)


def removable(
    actor: Actor, event: EventFacts, comments: Iterable[CommentFacts]
) -> list[tuple[CommentFacts, bool]]:
    """Comments on the event, each with whether the visitor may remove it."""
    organizes = event.standing >= Standing.OWNER
    return [(comment, organizes or is_author(actor, comment)) for comment in comments]


def kept_as_private(response: HttpResponse, facts: EventFacts) -> HttpResponse:
    """The response, kept out of caches and search engines when the event is private."""
    if facts.is_private or facts.taken_down_at is not None:
        keep_private(response)
    elif not is_listed(facts):
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _form(
    request: PageRequest, event: SeenEvent, sent: QueryDict | None = None
) -> tuple[RsvpForm, EventQuerySet | None]:
    """The form, and the occurrences of the series that it offers to answer, too."""
    # An organizer, too, answers here as anybody does.
    tiers = event_tiers(event.row.id, Standing.PUBLIC)
    form = RsvpForm(sent, event=event.facts, tiers=tiers)
    return form, _offer_following(request, event.row, form)
