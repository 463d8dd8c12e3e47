"""Who answered an event, and what one answered oneself, in the Social API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from events.domain.lifecycle import cancel_event
from rsvps.domain.approval import back_to_pending, reject
from rsvps.models import Rsvp
from tests.conftest import Api, Clock
from tests.makers import MadeEvent, MadeRsvp, make_image, make_rsvp
from tests.social_cast import Social, make_social, paths
from tests.tenant_cast import Member, make_member, said

ORGANIZERS = ("creator", "organizer", "superuser", "reads")
OTHERS = ("colleague", "publishable")
SIZE = 7


@pytest.fixture
def social(api: Api, clock: Clock) -> Social:
    """Who calls, on the first of May 2030 at noon."""
    return make_social(api)


def responses(body: dict[str, Any]) -> list[tuple[str | None, str, str]]:
    """Who said what, and how it was decided, in the list's order."""
    return [
        (each["userId"], each["status"], each["approvalStatus"]) for each in body["eventResponses"]
    ]


# --- Who answered -----------------------------------------------------------------------------


def test_who_answered(social: Social, clock: Clock) -> None:
    """By time, approved answers that are not private for everybody, all for organizers; guests
    without an account are known by the id of their RSVP."""
    event = social.event()

    def come(attendance: str = "going", **values: Any) -> tuple[Member, MadeRsvp]:
        clock.advance(minutes=1)
        member = make_member(social.cast.tenant, f"M{clock.now.minute}")
        return member, make_rsvp(event, user=member.user, attendance=attendance, **values)

    going, maybe, leaving = come()[0], come("interested")[0], come("not_going")[0]
    private = come(is_private=True)[0]
    (waiting, queued), (rejected, refused) = come(), come()
    back_to_pending(event_id=event.id, rsvp_id=queued.id)
    reject(event_id=event.id, rsvp_id=refused.id)
    clock.advance(minutes=1)
    nobody = make_rsvp(event, name="Nobody", email="nobody@example.org")
    listed = [
        (str(going.id), "going", "approved"),
        (str(maybe.id), "interested", "approved"),
        (str(leaving.id), "not_going", "approved"),
        (str(nobody.id), "going", "approved"),
    ]
    everything = [
        *listed[:3],
        (str(private.id), "going", "approved"),
        (str(waiting.id), "going", "pending"),
        (str(rejected.id), "going", "rejected"),
        listed[3],
    ]
    path = f"events/{event.id}/rsvp"
    for who in ORGANIZERS + OTHERS:
        body = said(social.get(path, who), 200)
        expected = everything if who in ORGANIZERS else listed
        assert responses(body) == expected
        assert body["events"] == [social.only(event, who)]
        named = {user_id for user_id, _, _ in expected} - {str(nobody.id)}
        named.add(str(social.cast.creator.id))
        assert sorted(each["userId"] for each in body["users"]) == sorted(named)
        for status in ("going", "interested", "not_going"):
            narrowed = said(social.get(path, who, status=status), 200)
            assert responses(narrowed) == [each for each in expected if each[1] == status]
    text = social.get(path, "organizer").content.decode()
    assert [word for word in ("nobody@", "Nobody", "@example.org", "cvr_") if word in text] == []


def test_ones_own_private_answer_is_not_in_the_list(social: Social) -> None:
    """Its writer reads it by itself."""
    event = social.event()
    make_rsvp(event, user=social.cast.colleague.user, is_private=True)
    assert responses(said(social.get(f"events/{event.id}/rsvp"), 200)) == []
    assert len(responses(said(social.get(f"events/{event.id}/me/rsvp"), 200))) == 1


@pytest.mark.once
def test_nobody_answered(social: Social) -> None:
    """The event all the same."""
    event = social.event()
    body = said(social.get(f"events/{event.id}/rsvp"), 200)
    assert (body["eventResponses"], body["paging"]) == ([], {"next": None, "previous": None})
    assert body["events"] == [social.only(event)]


@pytest.mark.once
@pytest.mark.parametrize("path", ["events/{event}/rsvp", "events/me/rsvps"])
@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"status": "yes"}, "status"),
        ({"status": ""}, "status"),
        ({"limit": "0"}, "limit"),
        ({"options[limit]": "101"}, "options[limit]"),
        ({"limit": "1", "options[limit]": "2"}, "options[limit]"),
        ({"options[token]": "x"}, "options[token]"),
        ({"token": "\0"}, "token"),
    ],
)
def test_bad_parameters(social: Social, path: str, query: dict[str, Any], field: str) -> None:
    """400 names the one that is wrong as it was sent."""
    event = social.event()
    assert paths(social.get(path.format(event=event.id), query=query)) == [field]


