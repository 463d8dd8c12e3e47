"""What organizers do with answers in the admin: by the domain's rules, refusals by name."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from access.sentences import message_of
from accounts.domain.actors import Actor
from comments.models import Message
from events.domain.lifecycle import cancel_event
from rsvps.domain.capacity import Counts, recount
from rsvps.domain.event_changes import update_event
from rsvps.errors import EventCancelled
from rsvps.models import CheckIn, Rsvp
from tests.makers import MadeEvent, MadeRsvp, make_event, make_rsvp, make_tier
from tests.pages.admin.cast import House, browser
from tests.wording import in_words

pytestmark = pytest.mark.django_db
LIST = "/admin/rsvps/rsvp/"


@pytest.fixture
def event(ours: House) -> MadeEvent:
    """An event of three seats that asks for approval."""
    actor = Actor(staff_of=ours.tenant.pk)
    return make_event(actor=actor, title="Small hall", capacity=3, approval_required=True)


@pytest.fixture
def queue(event: MadeEvent) -> list[MadeRsvp]:
    """Three parties of two who wait."""
    return [make_rsvp(event, name=name, guest_count=1) for name in ("Ana", "Bo", "Cy")]


def act(client: Client, action: str, *rsvps: MadeRsvp, **more: Any) -> Any:
    """Carries an action out on answers of the list."""
    chosen = [rsvp.id for rsvp in rsvps]
    return client.post(LIST, {"action": action, "_selected_action": chosen} | more)


def said(answer: Any) -> list[str]:
    """The notices that an action left."""
    return sorted(str(message) for message in get_messages(answer.wsgi_request))


def approvals(*rsvps: MadeRsvp) -> list[str]:
    """How the answers stand."""
    return [rsvp.stored.approval for rsvp in rsvps]


@pytest.mark.parametrize("waitlist", [True, False])
def test_adding_to_a_full_event(organizer: Client, ours: House, waitlist: bool) -> None:
    """The box puts them in line, where there is one; without it the form says that it is full."""
    actor = Actor(staff_of=ours.tenant.pk)
    event = make_event(actor=actor, capacity=1, waitlist=waitlist)
    make_rsvp(event)
    body = {"event": event.id, "name": "Ana", "attendance": "going", "guest_count": 0}
    assert organizer.post(f"{LIST}add/", body).status_code == 200
    answer = organizer.post(f"{LIST}add/", body | {"join_waitlist": "on"})
    assert answer.status_code == (302 if waitlist else 200)
    added = Rsvp.objects.filter(name="Ana").values_list("approval", flat=True)
    assert list(added) == (["waitlisted"] if waitlist else [])


def test_changing_to_going(organizer: Client, ours: House) -> None:
    """Who could not come and finds no place gets in line, too."""
    event = make_event(actor=Actor(staff_of=ours.tenant.pk), capacity=1)
    make_rsvp(event)
    rsvp = make_rsvp(event, attendance="not_going")
    body = {"name": "Robin", "attendance": "going", "guest_count": 0, "join_waitlist": "on"}
    assert organizer.post(f"{LIST}{rsvp.id}/change/", body).status_code == 302
    assert approvals(rsvp) == ["waitlisted"]


def test_approving_stops_at_the_last_seat(
    organizer: Client, event: MadeEvent, queue: list[MadeRsvp]
) -> None:
    """One party gets in; the other two are refused by name, and keep waiting."""
    update_event(event=event.row, values={"waitlist": False})
    answer = act(organizer, "approve", *queue)
    refused = in_words("event_full")
    in_, out = (["approved"], ["pending", "pending"])
    assert sorted(approvals(*queue)) == in_ + out
    names = {rsvp.stored.name for rsvp in queue if rsvp.stored.approval == "pending"}
    assert said(answer) == sorted(
        ["1 RSVP approved or put on the waitlist.", *(f"{name}: {refused}" for name in names)]
    )
    assert event.stored.seats_taken == 2
    assert Counts._make(getattr(event.stored, n) for n in Counts._fields) == recount(event.id)


def test_approving_past_the_last_seat_makes_a_line(
    organizer: Client, event: MadeEvent, queue: list[MadeRsvp]
) -> None:
    """Who is in it is let in when seats come free; approving once more is refused without any."""
    answer = act(organizer, "approve", *queue)
    assert sorted(approvals(*queue)) == ["approved", "waitlisted", "waitlisted"]
    assert said(answer) == ["3 RSVPs approved or put on the waitlist."]
    waits = next(rsvp for rsvp in queue if rsvp.stored.approval == "waitlisted")
    refused = said(act(organizer, "approve", waits))
    assert f"{waits.stored.name}: {in_words('event_full')}" in refused
    listed = organizer.get(LIST, {"approval__exact": "waitlisted"})
    assert listed.context["cl"].result_count == 2
    update_event(event=event.row, values={"capacity": 6})
    assert approvals(*queue) == ["approved"] * 3


def test_approving_anyway(organizer: Client, event: MadeEvent, queue: list[MadeRsvp]) -> None:
    """Force seats everybody, and is logged as such."""
    answer = act(organizer, "approve_anyway", *queue)
    assert approvals(*queue) == ["approved"] * 3
    assert (said(answer), event.stored.seats_taken) == (["3 RSVPs approved anyway."], 6)
    log = Message.objects.filter(event_id=event.id).values_list("content", flat=True)
    assert sorted(log) == [f"Approved anyway: {name}." for name in ("Ana", "Bo", "Cy")]


def test_rejecting_asks_for_a_reason(
    organizer: Client, event: MadeEvent, queue: list[MadeRsvp]
) -> None:
    """The page in between names the guests and changes nothing; the reason reaches each."""
    asked = act(organizer, "reject", *queue[:2])
    text = asked.content.decode()
    assert (asked.status_code, approvals(*queue)) == (200, ["pending"] * 3)
    assert [name in text for name in ("Ana", "Bo", "Cy")] == [True, True, False]
    answer = act(organizer, "reject", *queue[:2], apply="1", reason="No room <this> time.")
    assert (answer.status_code, said(answer)) == (302, ["2 RSVPs declined."])
    assert approvals(*queue) == ["rejected", "rejected", "pending"]
    told = Message.objects.filter(event_id=event.id, type="rejection_reason")
    assert {(m.rsvp_id, m.content, m.visibility) for m in told} == {
        (rsvp.id, "No room <this> time.", "attendee") for rsvp in queue[:2]
    }


def test_a_reason_that_does_not_fit_is_kept(
    organizer: Client, event: MadeEvent, queue: list[MadeRsvp]
) -> None:
    """The words come back with what is wrong; nobody is rejected, nothing is logged."""
    for words, wrong in (
        ("x" * 2001, "no more than 2000 characters"),
        ("bell \x07", "Control characters"),
    ):
        answer = act(organizer, "reject", *queue, apply="1", reason=words)
        text = answer.content.decode()
        assert (answer.status_code, wrong in text, words in text) == (200, True, True)
        assert [*answer.context["form"].errors] == ["reason"]
        assert {str(rsvp.id) for rsvp in queue} == set(answer.context["chosen"])
    assert approvals(*queue) == ["pending"] * 3
    assert not Message.objects.filter(event_id=event.id).exists()


def test_back_to_pending(organizer: Client, event: MadeEvent, queue: list[MadeRsvp]) -> None:
    """The seats are free again."""
    act(organizer, "approve", queue[0])
    answer = act(organizer, "back_to_pending", queue[0])
    assert (said(answer)[-1], approvals(queue[0])) == ("1 RSVP is waiting again.", ["pending"])
    assert event.stored.seats_taken == 0


def test_writing_to_guests(organizer: Client, event: MadeEvent, queue: list[MadeRsvp]) -> None:
    """An empty message is sent back; a real one reaches each selected guest and nobody else."""
    empty = act(organizer, "message", *queue[:2], apply="1", content="  ")
    assert [*empty.context["form"].errors] == ["content"]
    assert not Message.objects.filter(event_id=event.id).exists()
    answer = act(organizer, "message", *queue[:2], apply="1", content="Doors at seven.")
    assert said(answer) == ["Message sent to 2 guests."]
    sent = Message.objects.filter(event_id=event.id)
    assert {(m.rsvp_id, m.author, m.type, m.visibility, m.content) for m in sent} == {
        (rsvp.id, "organizer", "admin_message", "attendee", "Doors at seven.") for rsvp in queue[:2]
    }


def test_checking_in(organizer: Client, event: MadeEvent, queue: list[MadeRsvp]) -> None:
    """Who attends is let in once; who waits is not, and a second time is said."""
    act(organizer, "approve", queue[0])
    first = act(organizer, "check_in", *queue[:2])
    assert "1 guest checked in." in said(first)
    assert f"Bo: {in_words('ticket_revoked')}" in said(first)
    again = act(organizer, "check_in", queue[0])
    assert f"Ana: {in_words('already_checked_in')}" in said(again)
    assert CheckIn.objects.filter(event_id=event.id, admitted=True).count() == 1
    assert queue[1].stored.checked_in_at is None


def test_a_cancelled_event_decides_nothing(
    ours: House, event: MadeEvent, queue: list[MadeRsvp]
) -> None:
    """As through every other door."""
    cancel_event(event_id=event.id)
    for action in ("approve", "approve_anyway", "back_to_pending", "check_in"):
        answer = act(browser(ours.organizer), action, *queue)
        assert said(answer) == [
            f"{name}: {message_of(EventCancelled())}" for name in ("Ana", "Bo", "Cy")
        ]
    assert approvals(*queue) == ["pending"] * 3


def test_a_whole_list_at_once(organizer: Client, event: MadeEvent, queue: list[MadeRsvp]) -> None:
    """Selecting across pages takes what the filter shows, through the page in between too."""
    url = f"{LIST}?event={event.id}&approval__exact=pending"
    form = {"action": "reject", "_selected_action": [queue[0].id], "select_across": "1"}
    asked = organizer.post(url, form)
    assert asked.context["rows"] == ["Cy", "Bo", "Ana"]
    form["select_across"] = asked.context["select_across"]
    organizer.post(url, form | {"apply": "1", "reason": ""})
    assert approvals(*queue) == ["rejected"] * 3


def test_too_many_at_once_are_refused(
    organizer: Client, event: MadeEvent, queue: list[MadeRsvp], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An action across more rows than it takes does nothing."""
    monkeypatch.setattr("pages.admin.base.MOST_AT_ONCE", 2)
    answer = act(organizer, "approve", queue[0], select_across="1")
    assert said(answer) == ["An action takes at most 2 rows: narrow the list first."]
    assert approvals(*queue) == ["pending"] * 3


