"""Who may call what in the Tenant API: every endpoint with every member of the cast."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from api.tenant import urls as tenant
from notify.domain.endpoints import create_endpoint
from notify.models import Delivery
from tests.conftest import Api, undone
from tests.makers import make_rsvp, make_tier
from tests.tenant_cast import Cast, comment_by, make_cast

pytestmark = pytest.mark.once

WHO = (
    *("creator", "colleague", "organizer", "outsider", "no tenant"),
    *("anonymous", "publishable", "revoked", "expired"),
)
# The event is the creator's and public, the RSVP on it the colleague's, the comment the creator's.
# 400: a key without a tenant. 401: no key, or a dead one. 403: known, and not allowed.
# 404: outside the key's tenant, so not theirs to know.
TABLE: dict[str, tuple[int, ...]] = {
    # creator, colleague, organizer, outsider, no tenant, anonymous, publishable, revoked, expired
    "POST community-events": (201, 201, 201, 201, 400, 401, 403, 401, 401),
    "GET community-events": (200, 200, 200, 200, 400, 401, 200, 401, 401),
    "GET community-events?filter_type=upcoming": (200, 200, 200, 200, 400, 401, 200, 401, 401),
    "GET community-events?filter_type=past": (200, 200, 200, 200, 400, 401, 200, 401, 401),
    "GET community-events?filter_type=my_events": (200, 200, 200, 200, 400, 401, 403, 401, 401),
    "GET community-events/my-events": (200, 200, 200, 200, 400, 401, 403, 401, 401),
    "GET community-events/my-feed": (200, 200, 200, 200, 400, 401, 403, 401, 401),
    "POST community-events/my-feed/rotate": (200, 200, 200, 200, 400, 401, 403, 401, 401),
    "GET community-events/browse": (200, 200, 200, 200, 400, 401, 200, 401, 401),
    "GET community-events/{event}": (200, 200, 200, 404, 400, 401, 200, 401, 401),
    "PATCH community-events/{event}": (200, 403, 200, 404, 400, 401, 403, 401, 401),
    "DELETE community-events/{event}": (204, 403, 204, 404, 400, 401, 403, 401, 401),
    "POST community-events/{event}/rsvp": (201, 201, 201, 404, 400, 401, 403, 401, 401),
    "PATCH community-events/rsvps/{rsvp}": (403, 200, 403, 404, 400, 401, 403, 401, 401),
    "GET community-events/{event}/attendees": (200, 200, 200, 404, 400, 401, 200, 401, 401),
    "GET community-events/{event}/rsvps": (200, 200, 200, 404, 400, 401, 200, 401, 401),
    "POST community-events/{event}/rsvps/{rsvp}/merge": (
        *(200, 403, 200, 404, 400, 401, 403, 401, 401),
    ),
    "POST community-events/{event}/rsvps/bulk": (*(200, 403, 200, 404, 400, 401, 403, 401, 401),),
    "POST community-events/{event}/duplicate": (201, 403, 201, 404, 400, 401, 403, 401, 401),
    "GET community-events/{event}/invitations": (200, 403, 200, 404, 400, 401, 403, 401, 401),
    "POST community-events/{event}/invitations": (403, 403, 403, 404, 400, 401, 403, 401, 401),
    "GET community-events/{event}/export/ical": (200, 200, 200, 404, 400, 401, 200, 401, 401),
    "GET community-events/{event}/tiers": (200, 200, 200, 404, 400, 401, 200, 401, 401),
    "POST community-events/{event}/tiers": (201, 403, 201, 404, 400, 401, 403, 401, 401),
    "GET community-events/{event}/tiers/{tier}": (200, 200, 200, 404, 400, 401, 200, 401, 401),
    "PATCH community-events/{event}/tiers/{tier}": (200, 403, 200, 404, 400, 401, 403, 401, 401),
    "DELETE community-events/{event}/tiers/{tier}": (204, 403, 204, 404, 400, 401, 403, 401, 401),
    # What organizers alone may see.
    "GET webhooks": (403, 403, 200, 200, 400, 401, 403, 401, 401),
    "POST webhooks": (403, 403, 201, 201, 400, 401, 403, 401, 401),
    "GET webhooks/{webhook}": (403, 403, 200, 404, 400, 401, 403, 401, 401),
    "PATCH webhooks/{webhook}": (403, 403, 200, 404, 400, 401, 403, 401, 401),
    "POST webhooks/{webhook}/rotate": (403, 403, 200, 404, 400, 401, 403, 401, 401),
    "POST webhooks/{webhook}/test": (403, 403, 202, 404, 400, 401, 403, 401, 401),
    "GET webhooks/{webhook}/deliveries": (403, 403, 200, 404, 400, 401, 403, 401, 401),
    "POST webhooks/{webhook}/deliveries/{delivery}/replay": (
        403,
        403,
        202,
        404,
        400,
        401,
        403,
        401,
        401,
    ),
    "DELETE webhooks/{webhook}": (403, 403, 204, 404, 400, 401, 403, 401, 401),
    "GET changes": (403, 403, 200, 200, 400, 401, 403, 401, 401),
    "POST community/comments": (200, 200, 200, 200, 400, 401, 403, 401, 401),
    "POST community/comments on the event": (200, 200, 200, 404, 400, 401, 403, 401, 401),
    "GET community/comments/video/123": (200, 200, 200, 200, 200, 200, 200, 401, 401),
    "GET community/comments/event/{event}": (200, 200, 200, 404, 200, 200, 200, 401, 401),
    "DELETE community/comments/{comment}": (200, 403, 200, 404, 400, 401, 403, 401, 401),
}
BODIES: dict[str, dict[str, Any]] = {
    "POST community-events": {"title": "T", "start_time": "2100-01-01T10:00:00Z"},
    "PATCH community-events/{event}": {"title": "T"},
    "POST community-events/{event}/rsvp": {"status": "going"},
    "PATCH community-events/rsvps/{rsvp}": {"status": "not_going"},
    "POST community-events/{event}/rsvps/{rsvp}/merge": {},
    "POST community-events/{event}/rsvps/bulk": {"action": "approve", "filter": {}},
    "POST community-events/{event}/duplicate": {"title": "T"},
    # Without mail, nobody is invited.
    "POST community-events/{event}/invitations": {"emails": ["ana@example.org"]},
    "POST community-events/{event}/tiers": {"name": "T", "questions": [{"label": "Q"}]},
    "PATCH community-events/{event}/tiers/{tier}": {"name": "T", "questions": []},
    "POST webhooks": {"url": "https://hooks.example.org/"},
    "PATCH webhooks/{webhook}": {"description": "D"},
    "POST community/comments": {"content_type": "video", "content_id": 123, "comment": "C"},
    "POST community/comments on the event": {"content_type": "event", "comment": "C"},
}
CODES = {400: "no_tenant", 401: "not_authenticated", 403: "not_allowed", 404: "not_found"}
each_endpoint = pytest.mark.parametrize("endpoint", TABLE)


@dataclass
class Place:
    """The cast and what it acts on."""

    api: Api
    cast: Cast
    ids: dict[str, Any]

    def ask(self, endpoint: str, key: str | None, slash: str = "") -> Any:
        """One call of the table."""
        method, path = endpoint.removesuffix(" on the event").format(**self.ids).split(" ")
        path, mark, query = path.partition("?")
        path = f"{path}{slash}{mark}{query}"
        if endpoint not in BODIES:
            return self.api.send(method, path, token=key)
        body = BODIES[endpoint]
        if endpoint.endswith(" on the event"):
            body = body | {"content_id": str(self.ids["event"])}
        if path.rstrip("/").endswith("/merge"):
            body = body | {"into": str(self.ids["other"])}
        return self.api.send(method, path, body, key)


@pytest.fixture
def place(api: Api) -> Place:
    """A public event, a colleague's answer to it, a tier beside it, and a comment."""
    cast = make_cast()
    event = cast.event()
    rsvp = make_rsvp(event, user=cast.colleague.user)
    ids = {"event": event.id, "rsvp": rsvp.id, "comment": comment_by(cast.creator)}
    ids |= {"other": make_rsvp(event).id, "tier": make_tier(event).pk}
    url = {"url": "https://hooks.example.org/"}
    hook = create_endpoint(tenant_id=cast.tenant.pk, values=url).endpoint
    told = Delivery.objects.create(endpoint=hook, type="endpoint.test", state="delivered")
    ids |= {"webhook": hook.pk, "delivery": told.pk}
    return Place(api, cast, ids)


