"""Links to an event's other sides: made, used, revoked, rotated."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from access.actors import actor_from
from access.standing import standing
from accounts.enums import LinkRole
from config.errors import Invalid, NotFound
from events import limits
from events.domain.links import delete_link, make_link, revoke_link, rotate_link
from events.enums import Standing
from events.facts import LinkFacts, event_link_facts
from events.models import EventLink
from tests.conftest import Clock
from tests.makers import MadeEvent, make_event

pytestmark = pytest.mark.django_db
STANDINGS = {
    LinkRole.OWNER: Standing.OWNER,
    LinkRole.COHOST: Standing.OWNER,
    LinkRole.DOOR: Standing.HELPER,
    LinkRole.VIEWER: Standing.HELPER,
}


@pytest.fixture
def event() -> MadeEvent:
    """An event with its owner link."""
    return make_event()


def opens(event: MadeEvent, token: str) -> Standing:
    """How close the holder of the token is to the event."""
    return standing(actor_from([token]), event.row)


@pytest.mark.parametrize("role", STANDINGS)
def test_each_role_opens_its_side(event: MadeEvent, role: LinkRole) -> None:
    """Of this event, and of no other; only the door's opens the door."""
    link = make_link(event_id=event.id, role=role, label="  Cafe\u0301 ")
    stored = EventLink.objects.get(pk=link.id)
    assert (stored.role, stored.label, stored.expires_at) == (role, "Caf\xe9", None)
    assert opens(event, link.token) == STANDINGS[role]
    assert opens(make_event(), link.token) == Standing.PUBLIC
    assert actor_from([link.token]).opens_door_of(event.id) is (role == LinkRole.DOOR)


def test_a_link_expires(event: MadeEvent, clock: Clock) -> None:
    """It opens until its moment, and not at it."""
    link = make_link(
        event_id=event.id, role=LinkRole.DOOR, expires_at=clock.now + timedelta(hours=1)
    )
    clock.advance(minutes=59, seconds=59)
    assert opens(event, link.token) == Standing.HELPER
    clock.advance(seconds=1)
    assert opens(event, link.token) == Standing.PUBLIC


@pytest.mark.parametrize(
    ("values", "errors"),
    [
        ({"expires_at": timedelta()}, {"expires_at": ["not_in_the_future"]}),
        ({"expires_at": timedelta(-1)}, {"expires_at": ["not_in_the_future"]}),
        ({"label": "a\0b"}, {"label": ["control_characters"]}),
        ({"label": "a\nb"}, {"label": ["control_characters"]}),
        (
            {"label": "x" * (limits.LINK_LABEL + 1)},
            {"label": ["too_long"]},
        ),
    ],
)
def test_what_a_link_cannot_be(
    event: MadeEvent, clock: Clock, values: dict[str, Any], errors: dict[str, list[str]]
) -> None:
    """Each refusal names its field; no link is made."""
    if "expires_at" in values:
        values = {"expires_at": clock.now + values["expires_at"]}
    with pytest.raises(Invalid) as refused:
        make_link(event_id=event.id, role=LinkRole.DOOR, **values)
    assert refused.value.keys == errors
    assert EventLink.objects.count() == 1


def test_there_is_an_end_to_links(event: MadeEvent, monkeypatch: pytest.MonkeyPatch) -> None:
    """So many at a time for an event; a revoked one makes room."""
    monkeypatch.setattr(limits, "LINKS", 2)
    mine = {"event_id": event.id, "role": LinkRole.DOOR}
    second = make_link(**mine, label="x" * limits.LINK_LABEL)
    with pytest.raises(Invalid) as refused:
        make_link(**mine)
    assert refused.value.keys == {"label": ["too_many_links"]}
    make_link(event_id=make_event().id, role=LinkRole.DOOR)
    revoke_link(event_id=event.id, link_id=second.id)
    make_link(**mine)