def test_an_answers_page_has_the_same_acts(
    organizer: Client, event: MadeEvent, queue: list[MadeRsvp]
) -> None:
    """Buttons for what would change something; they lead back to the page."""
    page = reverse("admin:rsvps_rsvp_change", args=[queue[0].id])
    tools = [tool.action for tool in organizer.get(page).context["tools"]]
    assert tools == ["approve", "reject", "message", "check_in", "approve_anyway"]
    answer = act(organizer, "approve", queue[0], from_page="1")
    assert (answer.status_code, answer["Location"]) == (302, page)
    tools = [tool.action for tool in organizer.get(page).context["tools"]]
    assert tools == ["reject", "message", "check_in", "back_to_pending"]


@pytest.mark.once
def test_a_refused_form_keeps_what_was_typed(organizer: Client, event: MadeEvent) -> None:
    """The domain's word stands on the form; each field holds its text."""
    form = {"name": "Dee", "attendance": "going", "guest_count": 0}
    full = make_event(actor=Actor(staff_of=event.stored.tenant_id), capacity=1)
    make_rsvp(full)
    answer = organizer.post("/admin/rsvps/rsvp/add/", form | {"event": full.id, "note": "Kept"})
    assert answer.status_code == 200
    assert answer.context["adminform"].errors == {"__all__": [in_words("event_full")]}
    text = answer.content.decode()
    assert ('value="Dee"' in text, "Kept" in text, str(full.id) in text) == (True, True, True)
    assert full.stored.seats_taken == 1


