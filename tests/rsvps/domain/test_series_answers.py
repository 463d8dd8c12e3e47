"""One answer to several occurrences: what it says goes to each, and each has a waitlist."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from events.models import Event
from rsvps.models import Rsvp
from tests.conftest import Api
from tests.makers import MadeEvent, make_rsvp, make_series, occurrences

pytestmark = pytest.mark.django_db


@pytest.fixture
def three() -> list[MadeEvent]:
    """Of which the second one is full."""
    three = occurrences(make_series("FREQ=WEEKLY;COUNT=3"))
    Event.objects.filter(pk=three[1].id).update(capacity=1)
    make_rsvp(three[1], name="Seated")
    return three


def given(event: MadeEvent) -> list[tuple[Any, ...]]:
    columns = ("name", "approval", "guest_count", "guest_names")
    return list(Rsvp.objects.of_event(event.id).exclude(name="Seated").values_list(*columns))


def by_api(api: Api, event: MadeEvent, *, waits: bool) -> None:
    said = {"name": "Ana", "status": "yes", "guest_count": 1, "guest_names": ["Bo"]}
    said |= {"join_waitlist": True} if waits else {}
    answer = api.post(f"{event.path}/rsvps?for=following", said)
    assert answer.status_code == 201
    told = [each["rsvp"] and each["rsvp"]["waitlist_position"] for each in answer.json()["rsvps"]]
    assert told == [None, 1 if waits else None, None]
    codes = [each["code"] for each in answer.json()["rsvps"]]
    assert codes == [None, None if waits else "event_full", None]


def by_page(api: Api, event: MadeEvent, *, waits: bool) -> None:
    typed = {"name": "Ana", "attendance": "going", "guest_count": "1", "guest_names": "Bo"}
    typed |= {"following": "on"} | ({"join_waitlist": "on"} if waits else {})
    browser = Client()
    assert 'name="join_waitlist"' in browser.get(f"/e/{event.id}").content.decode()
    page = browser.post(f"/e/{event.id}", typed, follow=True)
    assert page.redirect_chain[0][1] == 303
    approvals = [each["rsvp"].approval for each in page.context["entries"]]
    assert approvals == (["approved", "waitlisted", "approved"] if waits else ["approved"] * 2)
    assert len(page.context["messages"]) == (not waits)


@pytest.mark.parametrize("answer", [by_api, by_page])
@pytest.mark.parametrize("waits", [True, False])
def test_a_full_one_puts_the_guest_in_line_when_asked(
    api: Api, three: list[MadeEvent], answer: Any, waits: bool
) -> None:
    """With everything else the answer says."""
    answer(api, three[0], waits=waits)
    assert given(three[0]) == given(three[2]) == [("Ana", "approved", 1, ["Bo"])]
    assert given(three[1]) == ([("Ana", "waitlisted", 1, ["Bo"])] if waits else [])
    assert [event.stored.waitlisted_count for event in three] == [0, int(waits), 0]
