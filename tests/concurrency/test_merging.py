"""Merging, keeping and erasing at the same moment."""

from __future__ import annotations

import threading
from collections import Counter
from typing import Any

import pytest
from django.test import Client

from comments.domain.erasing import delete_event
from config.errors import Invalid, NotFound
from pages.mine import KEEPER_COOKIE
from rsvps.domain import merging
from rsvps.domain.capacity import recount
from rsvps.domain.keeping import offer
from rsvps.domain.merging import merge_rsvps
from rsvps.domain.respond import change_rsvp, delete_rsvp
from rsvps.models import KeptEvent, Rsvp
from rsvps.rows import RsvpRow
from tests.concurrency.conftest import Race, without_lock
from tests.makers import MadeEvent, make_event, make_rsvp

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 10


def counted(event: MadeEvent) -> bool:
    stored, counts = event.stored, recount(event.id)
    return all(getattr(stored, name) == value for name, value in counts._asdict().items())


def test_each_into_the_other(race: Race) -> None:
    """One merge is through, the other finds its RSVP gone; of two people one is left, whole."""
    for _ in range(ROUNDS):
        event = make_event()
        ids = [make_rsvp(event, guest_count=number).id for number in (1, 2)]
        done = race(
            lambda n, event=event, ids=ids: merge_rsvps(
                event_id=event.id, rsvp_id=ids[n], into=ids[1 - n]
            ),
            2,
        )
        kinds = Counter(type(each) for each in done)
        assert (kinds[RsvpRow], kinds[NotFound] + kinds[Invalid]) == (1, 1)
        assert (Rsvp.objects.of_event(event.id).count(), event.row.seats_taken) == (1, 3)
        assert counted(event)


def test_while_the_guests_change_and_leave(race: Race) -> None:
    for _ in range(ROUNDS):
        event = make_event()
        goes, stays, third = (make_rsvp(event, guest_count=1) for _ in range(3))
        acts: list[Any] = [
            lambda e=event.id, g=goes.id, s=stays.id: merge_rsvps(event_id=e, rsvp_id=g, into=s),
            lambda e=event.id, g=goes.id: change_rsvp(
                event_id=e, rsvp_id=g, values={"guest_count": 4}
            ),
            lambda e=event.id, s=stays.id: change_rsvp(
                event_id=e, rsvp_id=s, values={"attendance": "interested"}
            ),
            lambda e=event.id, t=third.id: delete_rsvp(event_id=e, rsvp_id=t),
        ]
        done = race(lambda n, acts=acts: acts[n](), 4)
        problems = [each for each in done if isinstance(each, Exception)]
        assert all(isinstance(each, NotFound) for each in problems), problems
        assert Rsvp.objects.of_event(event.id).count() == 1
        assert counted(event)


def test_without_the_lock_counters_go_wrong(race: Race, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: both merges see both answers, and free the seats of both."""
    event = make_event()
    ids = [make_rsvp(event).id for _ in range(2)]
    both_looked, merge = threading.Barrier(2), merging._merge

    def looked(*found: Any) -> None:
        both_looked.wait()
        merge(*found)

    monkeypatch.setattr(merging, "locked_event", without_lock(2))
    monkeypatch.setattr(merging, "_merge", looked)
    race(lambda n: merge_rsvps(event_id=event.id, rsvp_id=ids[n], into=ids[1 - n]), 2)
    assert not (Rsvp.objects.of_event(event.id).count() == 1 and counted(event))


def test_an_offer_is_taken_up_once(race: Race) -> None:
    for _ in range(ROUNDS):
        event, browser = make_event(), Client()
        sent = browser.post(f"/e/{event.id}", {"name": "R", "attendance": "going"})
        way, proof = sent["Location"], sent.cookies[KEEPER_COOKIE].value

        def follow(_: int, way: str = way, proof: str = proof) -> Any:
            client = Client()
            client.cookies[KEEPER_COOKIE] = proof
            return client.get(way)

        answers = race(follow, 4)
        assert [each["Location"] for each in answers] == [f"/e/{event.id}/rsvp"] * 4
        assert sum("convene_device" in each.cookies for each in answers) == 1
        assert KeptEvent.objects.filter(event=event.id).exclude(device=None).count() == 1


def test_what_is_erased_meanwhile_is_not_kept(race: Race) -> None:
    for _ in range(ROUNDS):
        event = make_event()
        rsvp = make_rsvp(event)
        acts: list[Any] = [
            lambda token=rsvp.token: offer(token),
            lambda id=event.id: delete_event(event_id=id),
        ]
        done = race(lambda n, acts=acts: acts[n](), 2)
        assert not [each for each in done if isinstance(each, Exception)]
        assert KeptEvent.objects.filter(event=event.id).count() == 0
