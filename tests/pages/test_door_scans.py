"""What becomes of each scan at the door, by forms and by script."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.utils import timezone

from accounts.enums import LinkRole
from events.domain.lifecycle import cancel_event
from events.models import EventLink
from rsvps.domain.approval import reject
from rsvps.domain.checkin import check_in
from rsvps.domain.respond import rotate_guest_link
from rsvps.models import CheckIn
from tests.conftest import Clock
from tests.makers import make_door, make_event, make_rsvp, make_tier
from tests.rsvps.door import helper, notices, scan
from tests.wording import in_words

pytestmark = [pytest.mark.django_db, pytest.mark.once]


class TestForms:
    def test_a_ticket_lets_a_party_in(self, clock: Clock) -> None:
        """303 back to the page, which tells the outcome and never the code."""
        event = make_event(timezone="Europe/Berlin")
        make_tier(event, name="VIP")
        rsvp = make_rsvp(event, name="Ana", guest_count=2)
        make_rsvp(event, name="Ben")
        client = helper(event)
        answer = client.post(f"/e/{event.id}/door/check-ins", {"ticket": f" {rsvp.ticket} "})
        assert (answer.status_code, answer["Location"]) == (303, f"/e/{event.id}/door")
        page = client.get(answer["Location"])
        assert notices(page) == [("success", "Welcome, Ana · 3 people · VIP")]
        assert page.context["counts"]._asdict() == {
            "tickets": 2,
            "people": 4,
            "arrived_tickets": 1,
            "arrived_people": 3,
        }
        assert rsvp.ticket not in page.content.decode()
        assert rsvp.row.checked_in_at == clock.now

    def test_a_second_scan_tells_of_the_first(self, clock: Clock) -> None:
        """When, in the event's zone, and at which door; both scans are listed."""
        event = make_event(timezone="Europe/Berlin")
        rsvp = make_rsvp(event, name="Ana")
        helper(event, "Garden").post(f"/e/{event.id}/door/check-ins", {"ticket": rsvp.ticket})
        clock.advance(minutes=5)
        client = helper(event)
        client.post(f"/e/{event.id}/door/check-ins", {"ticket": rsvp.ticket})
        page = client.get(f"/e/{event.id}/door")
        assert notices(page) == [
            ("warning", "Already in · Ana came in at 14:00 (Garden) · 1 person")
        ]
        scans = [(scan.door, scan.admitted) for scan in page.context["scans"]]
        assert scans == [("Main door", False), ("Garden", True)]
        assert page.content.decode().count("badge-wait") == 1
        clock.advance(days=1)
        client.post(f"/e/{event.id}/door/check-ins", {"ticket": rsvp.ticket})
        ((_, said),) = notices(client.get(f"/e/{event.id}/door"))
        assert said.startswith("Already in · Ana came in at 14:00 on Wed 1 May 2030 (Garden)")

    def test_by_name_and_back(self) -> None:
        """A guest who was found is let in, then it is taken back, then done anew."""
        event = make_event()
        rsvp = make_rsvp(event, name="Ana")
        client = helper(event)
        path, guest = f"/e/{event.id}/door/check-ins", {"rsvp_id": rsvp.id}
        for _ in range(2):
            assert client.post(path, guest).status_code == 303
            page = client.get(f"/e/{event.id}/door?q=ana")
            assert notices(page) == [("success", "Welcome, Ana · 1 person")]
            assert page.context["guests"][0].checked_in_at is not None
            answer = client.post(f"{path}/undo", guest)
            assert (answer.status_code, answer["Location"]) == (303, f"/e/{event.id}/door")
            page = client.get(f"/e/{event.id}/door")
            assert notices(page) == [("info", "Ana is no longer checked in.")]
            assert rsvp.row.checked_in_at is None
        assert [scan.admitted for scan in page.context["scans"]] == [False, False]
        assert page.content.decode().count(">Undone<") == 2

    @pytest.mark.parametrize("why", ["foreign", "made up", "rotated", "rejected", "cancelled"])
    def test_a_ticket_that_does_not_count_is_refused(
        self, why: str, everything_stored: Callable[[], dict[str, list[str]]]
    ) -> None:
        """On the page, with status 400; by script the same words as an outcome. Nothing is
        written, and neither the code nor a name is told."""
        event = make_event()
        rsvp = make_rsvp(make_event() if why == "foreign" else event, name="Wanda")
        ticket = "cvt_" + "A" * 43 if why == "made up" else rsvp.ticket
        if why == "rotated":
            rotate_guest_link(event_id=event.id, rsvp_id=rsvp.id)
        elif why == "rejected":
            reject(event_id=event.id, rsvp_id=rsvp.id)
        elif why == "cancelled":
            cancel_event(event_id=event.id)
        said = {
            "foreign": in_words("ticket_unknown"),
            "made up": in_words("ticket_unknown"),
            "cancelled": in_words("event_cancelled"),
        }.get(why, in_words("ticket_revoked"))
        client = helper(event)
        before = everything_stored()
        page = client.post(f"/e/{event.id}/door/check-ins", {"ticket": ticket})
        assert (page.status_code, page.context["refused"]) == (400, said)
        answer = scan(client, event, ticket=ticket)
        assert (answer.status_code, answer.json()["outcome"]) == (400, "refused")
        assert answer.json()["message"] == said
        for shown in (page.content.decode(), answer.content.decode()):
            assert ticket not in shown
            assert "Wanda" not in shown
        assert everything_stored() == before

    @pytest.mark.parametrize(
        ("fields", "status", "said"),
        [
            ({}, 400, in_words("ticket_or_guest")),
            ({"ticket": "  "}, 400, in_words("ticket_or_guest")),
            ({"ticket": "x" * 5000}, 400, in_words("ticket_unknown")),
            ({"ticket": "cvt_\x00"}, 400, in_words("control_characters")),
            ({"rsvp_id": "9" * 5000}, 400, in_words("not_an_id")),
            ({"rsvp_id": str(UUID(int=7))}, 404, in_words("rsvp_not_found")),
            ({"ticket": "x", "rsvp_id": str(UUID(int=7))}, 400, in_words("ticket_or_guest")),
            ({"ticket": "x", "scan_id": "1"}, 400, in_words("not_an_id")),
            ({"ticket": "x", "scanned_at": "soon"}, 400, ""),
            (
                {"ticket": "x", "scanned_at": "0001-01-01T00:00Z"},
                400,
                "",
            ),
        ],
    )
    def test_nonsense_is_refused(self, fields: dict[str, str], status: int, said: str) -> None:
        """With the reason, on the page and in JSON."""
        event = make_event()
        client = helper(event)
        page = client.post(f"/e/{event.id}/door/check-ins", fields)
        assert page.status_code == status
        assert page.context["refused"].startswith(said)
        answer = scan(client, event, **fields)
        assert (answer.status_code, answer.json()["outcome"]) == (status, "refused")
        assert answer.json()["message"] == page.context["refused"]
        assert CheckIn.objects.count() == 0

    @pytest.mark.parametrize(
        ("fields", "status"),
        [({}, 400), ({"rsvp_id": "\x00"}, 400), ({"rsvp_id": str(UUID(int=7))}, 404)],
    )
    def test_undoing_nonsense_is_refused(self, fields: dict[str, str], status: int) -> None:
        """The page says so."""
        event = make_event()
        page = helper(event).post(f"/e/{event.id}/door/check-ins/undo", fields)
        assert page.status_code == status
        assert page.context["refused"]

    def test_a_guest_of_another_event_stays_out(self) -> None:
        """By id as by ticket, and undoing too."""
        event, foreign = make_event(), make_rsvp(make_event(), name="Wanda")
        check_in(event_id=foreign.row.event_id, rsvp_id=foreign.id)
        before, client = foreign.row, helper(event)
        for path in ("check-ins", "check-ins/undo"):
            page = client.post(f"/e/{event.id}/door/{path}", {"rsvp_id": foreign.id})
            assert page.status_code == 404
            assert "Wanda" not in page.content.decode()
        assert foreign.row == before