# --- One's own --------------------------------------------------------------------------------


def test_what_one_answered(social: Social, clock: Clock) -> None:
    """The latest first, private, cancelled and waiting ones too; nobody else's, and nothing of
    another tenant."""
    cast, user = social.cast, social.cast.colleague.user
    made: list[MadeEvent] = []
    for attendance, values in (
        ("going", {"cover_id": make_image(cast.tenant).pk}),
        ("interested", {"is_private": True}),
        ("not_going", {}),
        ("going", {"approval_required": True, "location": "Here"}),
        ("going", {}),
    ):
        clock.advance(minutes=1)
        event = social.event(**values)
        make_rsvp(event, user=user, attendance=attendance)
        make_rsvp(event, user=cast.creator.user)
        made.append(event)
    cancel_event(event_id=made[4].id)
    make_rsvp(social.event(), user=cast.creator.user)
    foreign = cast.event(cast.outsider, title="Umbrella picnic")
    make_rsvp(foreign, user=user)
    assert Rsvp.objects.filter(user=user).count() == 6
    response = social.get("events/me/rsvps")
    body = said(response, 200)
    assert [each["eventId"] for each in body["eventResponses"]] == [
        str(event.id) for event in made[::-1]
    ]
    assert [each[1:] for each in responses(body)] == [
        ("going", "approved"),
        ("going", "pending"),
        ("not_going", "approved"),
        ("interested", "approved"),
        ("going", "approved"),
    ]
    assert body["events"] == [social.only(event) for event in made[::-1]]
    assert (body["events"][0]["status"], body["events"][1]["location"]) == ("cancelled", None)
    assert sorted(each["displayName"] for each in body["users"]) == ["Colin", "Cora"]
    assert [each["fileId"] for each in body["files"]] == [str(made[0].stored.cover_id)]
    assert "Umbrella" not in response.content.decode()
    going = said(social.get("events/me/rsvps", status="going"), 200)
    assert [each["eventId"] for each in going["eventResponses"]] == [
        str(made[number].id) for number in (4, 3, 0)
    ]
    assert len(going["events"]) == 3


def test_somebody_who_answered_nothing(social: Social) -> None:
    """Empty lists."""
    make_rsvp(social.event(), user=social.cast.creator.user)
    assert said(social.get("events/me/rsvps"), 200) == {
        "events": [],
        "eventResponses": [],
        "users": [],
        "files": [],
        "paging": {"next": None, "previous": None},
    }


# --- Pages ------------------------------------------------------------------------------------


def fill(social: Social, mine: bool) -> tuple[str, list[str]]:
    """25 answers, five at each moment; the list's path, and the ids that tell them apart, in its
    order."""
    event = social.event()
    made: list[Rsvp] = []
    for number in range(25):
        member = social.cast.colleague if mine else make_member(social.cast.tenant)
        rsvp = make_rsvp(social.event() if mine else event, user=member.user).stored
        rsvp.created_at += timedelta(minutes=number // 5)
        rsvp.save()
        made.append(rsvp)
    made.sort(key=lambda rsvp: (rsvp.created_at, rsvp.pk), reverse=mine)
    if mine:
        return "events/me/rsvps", [str(rsvp.event_id) for rsvp in made]
    return f"events/{event.id}/rsvp", [str(rsvp.user_id) for rsvp in made]


@pytest.mark.parametrize("mine", [False, True])
@pytest.mark.parametrize("names", [("limit", "token"), ("options[limit]", "options[token]")])
def test_pages_both_ways(social: Social, mine: bool, names: tuple[str, str]) -> None:
    """Every answer once, ties by id, and backwards the same pages; each page has the events of
    its own answers."""
    path, expected = fill(social, mine)
    key = "eventId" if mine else "userId"

    def page(token: str | None) -> dict[str, Any]:
        query = {names[0]: SIZE} | ({names[1]: token} if token else {})
        body = said(social.get(path, query=query), 200)
        if mine:
            answered = [each["eventId"] for each in body["eventResponses"]]
            assert [each["eventId"] for each in body["events"]] == answered
        return body

    pages = [page(None)]
    while token := pages[-1]["paging"]["next"]:
        pages.append(page(token))
    read = [[each[key] for each in body["eventResponses"]] for body in pages]
    assert read == [expected[at : at + SIZE] for at in range(0, 25, SIZE)]
    back = [pages[-1]]
    while token := back[-1]["paging"]["previous"]:
        back.append(page(token))
    assert [[each[key] for each in body["eventResponses"]] for body in back] == read[::-1]