@each_endpoint
def test_every_endpoint_and_everybody(
    place: Place, endpoint: str, everything_stored: Callable[[], Any]
) -> None:
    """The table, the one shape of a refusal, and that a refusal writes nothing."""
    stored, surprises = everything_stored(), {}
    for who, expected in zip(WHO, TABLE[endpoint], strict=True):
        with undone():
            response = place.ask(endpoint, place.cast.keys[who])
            told: tuple[Any, ...] = (response.status_code,)
            right: tuple[Any, ...] = (expected,)
            if expected >= 400:
                body, challenge = response.json(), response.headers.get("WWW-Authenticate")
                told += (body.get("code"), body.keys(), challenge, everything_stored() == stored)
                fields = {"detail", "code"}
                right += (CODES[expected], fields, "Bearer" if expected == 401 else None, True)
        if told != right:
            surprises[who] = (told, right)
    assert surprises == {}


@each_endpoint
def test_both_forms_of_the_path(place: Place, endpoint: str) -> None:
    """A trailing slash changes nothing: not the status, and not what a reader gets."""
    status = TABLE[endpoint][0]
    response = place.ask(endpoint, place.cast.creator.key, slash="/")
    assert response.status_code == status
    if endpoint.startswith("GET"):
        assert response.content == place.ask(endpoint, place.cast.creator.key).content


