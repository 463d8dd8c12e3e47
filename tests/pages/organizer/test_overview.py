"""The organizer's pages: everybody's answers, and the decisions on them."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.enums import LinkRole
from accounts.models import User
from rsvps.domain.approval import reject
from rsvps.domain.capacity import recount
from rsvps.models import Rsvp
from tests.makers import MadeEvent, make_event, make_link, make_rsvp
from tests.wording import in_words

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def organizer(event: MadeEvent) -> Client:
    """A browser that opened the owner link."""
    client = Client()
    assert client.get(f"/e/{event.id}/admin/{event.owner_token}").status_code == 303
    return client


class TestOwnerPage:
    def test_shows_links_numbers_and_answers(self) -> None:
        event = make_event(capacity=10, approval_required=True)
        make_rsvp(event, name="Forced", guest_count=2, force=True, email="f@example.org")
        make_rsvp(event, name="Waiting", note="Please!")
        make_rsvp(event, name="Perhaps", attendance="interested", is_private=True)
        page = organizer(event).get(f"/e/{event.id}/admin")
        assert page["Cache-Control"] == "private, no-store"
        assert page["X-Robots-Tag"] == "noindex, nofollow"
        assert [rsvp.name for rsvp in page.context["rsvps"]] == ["Forced", "Waiting", "Perhaps"]
        groups = [*page.context["tiles"], *page.context["others"]]
        assert {each.name: (each.number, each.people) for each in groups} == {
            "going": (1, 3),
            "waiting": (1, 0),
            "maybe": (1, 1),
            "waitlist": (0, 0),
            "not_going": (0, 0),
            "declined": (0, 0),
            "all": (3, 0),
        }
        assert [each.name for each in groups if each.current] == ["all"]
        assert "Please!" in page.content.decode()

    def test_of_nobody_shows_the_links(self) -> None:
        event = make_event()
        said = organizer(event).get(f"/e/{event.id}/admin").content.decode()
        assert f'value="http://testserver/e/{event.id}"' in said
        assert f"/e/{event.id}/admin/{event.owner_token}" in said

    @pytest.mark.parametrize(
        ("query", "shown", "names"),
        [
            ("status=going&approval=approved", "going", ["Ann"]),
            ("approval=pending", "waiting", ["Bob"]),
            ("status=interested&approval=approved", "maybe", ["Cem"]),
            ("status=not_going&approval=approved", "not_going", ["Dan"]),
            ("approval=rejected", "declined", ["Eva"]),
            ("", "all", ["Ann", "Bob", "Cem", "Dan", "Eva"]),
            ("q=a&approval=pending", "waiting", []),
            ("status=going", "", ["Ann", "Bob", "Eva"]),
        ],
    )
    def test_a_group_shows_those_it_counts(self, query: str, shown: str, names: list[str]) -> None:
        event = make_event(approval_required=True)
        make_rsvp(event, name="Ann", force=True)
        make_rsvp(event, name="Bob")
        make_rsvp(event, name="Cem", attendance="interested")
        make_rsvp(event, name="Dan", attendance="not_going")
        reject(event_id=event.id, rsvp_id=make_rsvp(event, name="Eva").id)
        page = organizer(event).get(f"/e/{event.id}/admin?{query}")
        assert [rsvp.name for rsvp in page.context["rsvps"]] == names
        assert page.context["shown"] == shown
        groups = [*page.context["tiles"], *page.context["others"]]
        if "q=" not in query and shown:
            (number,) = (each.number for each in groups if each.current)
            assert number == len(names)

    @pytest.mark.parametrize(
        ("query", "number"),
        [("", 2), ("approval=pending", 2), ("approval=pending&q=ann", 1), ("q=ann", 0)],
    )
    def test_how_many_one_tap_approves(self, query: str, number: int) -> None:
        """The requests of the list, and nobody who is not in it."""
        event = make_event(approval_required=True)
        make_rsvp(event, name="Ann")
        make_rsvp(event, name="Bob")
        make_rsvp(event, name="Anna", force=True)
        page = organizer(event).get(f"/e/{event.id}/admin?{query}")
        assert page.context["requests"] == number

    def test_opens_one_beside_the_list(self) -> None:
        """The one that is named, else the first."""
        event = make_event()
        ann, bob = make_rsvp(event, name="Ann"), make_rsvp(event, name="Bob")
        client = organizer(event)
        for opened, beside, following in (
            (bob.id, "Bob", ann.id),
            (ann.id, "Ann", bob.id),
            ("x", "Ann", bob.id),
        ):
            context = client.get(f"/e/{event.id}/admin?open={opened}").context
            assert (context["beside"].name, context["beside_next"]) == (beside, str(following))

    def test_narrows_by_text_answer_and_approval(self) -> None:
        event = make_event(approval_required=True)
        make_rsvp(event, name="Ada")
        make_rsvp(event, name="Bob", attendance="interested", email="ada@example.org")
        make_rsvp(event, name="Cleo", attendance="not_going")
        client = organizer(event)

        def names(query: str) -> list[str]:
            page = client.get(f"/e/{event.id}/admin?{query}")
            assert page.status_code == 200
            return [rsvp.name for rsvp in page.context["rsvps"]]

        assert names("q=ada") == ["Ada", "Bob"]
        assert names("status=not_going") == ["Cleo"]
        assert names("approval=pending") == ["Ada"]
        assert names("q=ada&status=interested&approval=approved") == ["Bob"]
        assert names("status=nonsense&page=x") == ["Ada", "Bob", "Cleo"]
        assert names("page=9") == []
        assert client.get(f"/e/{event.id}/admin", {"q": "\x01"}).status_code == 400

    def test_takes_as_many_queries_for_3_answers_as_for_60(self, queries_of: Any) -> None:
        event = make_event(approval_required=True)
        client = organizer(event)
        for _ in range(3):
            make_rsvp(event)
        few = queries_of(lambda: client.get(f"/e/{event.id}/admin"))
        for _ in range(57):
            make_rsvp(event)
        assert queries_of(lambda: client.get(f"/e/{event.id}/admin")) == few == 6

    def test_shows_no_owner_link_to_an_account(self) -> None:
        event = make_event()
        client = Client()
        client.force_login(User.objects.create_superuser("root@example.org", password="x"))
        for path in ("admin", "admin/share"):
            page = client.get(f"/e/{event.id}/{path}")
            assert page.status_code == 200
            assert page.context["owner_link"] is None

    def test_is_not_for_door_helpers(self) -> None:
        event = make_event()
        client = Client()
        client.cookies["convene_owner"] = make_link(event, LinkRole.DOOR)
        assert client.get(f"/e/{event.id}/admin").status_code == 403


class TestDecisions:
    def test_approving_from_the_list_and_from_the_guests_page(self) -> None:
        event = make_event(approval_required=True)
        client = organizer(event)
        one, two = make_rsvp(event, name="One"), make_rsvp(event, name="Two")
        path = f"/e/{event.id}/admin/guests"
        answer = client.post(f"{path}/{one.id}/approve", {"from_list": "1"})
        assert (answer.status_code, answer["Location"]) == (303, f"/e/{event.id}/admin")
        answer = client.post(f"{path}/{two.id}/approve")
        assert (answer.status_code, answer["Location"]) == (303, f"{path}/{two.id}")
        assert [one.row.approval, two.row.approval] == ["approved", "approved"]

    def test_the_list_comes_back_as_it_was(self) -> None:
        """Its filter and page, and the guest who is shown next; what is no id is left out."""
        event = make_event(approval_required=True)
        client = organizer(event)
        one, two = make_rsvp(event, name="One"), make_rsvp(event, name="Two")
        path, there = f"/e/{event.id}/admin/guests", f"/e/{event.id}/admin"
        kept = {"approval": "pending", "q": "o", "page": "2"}
        answer = client.post(f"{path}/{one.id}/approve", kept | {"from_list": str(two.id)})
        assert answer["Location"] == (
            f"{there}?q=o&approval=pending&page=2&open={two.id}#guest-{two.id}"
        )
        sent = {"from_list": "//evil.example", "approval": "//evil.example", "reason": ""}
        assert client.post(f"{path}/{two.id}/reject", sent)["Location"] == there

    @pytest.mark.parametrize("act", ["approve", "reject", "remove"])
    def test_a_list_that_is_none_changes_nothing(self, act: str) -> None:
        event = make_event(approval_required=True)
        rsvp = make_rsvp(event)
        before, path = rsvp.row, f"/e/{event.id}/admin/guests/{rsvp.id}/{act}"
        for sent in ({"q": "\x01", "next": "1"}, {"q": "x" * 5000}):
            assert organizer(event).post(path, sent).status_code == 400
        assert rsvp.row == before

    def test_one_request_after_the_other(self) -> None:
        """In the list that was narrowed, from its start when the end is reached."""
        event = make_event(approval_required=True)
        client = organizer(event)
        ann, bob, ada = (make_rsvp(event, name=name) for name in ("Ann", "Bob", "Ada"))
        path, kept = f"/e/{event.id}/admin/guests", {"q": "a", "next": "1"}
        answer = client.post(f"{path}/{ada.id}/approve", kept)
        assert answer["Location"] == f"{path}/{ann.id}?q=a"
        answer = client.post(f"{path}/{ann.id}/reject", kept | {"reason": "No"})
        assert answer["Location"] == f"/e/{event.id}/admin?q=a"
        assert [each.row.approval for each in (ann, bob, ada)] == [
            *("rejected", "pending", "approved"),
        ]

    def test_a_full_house_needs_insisting(self) -> None:
        event = make_event(approval_required=True, capacity=1, waitlist=False)
        client = organizer(event)
        make_rsvp(event, force=True)
        late = make_rsvp(event, name="Late")
        path = f"/e/{event.id}/admin/guests/{late.id}/approve"
        refused = client.post(path)
        assert refused.status_code == 400
        said = refused.content.decode()
        assert in_words("event_full") in said
        assert "Approve anyway" in said
        assert late.row.approval == "pending"
        assert client.post(path, {"force": "1"}).status_code == 303
        assert (late.row.approval, event.row.seats_taken) == ("approved", 2)

    def test_rejecting_with_a_reason(self) -> None:
        event = make_event()
        rsvp = make_rsvp(event)
        client = organizer(event)
        path = f"/e/{event.id}/admin/guests/{rsvp.id}"
        refused = client.post(f"{path}/reject", {"reason": "x" * 2001})
        assert refused.status_code == 400
        assert "x" * 2001 in refused.content.decode()
        assert rsvp.row.approval == "approved"
        answer = client.post(f"{path}/reject", {"reason": "No chairs"})
        assert (answer.status_code, answer["Location"]) == (303, path)
        assert (rsvp.row.approval, event.row.seats_taken) == ("rejected", 0)
        assert "No chairs" in client.get(path).content.decode()

    def test_back_to_the_queue(self) -> None:
        event = make_event()
        rsvp = make_rsvp(event)
        reject(event_id=event.id, rsvp_id=rsvp.id)
        answer = organizer(event).post(f"/e/{event.id}/admin/guests/{rsvp.id}/pending")
        assert answer.status_code == 303
        assert rsvp.row.approval == "pending"

    def test_removing_asks_first(self) -> None:
        event = make_event()
        rsvp = make_rsvp(event)
        client = organizer(event)
        path = f"/e/{event.id}/admin/guests/{rsvp.id}/remove"
        assert client.get(path).status_code == 200
        assert Rsvp.objects.count() == 1
        answer = client.post(path)
        assert (answer.status_code, answer["Location"]) == (303, f"/e/{event.id}/admin")
        assert Rsvp.objects.count() == 0

    @pytest.mark.parametrize("act", ["", "/approve", "/reject", "/pending", "/remove"])
    def test_on_an_answer_to_another_event_is_not_found(self, act: str) -> None:
        event = make_event()
        foreign = make_rsvp(make_event())
        client, before = organizer(event), foreign.row
        path = f"/e/{event.id}/admin/guests/{foreign.id}{act}"
        answer = client.get(path) if act in ("", "/remove") else client.post(path)
        assert answer.status_code == 404
        assert foreign.row == before

    @pytest.mark.parametrize("act", ["approve", "reject", "pending", "remove", "messages"])
    def test_are_for_organizers_with_a_csrf_token(self, act: str) -> None:
        event = make_event(approval_required=True)
        rsvp = make_rsvp(event)
        before, path = rsvp.row, f"/e/{event.id}/admin/guests/{rsvp.id}/{act}"
        guest = Client()
        guest.get(f"/e/{event.id}/rsvp/{rsvp.token}")
        assert Client().post(path).status_code == 401
        assert guest.post(path).status_code == 403
        strict = Client(enforce_csrf_checks=True)
        strict.cookies["convene_owner"] = event.owner_token
        assert strict.post(path).status_code == 403
        assert rsvp.row == before


class TestAddGuest:
    TYPED = {"name": "Walk-in", "attendance": "going", "guest_count": "0"}

    def test_obeys_the_house_unless_forced(self) -> None:
        event = make_event(capacity=1, rsvps_closed=True)
        make_rsvp(event, force=True)
        client = organizer(event)
        path = f"/e/{event.id}/admin/guests"
        assert client.get(path).status_code == 200
        refused = client.post(path, self.TYPED)
        assert refused.status_code == 400
        assert in_words("rsvps_closed") in refused.content.decode()
        assert refused.context["form"]["name"].value() == "Walk-in"
        answer = client.post(path, self.TYPED | {"force": "on"})
        added = Rsvp.objects.get(name="Walk-in")
        assert (answer.status_code, answer["Location"]) == (303, f"{path}/{added.id}")
        assert event.row.seats_taken == recount(event.id).seats_taken == 2

    def test_gives_the_organizer_the_guests_link_and_no_cookie(self) -> None:
        event = make_event()
        client = organizer(event)
        answer = client.post(f"/e/{event.id}/admin/guests", self.TYPED)
        assert "convene_guest" not in answer.cookies
        assert f"/e/{event.id}/rsvp/cvr_" in client.get(answer["Location"]).content.decode()
