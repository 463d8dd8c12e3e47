"""The organizer's side of the door: links made, shown once, listed and revoked."""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.utils import timezone

from accounts.enums import LinkRole
from events.models import EventLink
from rsvps.domain.checkin import check_in
from tests.conftest import Clock
from tests.makers import MadeEvent, make_door, make_event, make_link, make_rsvp
from tests.scanner import scanned

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def organizer(event: MadeEvent) -> Client:
    """A browser that opened the owner link."""
    client = Client()
    client.get(f"/e/{event.id}/admin/{event.owner_token}")
    return client


def door_link(event: MadeEvent) -> EventLink:
    """The one door link of the event."""
    return EventLink.objects.get(event_id=event.id, role=LinkRole.DOOR)


class TestMaking:
    def test_shows_the_link_once_as_text_and_picture(self, clock: Clock) -> None:
        """In the answer to the form and nowhere after; it opens the door."""
        event = make_event(timezone="Europe/Berlin")
        client, path = organizer(event), f"/e/{event.id}/admin/door"
        made = client.post(path, {"label": " Garden ", "expires_at": "2030-05-02T06:30"})
        assert made.status_code == 200
        assert made["Cache-Control"] == "private, no-store"
        page = made.content.decode()
        (link,) = set(re.findall(rf"http://testserver/e/{event.id}/door/cvo_[\w-]{{43}}", page))
        (picture,) = re.findall(r"data:image/png;base64,([\w+/=]+)", page)
        assert scanned(base64.b64decode(picture)) == link
        stored = door_link(event)
        assert stored.label == "Garden"
        assert stored.expires_at == datetime(2030, 5, 2, 4, 30, tzinfo=UTC)
        helper = Client()
        assert helper.get(link).status_code == 303
        assert helper.get(f"/e/{event.id}/door").status_code == 200
        again = client.get(path).content.decode()
        assert "Garden" in again
        assert "cvo_" not in again
        assert "base64" not in again

    def test_a_viewer_link(self) -> None:
        """It opens the guest list, stands in the list and is revoked like a door's."""
        event = make_event()
        client, path = organizer(event), f"/e/{event.id}/admin/door"
        page = client.post(path, {"label": "Caterer", "role": "viewer"}).content.decode()
        (link,) = set(re.findall(rf"http://testserver/e/{event.id}/view/cvo_[\w-]{{43}}", page))
        caterer = Client()
        assert caterer.get(link).status_code == 303
        assert caterer.get(f"/e/{event.id}/view").status_code == 200
        (listed,) = client.get(path).context["links"]
        assert (listed.label, listed.role) == ("Caterer", "viewer")
        client.post(f"{path}/{listed.id}/revoke")
        assert caterer.get(f"/e/{event.id}/view").status_code == 403

    def test_a_cohost_link(self) -> None:
        """It opens the organizer's page and names its holder to everybody who agreed to that; their
        address is told to organizers alone."""
        event = make_event(host_name="Ana")
        client, path = organizer(event), f"/e/{event.id}/admin/door"
        held = {"name": "Sam", "email": "Sam@example.org", "show_name": "on"}
        page = client.post(path, {"label": "Co-host", "role": "cohost"} | held).content.decode()
        (link,) = set(re.findall(rf"http://testserver/e/{event.id}/admin/cvo_[\w-]{{43}}", page))
        cohost = Client()
        assert cohost.get(link).status_code == 303
        (listed,) = cohost.get(path).context["links"]
        assert (listed.role, listed.name, listed.email, listed.show_name) == (
            *("cohost", "Sam", "Sam@example.org", True),
        )
        assert "Sam@example.org" in cohost.get(path).content.decode()
        public = Client().get(f"/e/{event.id}").content.decode()
        assert "Sam" in public
        assert "example.org" not in public
        assert Client().get(f"/api/v1/events/{event.id}").json()["event"]["hosts"] == ["Ana", "Sam"]
        client.post(f"{path}/{listed.id}/revoke")
        assert cohost.get(path).status_code == 403
        assert "Sam" not in Client().get(f"/e/{event.id}").content.decode()

    @pytest.mark.parametrize(
        ("typed", "field"),
        [
            ({"label": "Garden", "name": "https://x.example"}, "name"),
            ({"label": "Garden", "email": "nobody"}, "email"),
            ({"label": "Garden", "role": "owner"}, "role"),
            ({"label": ""}, "label"),
            ({"label": "x" * 81}, "label"),
            ({"label": "\x00"}, "label"),
            ({"label": "a\x07"}, "label"),
            ({"label": "Garden", "expires_at": "2001-01-01T10:00"}, "expires_at"),
            ({"label": "Garden", "expires_at": "tomorrow"}, "expires_at"),
            ({"label": "Garden", "expires_at": "9" * 5000}, "expires_at"),
            ({"label": "Garden", "expires_at": "9999-12-31T23:59"}, "expires_at"),
        ],
    )
    def test_bad_input_stands_beside_its_field(self, typed: dict[str, str], field: str) -> None:
        """What was typed stays, and no link is made."""
        event = make_event()
        page = organizer(event).post(f"/e/{event.id}/admin/door", typed)
        assert page.status_code == 400
        assert list(page.context["form"].errors) == [field]
        assert page.context["form"]["label"].value() == typed["label"]
        assert "cvo_" not in page.content.decode()
        assert not EventLink.objects.filter(role=LinkRole.DOOR).exists()