def test_the_table_is_complete() -> None:
    """Every route and method of the URL table is in the table above."""
    routes = {
        f"{method.upper()} {route.pattern}".rstrip("/")
        for route in tenant.urlpatterns
        for method in route.callback.actions.keys() - {"head"}
    }
    spelt = {
        endpoint.removesuffix(" on the event")
        .partition("?")[0]
        .replace("{event}", "<uuid:event_id>")
        .replace("{rsvp}", "<uuid:rsvp_id>")
        .replace("{comment}", "<uuid:comment_id>")
        .replace("{tier}", "<uuid:tier_id>")
        .replace("{webhook}", "<uuid:webhook_id>")
        .replace("{delivery}", "<uuid:delivery_id>")
        .replace("video/123", "<slug:content_type>/<str:content_id>")
        .replace("event/<uuid:event_id>", "<slug:content_type>/<str:content_id>")
        for endpoint in TABLE
    }
    assert spelt == routes


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "community-events", "GET, POST"),
        ("POST", "community-events/browse", "GET"),
        ("PATCH", "community-events/my-events", "GET"),
        ("POST", "community-events/{event}", "GET, PATCH, DELETE"),
        ("GET", "community-events/{event}/rsvp", "POST"),
        ("PUT", "community-events/{event}/tiers", "GET, POST"),
        ("POST", "community-events/{event}/tiers/{tier}", "GET, PATCH, DELETE"),
        ("DELETE", "community-events/rsvps/{rsvp}", "PATCH"),
        ("GET", "community/comments", "POST"),
        ("GET", "community/comments/{comment}", "DELETE"),
        ("POST", "community/comments/video/123", "GET"),
    ],
)
def test_other_methods(place: Place, method: str, path: str, allowed: str) -> None:
    """405 with what is allowed."""
    response = place.api.send(method, path.format(**place.ids), token=place.cast.creator.key)
    assert response.status_code == 405
    assert response.json()["code"] == "method_not_allowed"
    assert set(response.headers["Allow"].split(", ")) >= set(allowed.split(", "))