class TestJson:
    def test_tells_all_of_an_outcome(self, clock: Clock) -> None:
        """Admitted, repeated, refused: the same fields each time."""
        event = make_event(timezone="Europe/Berlin")
        make_tier(event, name="VIP")
        rsvp = make_rsvp(event, name="Ana", guest_count=2)
        client = helper(event)
        seen = datetime(2030, 5, 1, 11, 4, tzinfo=UTC)
        counts = {"tickets": 1, "people": 3, "arrived_tickets": 1, "arrived_people": 3}
        admitted = {
            "outcome": "admitted",
            "title": "Welcome, Ana",
            "lines": ["3 people", "VIP"],
            "message": "Welcome, Ana · 3 people · VIP",
            "name": "Ana",
            "party_size": 3,
            "tier": "VIP",
            "checked_in_at": "2030-05-01T11:04:00Z",
            "door": "Main door",
            "counts": counts,
        }
        first = {"ticket": rsvp.ticket, "scan_id": uuid4(), "scanned_at": seen.isoformat()}
        answer = scan(client, event, **first)
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
        assert answer["Cache-Control"] == "private, no-store"
        assert answer.json() == admitted
        # The phone never heard of it and sends it again: it is still the one scan.
        assert scan(client, event, **first).json() == admitted
        assert CheckIn.objects.count() == 1
        assert scan(client, event, ticket=rsvp.ticket, scan_id=uuid4()).json() == admitted | {
            "outcome": "repeated",
            "title": "Already in",
            "lines": ["Ana came in at 13:04 (Main door)", "3 people", "VIP"],
            "message": "Already in · Ana came in at 13:04 (Main door) · 3 people · VIP",
        }
        assert CheckIn.objects.count() == 2
        assert scan(client, event, ticket="x").json() == {
            "outcome": "refused",
            "title": "Not checked in",
            "lines": [in_words("ticket_unknown")],
            "message": in_words("ticket_unknown"),
            "name": None,
            "party_size": None,
            "tier": None,
            "checked_in_at": None,
            "door": None,
            "counts": counts,
        }
        # Nothing of it waits as a notice for the next page.
        assert notices(client.get(f"/e/{event.id}/door")) == []

    def test_a_scan_id_belongs_to_one_ticket(self) -> None:
        """409, an answer to the scan: it is not sent for ever."""
        event = make_event()
        one, two = make_rsvp(event), make_rsvp(event)
        client, scan_id = helper(event), uuid4()
        assert scan(client, event, ticket=one.ticket, scan_id=scan_id).status_code == 200
        answer = scan(client, event, ticket=two.ticket, scan_id=scan_id)
        assert (answer.status_code, answer.json()["outcome"]) == (409, "refused")
        assert two.row.checked_in_at is None

    def test_an_ended_link_gives_no_outcome(self) -> None:
        """A script must not take it for a refused ticket and drop the scan."""
        event = make_event()
        rsvp, client = make_rsvp(event), helper(event)
        EventLink.objects.filter(role=LinkRole.DOOR).update(revoked_at=timezone.now())
        answer = scan(client, event, ticket=rsvp.ticket)
        assert answer.status_code == 403
        assert not answer["Content-Type"].startswith("application/json")
        strict = Client(enforce_csrf_checks=True)
        strict.cookies["convene_door"] = make_door(event)
        answer = scan(strict, event, ticket=rsvp.ticket)
        assert answer.status_code == 403
        assert not answer["Content-Type"].startswith("application/json")

    @pytest.mark.parametrize("accept", ["*/*", "text/html,*/*;q=0.8", "text/html", "", "junk"])
    def test_a_browser_gets_the_page(self, accept: str) -> None:
        """Whatever else it would take."""
        event = make_event()
        client = helper(event)
        path, headers = f"/e/{event.id}/door/check-ins", {"accept": accept}
        assert (
            client.post(path, {"rsvp_id": make_rsvp(event).id}, headers=headers).status_code == 303
        )
