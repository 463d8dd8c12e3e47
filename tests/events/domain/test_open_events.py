"""Events of nobody's, on an instance that lists none or takes none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.domain.actors import ANONYMOUS, Actor
from events.domain.duplicate import duplicate_event
from events.domain.listing import is_listed
from events.domain.series import extend_all
from events.errors import OpenEventsOff
from events.models import Event
from tests.conftest import Api, Clock
from tests.makers import (
    make_channel,
    make_event,
    make_series,
    make_tenant,
    make_user,
    occurrences,
)

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


def test_no_series_is_made_where_it_is_off(
    api: Api, settings: Any, everything_stored: Callable[[], Any]
) -> None:
    """Neither by the API nor on the page."""
    settings.OPEN_EVENTS = "off"
    before = everything_stored()
    response = api.post("events", NEW | {"recurrence": {"rrule": "FREQ=WEEKLY"}})
    assert (response.status_code, response.json()["code"]) == (403, "open_events_off")
    typed = NEW | {"recurrence": "FREQ=WEEKLY", "recurrence_count": "3"}
    assert Client().post("/new", typed).status_code == 403
    assert everything_stored() == before


@pytest.mark.parametrize("said", ["unlisted", "off"])
def test_a_series_is_found_by_its_link(api: Api, settings: Any, said: str) -> None:
    """With its page, its calendar and its card; in no list, and hidden from search engines."""
    channel = make_channel("Club")
    four = occurrences(make_series("FREQ=WEEKLY;COUNT=4", title="Yoga", channel_name="Club"))
    page, lists = f"/s/{four[0].row.series_id}", ("/", f"/embed/c/{channel.slug}")
    client = Client()
    assert "X-Robots-Tag" not in client.get(page)
    assert all("Yoga" in client.get(each).content.decode() for each in lists)
    settings.OPEN_EVENTS = said
    assert not any("Yoga" in client.get(each).content.decode() for each in lists)
    found = client.get(page)
    assert [each.id for each in found.context["events"]["upcoming"]] == [each.id for each in four]
    assert found["X-Robots-Tag"] == "noindex, nofollow"
    assert client.get(f"{page}.ics").content.count(b"BEGIN:VEVENT") == 4
    path = f"/api/v1/series/{four[0].row.series_id}"
    assert len(api.get(path).json()["events"]) == 4
    card = client.get(f"/embed/e/{four[0].id}")
    assert (card.status_code, card["X-Robots-Tag"]) == (200, "noindex")


def test_a_series_that_is_there_goes_on(settings: Any, clock: Clock) -> None:
    """Its host was let make it."""
    make_series("FREQ=WEEKLY")
    settings.OPEN_EVENTS = "off"
    clock.advance(days=30)
    assert extend_all(clock.now) > 0


def test_the_foot_of_every_page(settings: Any) -> None:
    """Imprint and privacy notice, where there are any."""
    client = Client()
    assert "Imprint" not in client.get("/").content.decode()
    settings.IMPRINT_URL, settings.PRIVACY_URL = "/imprint", "https://example.org/privacy"
    for place in ("/", "/new", "/nowhere", "/lost"):
        text = client.get(place).content.decode()
        assert '<a href="/imprint">Imprint</a>' in text, place
        assert '<a href="https://example.org/privacy">Privacy</a>' in text, place