def test_revoking_ends_a_link_at_once(event: MadeEvent, clock: Clock) -> None:
    """Others stay; a second time changes nothing."""
    link, other = (make_link(event_id=event.id, role=LinkRole.DOOR) for _ in range(2))
    revoke_link(event_id=event.id, link_id=link.id)
    assert opens(event, link.token) == Standing.PUBLIC
    assert opens(event, other.token) == Standing.HELPER
    revoked_at = EventLink.objects.get(pk=link.id).revoked_at
    assert revoked_at == clock.now
    clock.advance(hours=1)
    revoke_link(event_id=event.id, link_id=link.id)
    assert EventLink.objects.get(pk=link.id).revoked_at == revoked_at


def test_rotating_gives_another_token(event: MadeEvent) -> None:
    """The old one is dead at once, each time anew; the link is the same."""
    link = make_link(event_id=event.id, role=LinkRole.COHOST, label="Kim")
    tokens = [link.token]
    for _ in range(2):
        fresh = rotate_link(event_id=event.id, link_id=link.id)
        assert fresh.id == link.id
        tokens.append(fresh.token)
    assert [opens(event, token) for token in tokens] == [
        Standing.PUBLIC,
        Standing.PUBLIC,
        Standing.OWNER,
    ]
    assert EventLink.objects.get(pk=link.id).label == "Kim"


def test_a_revoked_link_does_not_come_back(event: MadeEvent) -> None:
    """It cannot be rotated, and the token it would have is dead."""
    link = make_link(event_id=event.id, role=LinkRole.OWNER)
    revoke_link(event_id=event.id, link_id=link.id)
    with pytest.raises(NotFound) as refused:
        rotate_link(event_id=event.id, link_id=link.id)
    assert refused.value.key == "link_revoked"
    assert EventLink.objects.get(pk=link.id).version == 1


@pytest.mark.parametrize("act", [revoke_link, rotate_link])
def test_another_events_link_is_not_found(event: MadeEvent, act: Any) -> None:
    """Like one that does not exist, and nothing happens to it."""
    foreign = make_link(event_id=make_event().id, role=LinkRole.DOOR)
    for link_id in (foreign.id, uuid4()):
        with pytest.raises(NotFound) as refused:
            act(event_id=event.id, link_id=link_id)
        assert refused.value.key == "link_not_found"
    stored = EventLink.objects.get(pk=foreign.id)
    assert (stored.version, stored.revoked_at) == (1, None)


def test_a_deleted_link_shows_no_name(event: MadeEvent) -> None:
    """Like one that is revoked."""
    link = make_link(event_id=event.id, role=LinkRole.COHOST, name="Zeno", show_name=True)
    assert event.stored.cohost_names == ["Zeno"]
    delete_link(event_id=event.id, link_id=link.id)
    assert event.stored.cohost_names == []


def test_an_unknown_event_gets_no_link() -> None:
    """NotFound, and nothing is stored."""
    with pytest.raises(NotFound):
        make_link(event_id=uuid4(), role=LinkRole.DOOR)
    assert not EventLink.objects.exists()


def test_what_organizers_read_of_links(event: MadeEvent, clock: Clock) -> None:
    """Every link, oldest first, with what became of it; never a token."""
    clock.advance(hours=1)
    later = clock.now + timedelta(hours=5)
    door = make_link(event_id=event.id, role=LinkRole.DOOR, label="North", expires_at=later)
    clock.advance(hours=1)
    gone = make_link(event_id=event.id, role=LinkRole.VIEWER)
    revoke_link(event_id=event.id, link_id=gone.id)
    actor_from([door.token])
    make_event()
    owner, *others = event_link_facts(event.id, clock.now)
    assert (owner.role, owner.label, owner.is_alive) == ("owner", "", True)
    made = {link.id: link.created_at for link in EventLink.objects.all()}
    assert others == [
        LinkFacts(
            *(
                door.id,
                event.id,
                None,
                "door",
                "North",
                "",
                "",
                False,
                1,
                made[door.id],
                later,
                None,
                clock.now,
            )
        ),
        LinkFacts(
            *(
                gone.id,
                event.id,
                None,
                "viewer",
                "",
                "",
                "",
                False,
                1,
                made[gone.id],
                None,
                clock.now,
                None,
            )
        ),
    ]
    assert [link.is_alive for link in event_link_facts(event.id, later)] == [True, False, False]
    assert timezone.now() == clock.now
    told = repr(event_link_facts(event.id, clock.now))
    assert not any(token in told for token in (event.owner_token, door.token, gone.token))
