"""An event made anew: what comes along, and when it takes place."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.domain.actors import ANONYMOUS
from accounts.enums import LinkRole
from config.errors import Invalid
from events.domain.duplicate import duplicate_event
from events.domain.links import make_link
from events.models import Event, EventLink, Question, Tier
from rsvps.models import Rsvp
from tests.conftest import Api
from tests.makers import MadeEvent, make_event, make_question, make_rsvp, make_tier
from tests.pages.organizer.test_overview import organizer
from tests.tenant_cast import EVENTS, make_cast

pytestmark = pytest.mark.django_db

START = datetime(2100, 1, 1, 18, tzinfo=UTC)


@pytest.fixture
def event() -> MadeEvent:
    """Two hours in Berlin, with a ticket, a question, a guest and a co-host who is shown."""
    made = make_event(
        title="Supper",
        start_time=START,
        end_time=START + timedelta(hours=2),
        rsvp_close_at=START - timedelta(days=1),
        timezone="Europe/Berlin",
        host_name="Ada",
        host_email="ada@example.org",
    )
    make_question(make_tier(made))
    make_link(event_id=made.id, role=LinkRole.COHOST, name="Bo", show_name=True)
    make_rsvp(made, tier_id=Tier.objects.get().pk, force=True)
    return made


def copy_of(event: MadeEvent, **values: Any) -> Event:
    made = duplicate_event(event_id=event.id, actor=ANONYMOUS, values=values)
    return Event.objects.get(pk=made.event_id)


def test_a_new_date_moves_the_end_and_the_closing_along(event: MadeEvent) -> None:
    """Read in the event's zone; the title stays."""
    copy = copy_of(event, start_time="2100-02-01T19:00")
    start = datetime(2100, 2, 1, 18, tzinfo=UTC)
    assert (copy.start_time, copy.end_time) == (start, start + timedelta(hours=2))
    assert copy.rsvp_close_at == start - timedelta(days=1)
    assert copy.title == "Supper"


def test_an_earlier_date_is_no_problem(event: MadeEvent) -> None:
    """Its own end does not bound the start."""
    assert copy_of(event, start_time="2099-01-01T00:00:00Z").start_time.year == 2099


def test_without_anything_new_it_is_called_a_copy(event: MadeEvent) -> None:
    """As in the admin."""
    assert copy_of(event).title == "Copy of Supper"
    assert copy_of(event, title="Breakfast").title == "Breakfast"


def test_what_comes_along(event: MadeEvent) -> None:
    """Tickets, questions and host; no guests, links, co-hosts."""
    copy = copy_of(event, title="Breakfast")
    assert Tier.objects.filter(event=copy).count() == 1
    assert Question.objects.filter(tier__event=copy).count() == 1
    assert (copy.host_name, copy.host_email) == ("Ada", "ada@example.org")
    assert copy.cohost_names == []
    links = EventLink.objects.filter(event=copy)
    assert list(links.values_list("role", flat=True)) == ["owner"]
    assert Rsvp.objects.filter(event=copy).count() == 0
    assert copy.seats_taken == 0


@pytest.mark.once
@pytest.mark.parametrize("start", ["2200-12-31T23:30:00Z", "soon", "1960-01-01T00:00:00Z"])
def test_a_date_that_cannot_be(
    event: MadeEvent, start: str, everything_stored: Callable[[], Any]
) -> None:
    """Named, and nothing is made: also when only the end would lie beyond."""
    before = everything_stored()
    with pytest.raises(Invalid) as refused:
        copy_of(event, start_time=start)
    assert set(refused.value.keys) == {"start_time"}
    assert everything_stored() == before


def test_the_capability_api(api: Api, event: MadeEvent) -> None:
    """The copy with its owner's token, which opens it."""
    response = api.post(
        f"{event.path}/duplicate", {"start_time": "2100-03-01T18:00:00Z"}, event.owner_token
    )
    body = response.json()
    assert (response.status_code, set(body)) == (201, {"event", "admin_token", "links"})
    there = f"/api/v1/events/{body['event']['id']}"
    assert response["Location"].endswith(there)
    assert api.patch(there, {"title": "Mine"}, body["admin_token"]).status_code == 200
    assert body["event"]["yes_count"] == 0


def test_the_tenant_api(api: Api) -> None:
    """The key's user becomes its creator."""
    cast = make_cast()
    first = cast.event()
    response = api.post(f"{EVENTS}/{first.id}/duplicate", {"title": "Again"}, cast.organizer.key)
    body = response.json()
    assert (response.status_code, body["title"]) == (201, "Again")
    assert body["creator_id"] == str(cast.organizer.id)
    assert response["Location"].endswith(f"/api/v1/community-events/{body['id']}")


def test_the_page(event: MadeEvent) -> None:
    """Asks for the date, and leads to the copy's organizer's page with its key."""
    client = organizer(event)
    page = client.get(f"/e/{event.id}/admin/duplicate")
    assert page.context["form"].initial == {"title": "Supper"}
    said = {"title": "Supper", "start_time": "2100-05-01T19:00"}
    answer = client.post(f"/e/{event.id}/admin/duplicate", said)
    copy = Event.objects.exclude(pk=event.id).get()
    assert (answer.status_code, answer["Location"]) == (303, f"/e/{copy.pk}/admin")
    assert answer.cookies["convene_owner"]["path"] == f"/e/{copy.pk}"
    owner = Client()
    owner.cookies["convene_owner"] = answer.cookies["convene_owner"].value
    assert owner.get(f"/e/{copy.pk}/admin").status_code == 200