def test_a_ticket_of_another_event_is_told_beside_its_field(
    organizer: Client, event: MadeEvent, ours: House
) -> None:
    """Both events are ours, and still it is no ticket to this one."""
    make_tier(event)
    form = {"event": event.id, "name": "Dee", "attendance": "going", "guest_count": 0}
    form["tier"] = ours.guest.stored.tier_id  # type: ignore[assignment]
    answer = organizer.post("/admin/rsvps/rsvp/add/", form)
    assert answer.context["adminform"].errors == {"tier": [in_words("tier_unknown")]}


def test_deleting_frees_the_seats(organizer: Client, ours: House) -> None:
    """After a page that asks, without a list of everything that goes along."""
    page = reverse("admin:rsvps_rsvp_delete", args=[ours.guest.id])
    assert organizer.get(page).status_code == 200
    assert organizer.post(page, {"post": "yes"}).status_code == 302
    assert ours.event.stored.seats_taken == 0


def test_a_guests_page_leads_to_the_organizers_side(organizer: Client, ours: House) -> None:
    """The link opens with the organizer's own session."""
    page = organizer.get(reverse("admin:rsvps_rsvp_change", args=[ours.guest.id]))
    link = page.context["absolute_url"]
    assert link == f"/e/{ours.event.id}/admin/guests/{ours.guest.id}"
    assert organizer.get(link).status_code == 200


