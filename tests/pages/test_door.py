"""The door: who may stand there, and what they see."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from accounts.enums import LinkRole
from accounts.models import User
from events.domain.lifecycle import cancel_event
from events.models import EventLink
from rsvps.domain.approval import reject
from rsvps.domain.checkin import check_in, undo_check_in
from rsvps.models import CheckIn, Rsvp
from tests.makers import (
    MadeEvent,
    MadeRsvp,
    make_door,
    make_event,
    make_link,
    make_question,
    make_rsvp,
    make_tier,
)
from tests.rsvps.door import helper, scan

pytestmark = [pytest.mark.django_db, pytest.mark.once]


class TestLink:
    def test_becomes_a_cookie_and_a_clean_address(self) -> None:
        """HttpOnly, Lax, for this event's pages only; and the answer is kept nowhere."""
        event = make_event()
        token = make_door(event)
        client = Client()
        answer = client.get(f"/e/{event.id}/door/{token}")
        assert (answer.status_code, answer["Location"]) == (303, f"/e/{event.id}/door")
        assert answer["Cache-Control"] == "private, no-store"
        assert answer["X-Robots-Tag"] == "noindex, nofollow"
        cookie = answer.cookies["convene_door"]
        assert cookie.value == token
        assert cookie["httponly"]
        assert (cookie["path"], cookie["samesite"]) == (f"/e/{event.id}", "Lax")
        page = client.get(answer["Location"])
        assert page.status_code == 200
        assert page["Cache-Control"] == "private, no-store"
        assert page["X-Robots-Tag"] == "noindex, nofollow"
        assert token not in page.content.decode()

    @pytest.mark.parametrize("role", [LinkRole.OWNER, LinkRole.COHOST, LinkRole.VIEWER])
    def test_of_another_role_is_refused(self, role: LinkRole) -> None:
        """Organizers come by their own cookie; viewers have no business here."""
        event = make_event()
        answer = Client().get(f"/e/{event.id}/door/{make_link(event, role)}")
        assert answer.status_code == 403
        assert "does not open the door of this event" in answer.content.decode()
        assert not answer.cookies

    def test_that_does_not_count_is_refused(self) -> None:
        """Another event's, a revoked, an expired, a made-up one, a guest's: all alike."""
        event = make_event()
        past = timezone.now() - timedelta(minutes=1)
        for token in (
            make_door(make_event()),
            make_door(event, revoked_at=past),
            make_door(event, expires_at=past),
            "cvo_" + "A" * 43,
            "x",
            make_rsvp(event).token,
            make_rsvp(event).ticket,
        ):
            answer = Client().get(f"/e/{event.id}/door/{token}")
            assert answer.status_code == 403, token
            assert not answer.cookies

    def test_to_an_unknown_event_is_not_found(self) -> None:
        """Whatever the token."""
        assert Client().get(f"/e/{uuid4()}/door/{make_door(make_event())}").status_code == 404


class TestWhoMay:
    def statuses(self, client: Client, event: MadeEvent) -> list[int]:
        """The page, a check-in and an undo of a guest, by this visitor."""
        rsvp = make_rsvp(event)
        return [
            client.get(f"/e/{event.id}/door").status_code,
            client.post(f"/e/{event.id}/door/check-ins", {"rsvp_id": rsvp.id}).status_code,
            client.post(f"/e/{event.id}/door/check-ins/undo", {"rsvp_id": rsvp.id}).status_code,
        ]

    def test_strangers_may_not(self) -> None:
        """Without any key: 401, and nothing is written."""
        event = make_event()
        assert self.statuses(Client(), event) == [401, 401, 401]
        assert CheckIn.objects.count() == 0

    @pytest.mark.parametrize("who", ["guest", "viewer", "other door", "revoked", "expired"])
    def test_others_may_not(self, who: str) -> None:
        """With a key that does not open this door: 403, and nothing is written."""
        event = make_event()
        client = Client()
        past = timezone.now() - timedelta(minutes=1)
        if who == "guest":
            client.cookies["convene_guest"] = make_rsvp(event).token
        elif who == "viewer":
            client.cookies["convene_door"] = make_link(event, LinkRole.VIEWER)
        elif who == "other door":
            client.cookies["convene_door"] = make_door(make_event())
        else:
            client = helper(event)
            EventLink.objects.filter(role=LinkRole.DOOR).update(
                **{"revoked_at" if who == "revoked" else "expires_at": past}
            )
        assert self.statuses(client, event) == [403, 403, 403]
        assert CheckIn.objects.count() == 0

    @pytest.mark.parametrize("who", ["door", "owner", "co-host", "root"])
    def test_helpers_and_organizers_may(self, who: str) -> None:
        """Each by their own key."""
        event = make_event()
        client = Client()
        if who == "door":
            client = helper(event)
        elif who == "owner":
            client.get(f"/e/{event.id}/admin/{event.owner_token}")
        elif who == "co-host":
            client.cookies["convene_owner"] = make_link(event, LinkRole.COHOST)
        else:
            client.force_login(User.objects.create_superuser("root@example.org", password="x"))
        assert self.statuses(client, event) == [200, 303, 303]

    def test_a_door_link_opens_no_other_side(self) -> None:
        """Not the organizer's pages, not another event's door."""
        event, other = make_event(), make_event()
        client = helper(event)
        for path in ("", "/edit", "/door", "/guests"):
            assert client.get(f"/e/{event.id}/admin{path}").status_code == 403
        assert client.get(f"/e/{other.id}/door").status_code == 403

    def test_an_organizer_with_a_door_link_stays_one(self) -> None:
        """Both cookies in one browser: the organizer's page still opens."""
        event = make_event()
        client = helper(event)
        client.get(f"/e/{event.id}/admin/{event.owner_token}")
        assert client.get(f"/e/{event.id}/admin").status_code == 200
        assert client.get(f"/e/{event.id}/door").status_code == 200

    @pytest.mark.parametrize("path", ["check-ins", "check-ins/undo"])
    def test_forms_need_a_csrf_token(self, path: str) -> None:
        """A form of another site checks nobody in."""
        event = make_event()
        client = Client(enforce_csrf_checks=True)
        client.cookies["convene_door"] = make_door(event)
        answer = client.post(f"/e/{event.id}/door/{path}", {"rsvp_id": make_rsvp(event).id})
        assert answer.status_code == 403
        assert CheckIn.objects.count() == 0
        assert client.get(f"/e/{event.id}/door/{path}").status_code == 405