class TestList:
    def test_tells_each_link_by_its_state(self, clock: Clock) -> None:
        """All but the owner's, with when they were made, used and ended; never their tokens."""
        event = make_event()
        past = clock.now - timedelta(hours=1)
        tokens = [make_door(event, "Garden", last_used_at=past)]
        clock.advance(seconds=1)
        tokens.append(make_door(event, "Cellar", expires_at=past))
        clock.advance(seconds=1)
        tokens.append(make_door(event, "Attic", revoked_at=past))
        clock.advance(seconds=1)
        tokens.append(make_link(event, LinkRole.COHOST, name="Ben the co-host"))
        tokens.append(make_door(make_event(), "Elsewhere"))
        page = organizer(event).get(f"/e/{event.id}/admin/door")
        assert page["Cache-Control"] == "private, no-store"
        links = page.context["links"]
        assert [(link.label, link.is_alive) for link in links] == [
            ("Garden", True),
            ("Cellar", False),
            ("Attic", False),
            ("", True),
        ]
        shown = page.content.decode()
        states = re.findall(r"(Works|Expired|Revoked)</span>", shown)
        assert states == ["Works", "Expired", "Revoked", "Works"]
        assert "Ben the co-host" in shown
        for absent in (*tokens, event.owner_token, "Elsewhere"):
            assert absent not in shown
        assert shown.count("/revoke") == 2

    def test_shows_numbers_and_the_last_scans(self) -> None:
        """Newest first, repeated ones marked, at most 20."""
        event = make_event()
        rsvp = make_rsvp(event, name="Ana", guest_count=1)
        make_rsvp(event, name="Ben")
        for _ in range(25):
            check_in(event_id=event.id, rsvp_id=rsvp.id)
        page = organizer(event).get(f"/e/{event.id}/admin/door")
        counts = page.context["counts"]
        assert (counts.arrived_people, counts.people) == (2, 3)
        assert len(page.context["scans"]) == 20
        assert [scan.admitted for scan in page.context["scans"]] == [False] * 20

    def test_takes_as_many_queries_for_3_links_as_for_60(self, queries_of: Any) -> None:
        """And for as many scans."""
        event = make_event()
        client = organizer(event)

        def more(number: int) -> None:
            for _ in range(number):
                make_door(event)
                check_in(event_id=event.id, rsvp_id=make_rsvp(event).id)

        more(3)
        few = queries_of(lambda: client.get(f"/e/{event.id}/admin/door"))
        more(57)
        assert queries_of(lambda: client.get(f"/e/{event.id}/admin/door")) == few == 5

    def test_sharing_leads_here_and_this_to_the_door(self) -> None:
        event = make_event()
        client = organizer(event)
        path = f"/e/{event.id}/admin/door"
        assert f'href="{path}"' in client.get(f"/e/{event.id}/admin/share").content.decode()
        assert f'href="/e/{event.id}/door"' in client.get(path).content.decode()

    def test_an_address_may_say_what_a_new_link_opens(self) -> None:
        event = make_event()
        client, path = organizer(event), f"/e/{event.id}/admin/door"
        for asked, chosen in (("cohost", "cohost"), ("owner", "owner"), ("", "")):
            page = client.get(path, {"role": asked})
            assert page.context["form"]["role"].value() == chosen
            assert ('<option value="cohost" selected' in page.content.decode()) == (
                asked == "cohost"
            )


