"""What makes the door an app that opens without a network: its manifest, its service worker, and
the guest list that the worker keeps on the device until the event is over.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from access.events import at_door
from api.json import to_json
from pages.base import PageRequest, page
from rsvps.facts import expected_guests

# As many guests as a device keeps; the search asks the server where there are more.
_MOST_KEPT = 5_000
# For how long after its end a door still is one.
_GRACE = timedelta(hours=6)


@require_safe
@page(private=True)
def guests(request: PageRequest, event_id: UUID) -> HttpResponse:
    """Everybody expected, for the search without a network: ``guests`` with ``rsvp_id``, ``name``,
    ``guest_names``, ``party_size``, ``tier``, ``checked_in_at`` (UTC or null); ``complete``, false
    when there are more than the list holds; ``until`` (UTC), when the device is to forget it."""
    event = at_door(request.actor, event_id).facts
    expected = expected_guests(event_id, number=1, size=_MOST_KEPT)
    body = {
        "until": (event.end_time or event.start_time + timedelta(hours=24)) + _GRACE,
        "complete": not expected.has_next,
        "guests": [guest._asdict() | {"party_size": guest.party_size} for guest in expected.rows],
    }
    return HttpResponse(to_json(body), content_type="application/json")


@require_safe
@page(private=True)
def manifest(request: PageRequest, event_id: UUID) -> HttpResponse:
    """The web app manifest (W3C) of one event's door."""
    event = at_door(request.actor, event_id).facts
    body = {
        "name": _("Door · %(title)s") % {"title": event.title},
        "short_name": _("Door"),
        "start_url": reverse("door", args=[event_id]),
        "scope": reverse("door", args=[event_id]),
        "display": "standalone",
        "background_color": "#16130f",
        "theme_color": "#16130f",
        "icons": [{"src": static("favicon.svg"), "sizes": "any", "type": "image/svg+xml"}],
    }
    return HttpResponse(to_json(body), content_type="application/manifest+json")


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, the same for all doors: it stands above the addresses it serves."""
    path = finders.find("js/door-worker.js")
    with open(str(path), "rb") as file:
        response = HttpResponse(file.read(), content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = "public, no-cache"
    return response
