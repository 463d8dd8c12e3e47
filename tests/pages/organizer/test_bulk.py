"""Many answers at once on the organizer's page, without a script."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from comments.models import Message
from rsvps.models import Rsvp
from tests.makers import MadeEvent, make_event, make_rsvp
from tests.pages.organizer.test_overview import organizer

pytestmark = pytest.mark.django_db


@pytest.fixture
def event() -> MadeEvent:
    """One seat, two who wait for it, and one who may come."""
    made = make_event(approval_required=True, capacity=1, waitlist=False)
    make_rsvp(made, name="Ann")
    make_rsvp(made, name="Bob")
    make_rsvp(made, name="Cem", attendance="interested")
    return made


def send(
    event: MadeEvent, action: str, *names: str, client: Client | None = None, **more: Any
) -> Any:
    ids = [str(Rsvp.objects.get(name=name).pk) for name in names]
    said = {"action": action, **({"guest": ids} if ids else {}), **more}
    return (client or organizer(event)).post(f"/e/{event.id}/admin/guests/bulk", said)


def test_the_list_offers_it(event: MadeEvent) -> None:
    """A box for each answer, which belongs to the form above the list, and the list's filter."""
    page = organizer(event).get(f"/e/{event.id}/admin", {"status": "going", "q": "n"})
    text = page.content.decode()
    boxes = re.findall(
        r'<input type="checkbox" name="guest" value="([0-9a-f-]+)" form="bulk"', text
    )
    assert boxes == [str(rsvp.id) for rsvp in page.context["rsvps"]]
    form = text[text.index('id="bulk" method') :].partition("</form>")[0]
    hidden = re.findall(r'<input type="hidden" name="(\w+)"(?: value="([^"]*)")?', form)
    assert dict(hidden[1:]) == {"q": "n", "status": "going", "approval": ""}


def test_ticked_answers_are_approved(event: MadeEvent) -> None:
    """And the list comes back as it was narrowed."""
    answer = send(event, "approve", "Ann", approval="pending")
    assert (answer.status_code, answer["Location"]) == (
        303,
        f"/e/{event.id}/admin?approval=pending",
    )
    assert Rsvp.objects.get(name="Ann").approval == "approved"


def test_requests_are_approved_and_the_list_stays(event: MadeEvent) -> None:
    """Nobody else of the list, which comes back with its filter and page."""
    Rsvp.objects.filter(name="Bob").update(approval="rejected")
    answer = send(event, "approve", requests="1", q="n", page="2")
    assert (answer.status_code, answer["Location"]) == (303, f"/e/{event.id}/admin?q=n&page=2")
    approvals = Rsvp.objects.order_by("name").values_list("approval", flat=True)
    assert list(approvals) == ["approved", "rejected", "approved"]


@pytest.mark.once
@pytest.mark.parametrize("page", ["-1", "x", "", "1", "9" * 5000])
def test_a_page_that_is_none_is_left_out(event: MadeEvent, page: str) -> None:
    answer = send(event, "approve", "Ann", page=page)
    assert answer["Location"] == f"/e/{event.id}/admin"


def test_all_that_match(event: MadeEvent) -> None:
    """The filter decides, not what is ticked; who does not fit is named with the reason."""
    answer = send(event, "approve", "Cem", all="1", status="going")
    assert answer.status_code == 200
    assert [(name, why) for _, name, why in answer.context["refused"]] == [
        ("Bob", "This event has reached its maximum number of attendees.")
    ]
    assert answer.context["state"].query == "?status=going"
    assert event.stored.seats_taken == 1


@pytest.mark.parametrize("action", ["reject", "message", "remove"])
def test_it_asks_first(event: MadeEvent, action: str) -> None:
    """Nothing is done before the words are there, or the answer is sure."""
    answer = send(event, action, "Ann", "Bob")
    assert (answer.status_code, answer.context["number"]) == (200, 2)
    assert Rsvp.objects.filter(approval="pending").count() == 2
    assert Message.objects.filter(type="admin_message").count() == 0
    words = {"content": "Hello"} if action == "message" else {}
    assert send(event, action, "Ann", "Bob", confirmed="1", **words).status_code == 303
    done = {
        "reject": Rsvp.objects.filter(approval="rejected").count(),
        "message": Message.objects.filter(type="admin_message").count(),
        "remove": 3 - Rsvp.objects.count(),
    }
    assert done[action] == 2


def test_a_message_without_words_is_asked_for_again(event: MadeEvent) -> None:
    """With the same guests."""
    answer = send(event, "message", all="1", confirmed="1", content="")
    assert (answer.status_code, list(answer.context["form"].errors)) == (400, ["content"])
    assert 'name="all" value="1"' in answer.content.decode()


def test_two_taps_write_once(event: MadeEvent) -> None:
    """The page that asks holds a one-time key."""
    client = organizer(event)
    asked = send(event, "message", "Ann", client=client).content.decode()
    key = re.findall(r'name="form_key" value="([0-9a-f-]{36})"', asked)[-1]
    for _ in range(2):
        send(event, "message", "Ann", client=client, confirmed="1", content="Hi", form_key=key)
    assert Message.objects.filter(type="admin_message").count() == 1


def test_a_file_of_the_ticked(event: MadeEvent) -> None:
    """A line for each."""
    answer = send(event, "export", "Bob")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert [line.partition(",")[0] for line in lines] == ["Name", "Bob"]


def test_nothing_ticked(event: MadeEvent) -> None:
    """Back to the list, which says so."""
    assert send(event, "remove", confirmed="1").status_code == 303
    assert Rsvp.objects.count() == 3


@pytest.mark.once
@pytest.mark.parametrize(
    "said",
    [
        {"action": "eat", "all": "1"},
        {"action": "remove", "guest": "x", "confirmed": "1"},
        {"action": "remove", "all": "1", "status": "eating", "confirmed": "1"},
        {"action": "approve", "all": "1", "tier": "x" * 9, "approval": "\0"},
    ],
)
def test_what_is_no_filter_takes_nobody(event: MadeEvent, said: dict[str, str]) -> None:
    """A list shows all then; here that would be too many."""
    action = said.pop("action")
    assert send(event, action, **said).status_code == 400
    assert Rsvp.objects.count() == 3
    assert event.stored.pending_count == 2
