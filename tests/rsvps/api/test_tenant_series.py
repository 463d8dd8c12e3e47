"""An account's answers to all that follow, in the Tenant API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from comments.domain.takedown import take_down
from events.models import Event
from rsvps.models import Rsvp
from tests.conftest import Api
from tests.makers import (
    MadeEvent,
    make_channel,
    make_question,
    make_rsvp,
    make_tier,
    occurrences,
)
from tests.tenant_cast import EVENTS, Cast, Member, limited_key, make_cast, said, soon

GOING = {"status": "going"}
WEEKLY = {"recurrence": {"rrule": "FREQ=WEEKLY;COUNT=3"}}


@pytest.fixture
def cast(db: None) -> Cast:
    """Who calls."""
    return make_cast()


@pytest.fixture
def three(cast: Cast) -> list[MadeEvent]:
    return occurrences(cast.event(start_time=soon(days=1), **WEEKLY))


def answer(api: Api, event: MadeEvent, by: Member, **values: Any) -> Any:
    """The member answers all from this one on; going unless said otherwise."""
    return api.post(f"{EVENTS}/{event.id}/rsvp?for=following", GOING | values, by.key)


def test_each_is_answered(api: Api, cast: Cast, three: list[MadeEvent]) -> None:
    """In the words of the Tenant API; one that is full says so."""
    Event.objects.filter(pk=three[1].id).update(capacity=1)
    make_rsvp(three[1])
    given = said(answer(api, three[0], cast.colleague, guest_count=1), 201)["rsvps"]
    assert [each["event_id"] for each in given] == [str(each.id) for each in three]
    assert [each["code"] for each in given] == [None, "event_full", None]
    assert [each["detail"] is None for each in given] == [True, False, True]
    assert given[1]["rsvp"] is None
    own = Rsvp.objects.get(event_id=three[2].id)
    assert own.user_id == cast.colleague.id
    assert own.name == cast.colleague.actor.user_name
    alone = api.patch(f"{EVENTS}/rsvps/{own.pk}", {}, cast.colleague.key)
    assert given[2]["rsvp"] == said(alone, 200)


def test_answers_that_are_there_change(api: Api, cast: Cast, three: list[MadeEvent]) -> None:
    """An account has one answer to each occurrence; what is not sent stays."""
    alone = said(
        api.post(f"{EVENTS}/{three[1].id}/rsvp", GOING | {"guest_count": 1}, cast.colleague.key),
        201,
    )
    told = said(answer(api, three[0], cast.colleague, status="interested"), 201)["rsvps"]
    assert told[1]["rsvp"]["id"] == alone["id"]
    assert [each["rsvp"]["status"] for each in told] == ["interested"] * 3
    assert [each["rsvp"]["guest_count"] for each in told] == [0, 1, 0]
    said(answer(api, three[0], cast.colleague), 201)
    assert Rsvp.objects.count() == 3
    assert [each.row.seats_taken for each in three] == [1, 2, 1]


def test_a_form_without_its_ticket(api: Api, cast: Cast, three: list[MadeEvent]) -> None:
    """A holder of tickets changes the answers to their forms, to questions of the same name."""
    asked = []
    for each in three[:2]:
        tier = make_tier(each, name="Balcony")
        asked.append((tier, make_question(tier, label="Why?")))
    (tier, question), (other, there) = asked
    first = {"tier_id": str(tier.pk), "form_answers": {str(question.pk): "A"}}
    given = said(answer(api, three[0], cast.colleague, **first), 201)["rsvps"]
    assert [each["code"] for each in given] == [None, None, "tier_unknown"]
    assert given[1]["rsvp"]["tier_id"] == str(other.pk)
    again = {"form_answers": {str(question.pk): "B"}}
    given = said(answer(api, three[0], cast.colleague, **again), 201)["rsvps"]
    assert given[1]["rsvp"]["form_answers"] == {str(there.pk): "B"}


def test_the_answer_it_was_read_from(
    api: Api, cast: Cast, three: list[MadeEvent], everything_stored: Callable[[], Any]
) -> None:
    """If-Match is about the event in the address: nothing changes anywhere once that has."""
    path = f"{EVENTS}/{three[0].id}/rsvp"
    tag = api.post(path, GOING, cast.colleague.key)["ETag"]
    headers = {"Authorization": f"Bearer {cast.colleague.key}", "If-Match": tag}

    def send(guests: int) -> Any:
        told = {"data": GOING | {"guest_count": guests}, "content_type": "application/json"}
        return api.client.post(f"/api/v1/{path}?for=following", headers=headers, **told)

    said(send(1), 201)
    stored = everything_stored()
    said(send(0), 412)
    assert everything_stored() == stored


def test_what_the_caller_does_not_find(api: Api, cast: Cast, three: list[MadeEvent]) -> None:
    """Occurrences that are private, or were taken down, are answered by their organizers alone."""
    Event.objects.filter(pk=three[1].id).update(is_private=True)
    take_down(event_id=three[2].id, reason="Spam")
    given = said(answer(api, three[0], cast.colleague), 201)["rsvps"]
    assert [each["event_id"] for each in given] == [str(three[0].id)]
    assert len(said(answer(api, three[0], cast.creator), 201)["rsvps"]) == 3


def test_beyond_the_channel_of_a_key(api: Api, cast: Cast, three: list[MadeEvent]) -> None:
    channel = make_channel(tenant=cast.tenant)
    Event.objects.exclude(pk=three[2].id).update(channel=channel)
    path = f"{EVENTS}/{three[0].id}/rsvp?for=following"
    given = said(api.post(path, GOING, limited_key(cast.colleague, channel).key), 201)["rsvps"]
    assert [each["event_id"] for each in given] == [str(each.id) for each in three[:2]]


def test_where_nothing_follows(api: Api, cast: Cast) -> None:
    event = cast.event()
    assert list(said(answer(api, event, cast.colleague), 400)["errors"]) == ["for"]
    path = f"{EVENTS}/{event.id}/rsvp?for=all"
    assert list(said(api.post(path, GOING, cast.colleague.key), 400)["errors"]) == ["for"]
    assert not Rsvp.objects.exists()
