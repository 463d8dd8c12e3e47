"""Editors and guests at once: each change was made by somebody who had read what it changes."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from config.errors import ChangedMeanwhile
from events.domain import lifecycle
from events.domain.lifecycle import cancel_event
from events.models import Event
from rsvps.domain import capacity
from tests.concurrency.conftest import Race, without_lock
from tests.conftest import Api
from tests.makers import MadeEvent, make_channel, make_event, make_link, make_rsvp, make_tier
from tests.tenant_cast import EVENTS, make_cast

pytestmark = pytest.mark.django_db(transaction=True)

EDITORS = 8
GUESTS = 40


def send(method: str, path: str, body: Any, token: str | None, tag: str | None) -> Any:
    headers = {"If-Match": tag} if tag else {}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    ask = getattr(Api().client, method.lower())
    return ask(path, body, content_type="application/json", headers=headers)


def tag_of(path: str, token: str | None = None) -> str:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    tag: str = Api().client.get(path, headers=headers)["ETag"]
    return tag


def test_one_of_all_editors_wins(race: Race) -> None:
    """Each read the same; one change is made, the others are told, and what the one wrote stays."""
    event = make_event()
    tier = make_tier(event)
    tag = tag_of(event.path)

    def act(number: int) -> Any:
        if number % 2:
            path, body = f"{event.path}/tiers/{tier.pk}", {"name": f"Tier {number}"}
        else:
            path, body = event.path, {"title": f"Title {number}"}
        return send("PATCH", path, body, event.owner_token, tag)

    outcome = race(act, EDITORS)
    assert Counter(each.status_code for each in outcome) == {200: 1, 412: EDITORS - 1}
    (number,) = [n for n, each in enumerate(outcome) if each.status_code == 200]
    tier.refresh_from_db()
    changed = (event.row.title, tier.name)
    untouched = ("Garden party", "Standard")
    won = (untouched[0], f"Tier {number}") if number % 2 else (f"Title {number}", untouched[1])
    assert changed == won


def test_editors_who_read_again_lose_nothing(race: Race) -> None:
    """Each adds a word of their own to what they read, again and again until it is taken."""
    event = make_event(description="")

    def act(number: int) -> int:
        for tries in range(1, 100):
            read = Api().client.get(event.path)
            said = (read.json()["event"]["description"] or "").split()
            body = {"description": " ".join([*said, f"w{number}"])}
            answer = send("PATCH", event.path, body, event.owner_token, read["ETag"])
            if answer.status_code == 200:
                return tries
            assert answer.status_code == 412
        raise AssertionError("never taken")

    race(act, EDITORS)
    assert sorted(event.row.description.split()) == [f"w{number}" for number in range(EDITORS)]


def test_one_of_all_calls_it_off(race: Race) -> None:
    """By the domain alone: behind the lock the version is compared again."""
    event = make_event()
    outcome = race(lambda _: cancel_event(event_id=event.id, if_version=1), EDITORS)
    assert Counter(type(each) for each in outcome) == {
        type(None): 1,
        ChangedMeanwhile: EDITORS - 1,
    }
    assert event.row.edit_version == 2


def test_without_the_lock_all_do(race: Race, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: everybody looks, finds the version they read, and writes."""
    event = make_event()
    monkeypatch.setattr(lifecycle, "locked_event", without_lock(EDITORS))
    outcome = race(lambda _: cancel_event(event_id=event.id, if_version=1), EDITORS)
    assert outcome == [None] * EDITORS
    assert event.row.edit_version == 1 + EDITORS


def test_guests_never_disturb_the_host(race: Race) -> None:
    """Forty answer, write and are let in while the host edits, each time with the tag of the
    answer before: no change is refused, and every guest is counted."""
    event = make_event(capacity=GUESTS)
    door = make_link(event, "door")  # type: ignore[arg-type]
    there = [make_rsvp(event) for _ in range(10)]

    def host() -> list[int]:
        tag, statuses = tag_of(event.path), []
        for number in range(10):
            body = {"title": f"Title {number}"}
            answer = send("PATCH", event.path, body, event.owner_token, tag)
            statuses.append(answer.status_code)
            tag = answer["ETag"]
        return statuses

    def guest(number: int) -> int:
        if number % 4 == 0:
            path, body, token = "check-ins", {"rsvp_id": str(there[number // 4 - 1].id)}, door
        elif number % 4 == 1:
            path, body, token = "rsvps/self/messages", {"content": "Hi"}, there[number // 4].token
        else:
            path, body, token = "rsvps", {"name": "Kim", "status": "yes"}, None
        return int(send("POST", f"{event.path}/{path}", body, token, None).status_code)

    outcome = race(lambda number: guest(number) if number else host(), GUESTS + 1)
    assert outcome[0] == [200] * 10
    assert set(outcome[1:]) == {200, 201}
    counted: int = Event.objects.values_list("seats_taken", flat=True).get(pk=event.id)
    assert counted == capacity.recount(event.id).seats_taken == 30


def test_an_organizer_and_the_guest_at_one_rsvp(race: Race) -> None:
    """Both read it; one of them changes it."""
    for _ in range(5):
        event = make_event(approval_required=True)
        rsvp = make_rsvp(event)
        at = f"{event.path}/rsvps"
        tag = tag_of(f"{at}/self", rsvp.token)

        def act(number: int, at: str = at, tag: str = tag, made: Any = (event, rsvp)) -> Any:
            event, rsvp = made
            if number:
                return send("POST", f"{at}/{rsvp.id}/approve", {}, event.owner_token, tag)
            return send("PATCH", f"{at}/self", {"name": "Other"}, rsvp.token, tag)

        assert sorted(each.status_code for each in race(act, 2)) == [200, 412]


def test_featured_with_a_tag(race: Race) -> None:
    """The channel is locked before the event, as ever: events that take each other's place by
    tags end with one featured, and nobody waits for ever."""
    cast = make_cast()
    group = make_channel("Club", tenant=cast.tenant)
    events: list[MadeEvent] = [cast.event(channel_id=group.pk) for _ in range(6)]
    tags = [tag_of(each.path) for each in events]

    def act(number: int) -> Any:
        path = f"/api/v1/{EVENTS}/{events[number].id}"
        return send("PATCH", path, {"featured": True}, cast.creator.key, tags[number])

    statuses = Counter(each.status_code for each in race(act, len(events)))
    assert statuses == {200: len(events)}
    assert Event.objects.filter(featured=True).count() == 1
