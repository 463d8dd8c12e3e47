"""The owner link in a browser, and organizer pages without it."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.domain.root import rotate_root_token
from accounts.enums import LinkRole
from events.models import Event
from pages.base import OWNER_COOKIE
from tests.makers import make_event, make_link, make_rsvp

pytestmark = [pytest.mark.django_db, pytest.mark.once]


class TestOwnerLink:
    def test_moves_the_token_into_a_cookie(self, client: Client) -> None:
        event = make_event()
        answer = client.get(f"/e/{event.id}/admin/{event.owner_token}")
        assert (answer.status_code, answer["Location"]) == (303, f"/e/{event.id}/admin")
        assert answer.cookies[OWNER_COOKIE].value == event.owner_token
        assert answer["Cache-Control"] == "private, no-store"
        assert answer["X-Robots-Tag"] == "noindex, nofollow"
        assert answer["Referrer-Policy"] == "same-origin"

    def test_of_another_event_a_door_or_root_opens_nothing(self, client: Client) -> None:
        event, other = make_event(), make_event()
        tokens = [
            other.owner_token,
            make_link(event, LinkRole.DOOR),
            rotate_root_token(),
            event.owner_token[:-1] + "x",
            "anything",
        ]
        for token in tokens:
            answer = client.get(f"/e/{event.id}/admin/{token}")
            assert answer.status_code == 403
            assert not answer.cookies

    def test_of_a_cohost_opens_the_organizers_page(self, client: Client) -> None:
        event = make_event()
        token = make_link(event, LinkRole.COHOST)
        assert client.get(f"/e/{event.id}/admin/{token}").status_code == 303
        assert client.get(f"/e/{event.id}/admin").status_code == 200

    def test_of_an_event_that_is_gone_is_not_found(self, client: Client) -> None:
        event = make_event()
        event.stored.delete()
        assert client.get(f"/e/{event.id}/admin/{event.owner_token}").status_code == 404


@pytest.mark.parametrize("path", ["", "/edit", "/cancel", "/delete", "/guests"])
class TestWithoutTheKey:
    def test_is_401(self, client: Client, path: str) -> None:
        event = make_event()
        for answer in (
            client.get(f"/e/{event.id}/admin{path}"),
            client.post(f"/e/{event.id}/admin{path}") if path else None,
        ):
            if answer is not None:
                assert answer.status_code == 401
                assert answer["X-Robots-Tag"] == "noindex, nofollow"
        assert Event.objects.count() == 1

    def test_with_a_guests_key_is_403(self, client: Client, path: str) -> None:
        event = make_event()
        client.get(f"/e/{event.id}/rsvp/{make_rsvp(event).token}")
        assert client.get(f"/e/{event.id}/admin{path}").status_code == 403

    def test_with_another_events_key_is_403(self, client: Client, path: str) -> None:
        event = make_event()
        client.cookies[OWNER_COOKIE] = make_event().owner_token
        assert client.get(f"/e/{event.id}/admin{path}").status_code == 403