class TestWhatTheDoorSees:
    def private_guest(self, event: MadeEvent) -> MadeRsvp:
        """A guest with everything the door must not know."""
        tier = make_tier(event, name="VIP")
        question = make_question(tier, label="Allergies?")
        rsvp = make_rsvp(
            event,
            name="Ana Arrow",
            email="ana@secret.example",
            note="Secret note",
            tier_id=tier.id,
            form_answers={str(question.id): "Secret answer"},
            is_private=True,
            force=True,
        )
        assert rsvp.row.answers == {str(question.id): "Secret answer"}
        return rsvp

    def test_finds_only_expected_guests(self) -> None:
        """By words in the name: no pending, rejected, undecided or declining ones, no other
        event's, and nobody by their address."""
        event = make_event(approval_required=True)
        make_rsvp(event, name="Ana Waiting")
        turned = make_rsvp(event, name="Ana Turned", force=True)
        reject(event_id=event.id, rsvp_id=turned.id)
        make_rsvp(event, name="Ana Perhaps", attendance="interested", force=True)
        make_rsvp(event, name="Ana Away", attendance="not_going", force=True)
        make_rsvp(make_event(), name="Ana Elsewhere")
        self.private_guest(event)
        client = helper(event)

        def found(**query: str) -> Any:
            page = client.get(f"/e/{event.id}/door", query)
            assert page.status_code == 200
            guests = page.context["guests"]
            return guests if guests is None else [guest.name for guest in guests]

        assert found(q="ana") == found(q=" ARROW ") == ["Ana Arrow"]
        assert found(q="secret") == found(q="%") == []
        assert found(q=" ") == found() is None

    def test_learns_nothing_else(self) -> None:
        """Neither address, note nor answers; nor who waits or was turned down."""
        event = make_event(approval_required=True)
        make_rsvp(event, name="Wanda Waiting")
        turned = make_rsvp(event, name="Tom Turned", force=True)
        reject(event_id=event.id, rsvp_id=turned.id, reason="Secret reason")
        rsvp = self.private_guest(event)
        client = helper(event)
        scanned = scan(client, event, ticket=rsvp.ticket).content.decode()
        undo_check_in(event_id=event.id, rsvp_id=rsvp.id)
        client.post(f"/e/{event.id}/door/check-ins", {"ticket": rsvp.ticket})
        page = client.get(f"/e/{event.id}/door?q=a").content.decode()
        for shown in (scanned, page):
            assert "Ana Arrow" in shown
            assert "VIP" in shown
            for secret in (
                *("secret", "Secret", "Wanda", "Turned", "Allergies"),
                *(rsvp.token, rsvp.ticket, event.owner_token),
            ):
                assert secret not in shown

    @pytest.mark.parametrize("words", ["\x00", "a\x07b", "x" * 5000])
    def test_a_search_that_cannot_be_is_refused(self, words: str) -> None:
        """Beside its field; the page still takes tickets."""
        event = make_event()
        page = helper(event).get(f"/e/{event.id}/door", {"q": words})
        assert page.status_code == 400
        assert list(page.context["search"].errors) == ["q"]
        assert page.context["guests"] is None
        assert 'id="ticket"' in page.content.decode()

    def test_takes_as_many_queries_for_3_guests_as_for_60(self, queries_of: Any) -> None:
        """The page with a search and scans, whatever the size of the hall."""
        event = make_event()
        client = helper(event)

        def arrive(number: int) -> None:
            for _ in range(number):
                check_in(event_id=event.id, rsvp_id=make_rsvp(event).id)

        arrive(3)
        few = queries_of(lambda: client.get(f"/e/{event.id}/door?q=robin"))
        arrive(57)
        assert Rsvp.objects.filter(checked_in_at=None).count() == 0
        assert queries_of(lambda: client.get(f"/e/{event.id}/door?q=robin")) == few == 6

    def test_says_that_an_event_is_cancelled(self) -> None:
        """Before anybody scans in vain."""
        event = make_event()
        cancel_event(event_id=event.id)
        assert "badge-cancelled" in helper(event).get(f"/e/{event.id}/door").content.decode()
