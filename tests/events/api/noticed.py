"""What the tests of notices and of previews share: an event with guests of every kind, and the
doors through which it is changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rsvps.domain.approval import reject
from tests.conftest import Api
from tests.makers import MadeEvent, make_rsvp
from tests.social_cast import Social, make_social
from tests.tenant_cast import EVENTS

Stored = Callable[[], Any]
Door = Callable[..., Any]


def social_with_mail(api: Api, settings: Any) -> Social:
    """The cast, on an instance that sends mail."""
    settings.MAIL_ENABLED = True
    return make_social(api)


def filled_event(social: Social, **values: Any) -> MadeEvent:
    """An event with guests of every kind: two are going and can be told, four answered and can
    be."""
    event = social.event(**{"title": "Old", "capacity": 20} | values)
    make_rsvp(event, name="Ana", email="ana@example.org", guest_count=2)
    make_rsvp(event, name="Bo", email="bo@example.org")
    make_rsvp(event, name="Cy", email="cy@example.org", attendance="interested")
    make_rsvp(event, name="Di", email="di@example.org", attendance="not_going")
    make_rsvp(event, name="No address")
    declined = make_rsvp(event, name="Ed", email="ed@example.org")
    reject(event_id=event.id, rsvp_id=declined.id)
    social.api.get(event.path, event.owner_token)
    return event


def doors(social: Social, event: MadeEvent) -> dict[str, Door]:
    """PATCH and DELETE of the two APIs, with a body or a query."""
    links = {
        "capability": (event.path, event.owner_token),
        "tenant": (f"{EVENTS}/{event.id}", social.keys["creator"]),
    }

    def through(path: str, key: str) -> Door:
        def send(method: str, body: Any = None, **query: str) -> Any:
            asked = "&".join(f"{name}={said}" for name, said in query.items())
            return social.api.send(method, f"{path}?{asked}", body, key)

        return send

    return {name: through(*where) for name, where in links.items()}
