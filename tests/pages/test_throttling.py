"""Whose forms are counted: a link or an account frees its own events, never the making of one."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from events.models import Event
from pages.base import GUEST_COOKIE, OWNER_COOKIE
from rsvps.models import Rsvp
from tests.conftest import Clock
from tests.makers import MadeEvent, make_event, make_rsvp, make_user
from tests.tenant_cast import Cast, make_cast
from tests.wording import in_words

pytestmark = [pytest.mark.django_db, pytest.mark.once]

MADE = {"title": "T", "start_time": "2031-01-01T20:00", "timezone": "Europe/Berlin"}
ANSWER = {"name": "Robin", "attendance": "going", "guest_count": "0"}
COUNTED = [303, 303, 429]
FREE = [303, 303, 303]


@pytest.fixture(autouse=True)
def _throttled(settings: Any, clock: Clock) -> None:
    settings.THROTTLE = True
    settings.THROTTLE_EVENTS = "1/hour"
    settings.THROTTLE_WRITES = "2/hour"


def sent(client: Client, path: str, form: dict[str, str]) -> list[int]:
    """The statuses of sending a form three times."""
    return [client.post(path, form).status_code for _ in range(3)]


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def answers(client: Client, event: MadeEvent) -> list[int]:
    """The statuses of three answers."""
    return sent(client, f"/e/{event.id}", ANSWER)


def test_visitors_are_told_where_they_stand(client: Client) -> None:
    """On the page that says no, too; looking costs nothing."""
    path = f"/e/{make_event().id}"
    made = client.post(path, ANSWER)
    assert (made.status_code, made["RateLimit"]) == (303, '"writes";r=1;t=3600')
    assert made["RateLimit-Policy"] == '"writes";q=2;w=3600'
    invalid = Client().post(path, {})
    assert (invalid.status_code, invalid["RateLimit"]) == (400, '"writes";r=0;t=3600')
    refused = Client().post(path, ANSWER)
    assert (refused.status_code, refused["RateLimit"]) == (429, '"writes";r=0;t=3600')
    assert refused["Retry-After"] == "3600"
    looked = client.get(path)
    assert (looked.status_code, "RateLimit" in looked) == (200, False)


def test_a_guests_link_frees_their_own_answer_only(client: Client) -> None:
    event = make_event()
    client.cookies[GUEST_COOKIE] = make_rsvp(event).token
    assert sent(client, f"/e/{event.id}/rsvp", ANSWER) == FREE
    assert answers(client, event) == COUNTED
    assert sent(client, f"/e/{event.id}/rsvp", ANSWER)[0] == 303


def test_an_owner_link_frees_its_own_event_only(client: Client) -> None:
    event, other = make_event(), make_event()
    client.cookies[OWNER_COOKIE] = event.owner_token
    cancel, undo = {"reason": ""}, f"/e/{event.id}/admin/cancel"
    assert 429 not in sent(client, undo, cancel)
    assert answers(client, other) == COUNTED
    assert sent(client, "/new", MADE) == [303, 429, 429]


class TestAccounts:
    @pytest.fixture
    def cast(self) -> Cast:
        return make_cast()

    def test_organizers_are_free_within_their_tenant(self, cast: Cast) -> None:
        assert answers(signed_in(cast.organizer.user), cast.event()) == FREE
        assert answers(signed_in(cast.outsider.user), cast.event()) == COUNTED

    def test_creators_are_free_at_their_own_events(self, cast: Cast) -> None:
        assert answers(signed_in(cast.creator.user), cast.event()) == FREE
        assert answers(signed_in(cast.colleague.user), cast.event()) == COUNTED

    def test_nobody_is_free_at_events_without_a_tenant(self, cast: Cast) -> None:
        """A staff member without a tenant has none in common with them."""
        user = make_user(is_staff=True)
        assert answers(signed_in(user), make_event()) == COUNTED

    def test_making_events_is_counted_for_everybody(self, cast: Cast) -> None:
        root = make_user(is_staff=True, is_superuser=True)
        assert answers(signed_in(root), cast.event()) == FREE
        assert sent(signed_in(root), "/new", MADE) == [303, 429, 429]
        assert sent(signed_in(cast.organizer.user), "/new", MADE) == [429] * 3


class TestWaiting:
    """Who has to wait gets the form back as it was sent, and nothing is carried out."""

    def test_a_form_with_a_key_comes_back_filled_in(self, client: Client) -> None:
        event = make_event()
        answers(client, event)
        typed = {
            "name": "Sam Example",
            "attendance": "interested",
            "note": "Late",
            "guest_count": "0",
        }
        refused = Client().post(f"/e/{event.id}", typed | {"form_key": str(uuid4())})
        assert (refused.status_code, refused["Retry-After"]) == (429, "3600")
        assert refused["Cache-Control"] == "private, no-store"
        form = refused.context["form"]
        assert form.must_wait
        assert {name: form[name].value() for name in typed} == typed
        assert list(form.errors) == ["__all__"]
        assert in_words("wait_minutes", minutes=60) in refused.content.decode()
        assert Rsvp.objects.count() == 2

    def test_even_when_the_whole_of_it_was_too_much(self, client: Client) -> None:
        """Each occurrence of a series counts; so the first try may be one too many."""
        weekly = MADE | {"recurrence": "FREQ=WEEKLY", "recurrence_count": "5"}
        refused = client.post("/new", weekly | {"form_key": str(uuid4())})
        assert (refused.status_code, "Retry-After" in refused) == (429, True)
        assert refused.context["form"]["title"].value() == "T"
        assert Event.objects.count() == 0

    def test_an_empty_form_is_not_judged_besides(self, client: Client) -> None:
        event = make_event()
        answers(client, event)
        refused = Client().post(f"/e/{event.id}", {"form_key": str(uuid4())})
        assert list(refused.context["form"].errors) == ["__all__"]

    def test_without_a_key_there_is_the_reason_alone(self, client: Client) -> None:
        event = make_event()
        answers(client, event)
        refused = Client().post(f"/e/{event.id}", ANSWER)
        assert (refused.status_code, refused["Retry-After"]) == (429, "3600")
        assert in_words("wait_minutes", minutes=60) in refused.content.decode()
        assert 'name="attendance"' not in refused.content.decode()