class TestRevoking:
    def test_ends_a_link_at_once(self) -> None:
        """The helper's browser is out, the others stay; twice is as good as once."""
        event = make_event()
        helper, other = Client(), Client()
        helper.get(f"/e/{event.id}/door/{make_door(event, 'Garden')}")
        link = door_link(event)
        other.get(f"/e/{event.id}/door/{make_door(event, 'Cellar')}")
        client = organizer(event)
        for _ in range(2):
            answer = client.post(f"/e/{event.id}/admin/door/{link.id}/revoke")
            assert (answer.status_code, answer["Location"]) == (303, f"/e/{event.id}/admin/door")
        assert helper.get(f"/e/{event.id}/door").status_code == 403
        assert other.get(f"/e/{event.id}/door").status_code == 200

    def test_is_for_door_links_of_the_event_alone(self) -> None:
        """The owner link, another event's door and an unknown one are not found and live on."""
        event, other = make_event(), make_event()
        make_door(other)
        owner = EventLink.objects.get(event_id=event.id)
        client = organizer(event)
        for link_id in (owner.id, door_link(other).id, uuid4()):
            answer = client.post(f"/e/{event.id}/admin/door/{link_id}/revoke")
            assert answer.status_code == 404
        assert not EventLink.objects.exclude(revoked_at=None).exists()


@pytest.mark.parametrize("who", ["stranger", "door", "guest"])
def test_others_stay_out(who: str) -> None:
    """Making and revoking is for organizers, with a CSRF token; nothing is written."""
    event = make_event()
    client = Client()
    token = make_door(event)
    if who == "door":
        client.get(f"/e/{event.id}/door/{token}")
    elif who == "guest":
        client.get(f"/e/{event.id}/rsvp/{make_rsvp(event).token}")
    status = 401 if who == "stranger" else 403
    path = f"/e/{event.id}/admin/door"
    assert client.get(path).status_code == status
    assert client.post(path, {"label": "Garden"}).status_code == status
    link = door_link(event)
    assert client.post(f"{path}/{link.id}/revoke").status_code == status
    strict = Client(enforce_csrf_checks=True)
    strict.cookies["convene_owner"] = event.owner_token
    assert strict.post(path, {"label": "Garden"}).status_code == 403
    assert strict.post(f"{path}/{link.id}/revoke").status_code == 403
    assert door_link(event) == link
    assert door_link(event).revoked_at is None


def test_an_unknown_event_is_not_found() -> None:
    """The page and its forms."""
    path = f"/e/{UUID(int=7)}/admin/door"
    client = Client()
    assert client.get(path).status_code == 404
    assert client.post(path, {"label": "x"}).status_code == 404
    assert client.post(f"{path}/{uuid4()}/revoke").status_code == 404


def test_an_expired_link_is_out_by_the_clock(clock: Clock) -> None:
    """Without anybody doing anything."""
    event = make_event()
    helper = Client()
    token = make_door(event, expires_at=timezone.now() + timedelta(hours=1))
    helper.get(f"/e/{event.id}/door/{token}")
    assert helper.get(f"/e/{event.id}/door").status_code == 200
    clock.advance(hours=1)
    assert helper.get(f"/e/{event.id}/door").status_code == 403
