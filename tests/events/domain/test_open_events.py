"""Events of nobody's, on an instance that lists none or takes none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.domain.actors import ANONYMOUS, Actor
from events.domain.duplicate import duplicate_event
from events.domain.listing import is_listed
from events.errors import OpenEventsOff
from events.models import Event
from tests.conftest import Api
from tests.makers import make_channel, make_event, make_tenant, make_user

pytestmark = pytest.mark.django_db

NEW = {"title": "Fete", "start_time": "2100-01-01T10:00:00Z"}


def member() -> Actor:
    tenant = make_tenant()
    return Actor(user_id=make_user(tenant=tenant).pk, tenant_id=tenant.pk)


@pytest.mark.parametrize(("said", "status"), [("on", 201), ("unlisted", 201), ("off", 403)])
def test_who_may_make_one(api: Api, settings: Any, said: str, status: int) -> None:
    """Nobody without an account where it is off; nothing is written then."""
    settings.OPEN_EVENTS = said
    response = api.post("events", NEW)
    assert response.status_code == status
    assert Event.objects.count() == (status == 201)
    if status == 403:
        assert response.json()["code"] == "open_events_off"


def test_accounts_and_root_always_may(api: Api, settings: Any, root_token: str) -> None:
    """The setting is about strangers."""
    settings.OPEN_EVENTS = "off"
    assert api.post("events", NEW, root_token).status_code == 201
    assert make_event(actor=member()).stored.tenant_id is not None


def test_the_pages_say_so(settings: Any) -> None:
    """There is no button to make one, and the page behind it refuses."""
    client = Client()
    assert 'href="/new"' in client.get("/").content.decode()
    settings.OPEN_EVENTS = "off"
    assert 'href="/new"' not in client.get("/").content.decode()
    for answer in (client.get("/new"), client.post("/new", NEW)):
        assert answer.status_code == 403
    assert Event.objects.count() == 0


def test_no_copy_gets_around_it(settings: Any, everything_stored: Callable[[], Any]) -> None:
    """Of an event that is there already."""
    event = make_event()
    settings.OPEN_EVENTS = "off"
    before = everything_stored()
    with pytest.raises(OpenEventsOff):
        duplicate_event(event_id=event.id, actor=ANONYMOUS)
    assert everything_stored() == before


@pytest.mark.parametrize("said", ["unlisted", "off"])
def test_only_who_has_the_link_finds_one(api: Api, settings: Any, said: str) -> None:
    """In no list, search, channel or feed; by its address as ever, hidden from search engines. An
    organisation's event is listed."""
    channel = make_channel("Club")
    event = make_event(title="Strange fete", channel_name="Club")
    make_event(title="Known fete", actor=member())
    places = (
        *(
            "/",
            "/?q=fete",
            f"/c/{channel.slug}",
            f"/c/{channel.slug}.ics",
            f"/c/{channel.slug}.atom",
        ),
        *("/api/v1/events", "/api/v1/events?q=fete", "/api/v1/events?cursor="),
        f"/api/v1/channels/{channel.slug}",
    )
    client = Client()

    def naming(title: str) -> set[str]:
        return {place for place in places if title in client.get(place).content.decode()}

    assert naming("Strange fete") == set(places)
    settings.OPEN_EVENTS = said
    assert naming("Strange fete") == set()
    assert len(naming("Known fete")) == 5
    page = client.get(f"/e/{event.id}")
    assert (page.status_code, page["X-Robots-Tag"]) == (200, "noindex, nofollow")
    assert api.get(event.path).status_code == 200
    assert not is_listed(event.row)


def test_the_foot_of_every_page(settings: Any) -> None:
    """Imprint and privacy notice, where there are any."""
    client = Client()
    assert "Imprint" not in client.get("/").content.decode()
    settings.IMPRINT_URL, settings.PRIVACY_URL = "/imprint", "https://example.org/privacy"
    for place in ("/", "/new", "/nowhere", "/lost"):
        text = client.get(place).content.decode()
        assert '<a href="/imprint">Imprint</a>' in text, place
        assert '<a href="https://example.org/privacy">Privacy</a>' in text, place