def test_merging_asks_which_stays(organizer: Client, event: MadeEvent) -> None:
    """Of exactly two; the list says which came from one address."""
    one, two = (make_rsvp(event, name=name, email="ana@example.org") for name in ("Ana", "A."))
    other = make_rsvp(event, name="Bo", email="bo@example.org")
    found = organizer.get(LIST, {"o": "1"}).context["cl"].result_list
    assert {rsvp.name: rsvp.has_same_email for rsvp in found if rsvp.event_id == event.id} == {
        "Ana": True,
        "A.": True,
        "Bo": False,
    }
    for chosen in ([one], [one, two, other]):
        assert said(act(organizer, "merge", *chosen))[-1:] == ["Select two RSVPs to merge."]
        assert event.stored.rsvps.count() == 3
    asked = act(organizer, "merge", one, two)
    choices = [value for value, _ in asked.context["form"].fields["into"].choices]
    assert sorted(choices) == sorted(str(rsvp.id) for rsvp in (one, two))
    refused = act(organizer, "merge", one, two, apply="1", into=str(other.id))
    assert list(refused.context["form"].errors) == ["into"]
    done = act(organizer, "merge", one, two, apply="1", into=str(two.id))
    assert "The two RSVPs are one now." in said(done)
    assert sorted(event.stored.rsvps.values_list("name", flat=True)) == ["A.", "Bo"]


def test_answers_to_two_events_are_not_merged(
    organizer: Client, event: MadeEvent, ours: House
) -> None:
    elsewhere = make_rsvp(make_event(actor=Actor(staff_of=ours.tenant.pk)))
    here = make_rsvp(event)
    refused = act(organizer, "merge", here, elsewhere, apply="1", into=str(here.id))
    assert list(refused.context["form"].errors) == ["into"]
    assert here.stored.event_id != elsewhere.stored.event_id
