"""What the Social API's events do not tell: guarded places, private events, private channels."""

from __future__ import annotations

import pytest

from events.models import Event
from rsvps.domain.approval import approve
from tests.conftest import Api, Clock
from tests.makers import MadeEvent, make_channel, make_rsvp
from tests.social_cast import SIDE_LOADS, Social, make_social
from tests.tenant_cast import make_member, said, soon

pytestmark = pytest.mark.once

WATCH = "https://stream.example.org/x.m3u8"


@pytest.fixture
def social(api: Api, clock: Clock) -> Social:
    """Who calls, on the first of May 2030 at noon."""
    return make_social(api)


@pytest.mark.parametrize("guard", ["approval_required", "hide_location"])
def test_a_guarded_place(social: Social, guard: str) -> None:
    """Place, link and stream are for approved going guests and organizers; then for nobody else,
    in the list, on its own, and beside an answer."""
    event = social.rich(**{guard: True}, location="Zwiebelgasse 7", online_url="https://x.example")
    room = str(event.stored.live_room.pk)
    secrets = ("Zwiebelgasse", "x.example", room, WATCH)

    def sees(who: str) -> bool:
        paths = ["events", f"events/{event.id}", f"events/{event.id}/rsvp"]
        if who != "publishable":
            paths.append("events/me/rsvps")
        room_read = social.get(f"events/{event.id}/room", who)
        texts = [social.get(path, who).content.decode() for path in paths]
        told = [sum(secret in text for secret in secrets) for text in texts]
        if room_read.status_code == 404:
            assert set(told) == {0}
            body = social.only(event, who)
            assert (body["location"], body["externalUrl"], body["livestreamId"]) == (None,) * 3
            assert body["isLocationVisible"] is False
            return False
        assert said(room_read, 200)["rooms"][0]["roomId"] == room
        assert told[:3] == [4, 4, 3]  # beside answers no rooms are sent
        return True

    def answer(status: str) -> None:
        answered = social.send("POST", f"events/{event.id}/rsvp", {"status": status}, "colleague")
        assert answered.status_code == 200

    for who, expected in (
        *(("colleague", False), ("publishable", False)),
        *(("creator", True), ("organizer", True), ("superuser", True), ("reads", True)),
    ):
        assert sees(who) is expected
    answer("interested")
    assert sees("colleague") is False
    answer("going")
    if guard == "approval_required":
        assert sees("colleague") is False
        approve(event_id=event.id, rsvp_id=event.stored.rsvps.get().pk)
    assert sees("colleague") is True
    assert social.only(event)["isLocationVisible"] is True
    answer("not_going")
    assert sees("colleague") is False


def test_an_organizer_reads_what_the_event_hides(social: Social) -> None:
    """Shown where it is, and told whether guests are."""
    hidden = social.event(hide_location=True, location="Here")
    queued = social.event(approval_required=True, location="Here")
    for who in ("creator", "organizer", "superuser"):
        bodies = [social.only(event, who) for event in (hidden, queued)]
        assert [body["location"] for body in bodies] == ["Here", "Here"]
        assert [body["isLocationVisible"] for body in bodies] == [False, True]


def test_a_private_event(social: Social) -> None:
    """Listed for its creator and the tenant's admins; its id is an invitation for the others."""
    event = social.rich(title="Hidden supper", is_private=True)
    for who in ("creator", "organizer", "superuser", "reads"):
        assert "Hidden supper" in social.get("events", who).content.decode()
    for who in ("colleague", "publishable"):
        for query in ({}, {"originId": social.channel.pk}, {"tags": ""}, {"orderBy": "desc"}):
            body = said(social.get("events", who, query), 200)
            assert body.pop("paging") == {"next": None, "previous": None}
            assert body == {name: [] for name in ("events", *SIDE_LOADS)}
        assert social.only(event, who)["isInviteOnly"] is True


def test_a_token_does_not_point_at_a_private_event(social: Social) -> None:
    """There is a next page when something listed is on it."""
    social.event()
    social.event(is_private=True, start_time=soon(days=30))
    assert said(social.get("events", limit=1), 200)["paging"]["next"] is None
    assert said(social.get("events", "creator", limit=1), 200)["paging"]["next"] is not None


def test_a_private_channel(social: Social) -> None:
    """For all but organizers the event is exactly one without a channel."""
    secret = make_channel("Secret circle", "private", social.cast.tenant)
    event = social.rich(channel_id=secret.pk)
    path = f"events/{event.id}"
    make_rsvp(event, user=social.cast.colleague.user)
    told = {who: social.get(path, who) for who in ("colleague", "publishable")}
    for who in ("creator", "organizer", "superuser"):
        body = said(social.get(path, who), 200)
        assert body["events"][0]["originId"] == str(secret.pk)
        assert body["events"][0]["isOriginPublic"] is False
        (community,) = body["communities"]
        assert (community["communityId"], community["isPublic"]) == (str(secret.pk), False)
        assert body["posts"][0]["targetId"] == body["rooms"][0]["targetId"] == str(secret.pk)
        listed = said(social.get("events", who, originId=secret.pk), 200)
        assert len(listed["events"]) == 1
    assert said(social.get("events", originId=secret.pk), 200)["events"] == []
    for response in told.values():
        text = response.content.decode()
        assert (str(secret.pk) in text, "Secret circle" in text, secret.slug in text) == (
            False,
        ) * 3
    Event.objects.filter(pk=event.id).update(channel=None)
    assert {who: social.get(path, who).content for who in told} == {
        who: response.content for who, response in told.items()
    }


def test_a_limited_key(social: Social) -> None:
    """It reads its channel's events; others are unknown to it."""
    other = make_channel("Other", tenant=social.cast.tenant)
    inside = social.event(title="In", channel_id=social.channel.pk)
    outside: list[MadeEvent] = [social.event(), social.event(channel_id=other.pk)]
    for event in (inside, *outside):
        make_rsvp(event, user=social.cast.creator.user)
    key = make_member(social.cast.tenant, channel=social.channel, is_staff=True).key
    social.keys["limited"] = key
    listed = said(social.get("events", "limited"), 200)
    assert [each["title"] for each in listed["events"]] == ["In"]
    for event in outside:
        for path in ("", "/rsvp", "/me/rsvp", "/room"):
            assert social.get(f"events/{event.id}{path}", "limited").status_code == 404
