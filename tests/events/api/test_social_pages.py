"""Walking the Social API's events by tokens: both ways, while events come and go."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from events.models import Event
from rsvps.models import Rsvp
from tests.conftest import Api
from tests.makers import make_rsvp
from tests.social_cast import Social, make_social, paths
from tests.tenant_cast import limited_key, said
from tests.wording import in_words

START = datetime(2030, 1, 1, tzinfo=UTC)
FIELDS = {"startTime": "start_time", "createdAt": "created_at"}
SIZE = 13
MANY = 45


@pytest.fixture
def social(api: Api) -> Social:
    """Who calls."""
    return make_social(api)


def insert(social: Social, hours: list[float], **values: Any) -> list[str]:
    """Events that start, and were made, so many hours after the first of 2030; their ids."""
    made = Event.objects.bulk_create(
        Event(
            tenant=social.cast.tenant,
            title=f"E{hour}",
            slug=uuid4().hex,
            start_time=START + timedelta(hours=hour),
            created_at=START + timedelta(hours=hour),
            **values,
        )
        for hour in hours
    )
    return [str(event.pk) for event in made]


def page(social: Social, query: dict[str, Any], token: str | None = None) -> dict[str, Any]:
    """One page."""
    asked = query | ({"options[token]": token} if token else {})
    return said(social.get("events", "colleague", asked), 200)


def ids(body: dict[str, Any]) -> list[str]:
    """The events of a page."""
    return [event["eventId"] for event in body["events"]]


def walk(
    social: Social, query: dict[str, Any], way: str, body: dict[str, Any] | None = None
) -> Iterator[dict[str, Any]]:
    """The page given, or the first, and all that follow it one way."""
    body = body or page(social, query)
    yield body
    been: set[str] = set()
    while token := body["paging"][way]:
        assert token not in been, "this walk would never end"
        been.add(token)
        body = page(social, query, token)
        yield body


SORTS = [(by, order) for by in FIELDS for order in ("asc", "desc")]


@pytest.mark.slow
@pytest.mark.parametrize(("by", "order"), SORTS)
def test_both_ways_over_many_events(social: Social, by: str, order: str) -> None:
    """Three events at each moment: every one exactly once, ties by id; backwards gives the same
    pages from the last to the first."""
    made = insert(social, [number // 3 for number in range(MANY)])
    query = {"sortBy": by, "orderBy": order, "limit": SIZE}
    forwards = list(walk(social, query, "next"))
    seen = [id for body in forwards for id in ids(body)]
    expected = Event.objects.order_by(FIELDS[by], "pk").values_list("pk", flat=True)
    ordered = [str(pk) for pk in expected]
    assert seen == (ordered if order == "asc" else ordered[::-1])
    assert set(seen) == set(made)
    assert [len(body["events"]) for body in forwards] == [SIZE] * 3 + [6]
    backwards = list(walk(social, query, "previous", forwards[-1]))
    assert [ids(body) for body in backwards] == [ids(body) for body in forwards[::-1]]
    assert [bool(body["paging"]["previous"]) for body in forwards] == [False] + [True] * 3
    assert [bool(body["paging"]["next"]) for body in backwards] == [False] + [True] * 3


@pytest.mark.slow
@pytest.mark.parametrize("way", ["next", "previous"])
@pytest.mark.parametrize(("by", "order"), SORTS)
def test_a_walk_while_events_come_and_go(social: Social, by: str, order: str, way: str) -> None:
    """Before and behind the position, at its very moment, and the row it stands on: whatever was
    there from the start and stayed until it was reached is seen exactly once."""
    originals = set(insert(social, [number // 3 for number in range(MANY)]))
    query = {"sortBy": by, "orderBy": order, "limit": SIZE}
    begin = None
    if way == "previous":
        *_, begin = walk(social, query, "next")
    seen: list[str] = []
    for body in walk(social, query, way, begin):
        seen += ids(body) if way == "next" else ids(body)[::-1]
        at = (Event.objects.get(pk=seen[-1]).start_time - START) / timedelta(hours=1)
        new = insert(social, [at, at - 0.5, at + 0.5, -1, 101])
        Event.objects.filter(pk__in=(new[3], seen[-1])).delete()
    assert len(seen) == len(set(seen))
    assert originals <= set(seen)
    assert len([id for id in seen if id in originals]) == MANY


def test_a_token_is_enough(social: Social) -> None:
    """The SDK sends it without a limit: pages keep their size, and an explicit limit wins."""
    made = insert(social, list(range(10)))
    first = page(social, {"limit": 3})
    bodies = [first, *list(walk(social, {}, "next", first))[1:]]
    assert [ids(body) for body in bodies] == [made[:3], made[3:6], made[6:9], made[9:]]
    back = list(walk(social, {}, "previous", bodies[-1]))
    assert [ids(body) for body in back] == [ids(body) for body in bodies[::-1]]
    other = page(social, {"limit": 5}, first["paging"]["next"])
    assert ids(other) == made[3:8]
    assert ids(page(social, {}, other["paging"]["previous"])) == made[:3]
    for limit in (0, 101):
        query = {"limit": limit, "token": first["paging"]["next"]}
        assert paths(social.get("events", query=query)) == ["limit"]


def test_pages_of_another_size(social: Social) -> None:
    """How much one asks for may change on the way."""
    made = insert(social, list(range(10)))
    query: dict[str, Any] = {"limit": 4}
    first = page(social, query)
    second = page(social, {"limit": 5}, first["paging"]["next"])
    assert ids(first) + ids(second) == made[:9]
    back = page(social, {"limit": 2}, second["paging"]["previous"])
    assert ids(back) == made[2:4]
    assert ids(page(social, {"limit": 100}, back["paging"]["previous"])) == made[:2]


@pytest.mark.once
@pytest.mark.parametrize("count", [0, 3, 4, 5])
def test_where_pages_end(social: Social, count: int) -> None:
    """A neighbour is named when it is there, and only then."""
    made = insert(social, list(range(count)))
    first = page(social, {"limit": 4})
    assert ids(first) == made[:4]
    assert first["paging"]["previous"] is None
    assert (first["paging"]["next"] is not None) is (count == 5)


def test_what_has_gone_meanwhile(social: Social) -> None:
    """A token that leads to nothing any more is answered with an empty page."""
    made = insert(social, list(range(6)))
    first = page(social, {"limit": 4})
    Event.objects.filter(pk__in=made[4:]).delete()
    body = page(social, {"limit": 4}, first["paging"]["next"])
    assert (ids(body), body["paging"]) == ([], {"next": None, "previous": None})


@pytest.mark.once
def test_an_empty_token_is_none(social: Social) -> None:
    """The first page, in both spellings."""
    insert(social, list(range(6)))
    first = page(social, {"limit": 4})
    for name in ("token", "options[token]"):
        body = said(social.get("events", query={"limit": 4, name: ""}), 200)
        assert (ids(body), body["paging"]["previous"]) == (ids(first), None)


def test_what_a_token_leads_to_is_judged_anew(social: Social) -> None:
    """An event that turned private meanwhile is not shown on the next page."""
    made = insert(social, list(range(6)))
    first = page(social, {"limit": 2})
    Event.objects.filter(pk=made[3]).update(is_private=True)
    assert ids(page(social, {"limit": 2}, first["paging"]["next"])) == [made[2], made[4]]


# --- Tokens that are refused ------------------------------------------------------------------

BASE_QUERY = {"limit": 2, "tags": "jazz", "sortBy": "startTime", "orderBy": "asc"}


@pytest.fixture
def first(social: Social) -> dict[str, Any]:
    """A page in the middle, with tokens for both ways."""
    made = insert(social, list(range(9)), tags=["jazz"], channel=social.channel)
    for id in made:
        Rsvp.objects.create(
            event_id=UUID(id), user=social.cast.colleague.user, name="Colin", attendance="going"
        )
    body = page(social, BASE_QUERY, page(social, BASE_QUERY)["paging"]["next"])
    assert all(body["paging"].values())
    return body


OTHER_LISTS: dict[str, dict[str, Any]] = {
    "other tags": {"tags": "pop"},
    "more tags": {"tags": "jazz,pop"},
    "no tags": {"tags": ""},
    "sort": {"sortBy": "createdAt"},
    "order": {"orderBy": "desc"},
    "status": {"status": "scheduled"},
    "type": {"type": "in_person"},
    "origin": {"originType": "community"},
    "from": {"startTimeFrom": "2029-01-01T00:00:00Z"},
    "to": {"startTime[lte]": "2031-01-01T00:00:00Z"},
}


@pytest.mark.parametrize("way", ["next", "previous"])
@pytest.mark.parametrize("name", OTHER_LISTS)
def test_a_token_of_another_query(
    social: Social, first: dict[str, Any], name: str, way: str
) -> None:
    """Other filters, another sort: 400 naming the token as it was sent."""
    token = first["paging"][way]
    query = BASE_QUERY | OTHER_LISTS[name]
    for spelling in ("token", "options[token]"):
        assert paths(social.get("events", query=query | {spelling: token})) == [spelling]
    assert social.get("events", query=BASE_QUERY | {"token": token}).status_code == 200


@pytest.mark.parametrize("way", ["next", "previous"])
def test_somebody_elses_token(social: Social, first: dict[str, Any], way: str) -> None:
    """It is the key's user's own: no colleague, no other tenant, no public key can use it."""
    query = BASE_QUERY | {"token": first["paging"][way]}
    for who in ("creator", "organizer", "superuser", "outsider", "publishable"):
        assert paths(social.get("events", who, query)) == ["token"]
    social.keys["again"] = limited_key(social.cast.colleague, social.channel).key
    assert ids(said(social.get("events", "again", query), 200)) == ids(
        said(social.get("events", "colleague", query), 200)
    )


def test_a_token_of_another_list(social: Social, first: dict[str, Any]) -> None:
    """Events, answers to an event and one's own answers take no token of each other's."""
    event = Event.objects.earliest("start_time")
    for number in range(3):
        Rsvp.objects.create(event=event, name=f"G{number}", attendance="going")
    lists = {"events": None, f"events/{event.pk}/rsvp": None, "events/me/rsvps": None}
    tokens = {path: said(social.get(path, limit=2), 200)["paging"]["next"] for path in lists}
    for of, token in tokens.items():
        for path in lists:
            answer = social.get(path, query={"limit": 2, "options[token]": token})
            if path == of:
                assert answer.status_code == 200
            else:
                assert paths(answer) == ["options[token]"]


def test_answers_to_another_event(social: Social) -> None:
    """Their tokens are bound to their event, and to the status asked for."""
    one, other = social.event(), social.event()
    for event in (one, other):
        for _ in range(3):
            make_rsvp(event)
    token = said(social.get(f"events/{one.id}/rsvp", limit=2), 200)["paging"]["next"]
    assert paths(social.get(f"events/{other.id}/rsvp", query={"token": token})) == ["token"]
    narrowed = {"token": token, "status": "going"}
    assert paths(social.get(f"events/{one.id}/rsvp", query=narrowed)) == ["token"]


@pytest.mark.once
def test_a_changed_token(social: Social, first: dict[str, Any]) -> None:
    """Any one character, and whatever else somebody makes up."""
    token = first["paging"]["next"]
    changed = [
        token[:n] + ("A" if token[n] != "A" else "B") + token[n + 1 :]
        for n in range(0, len(token), 7)
    ]
    for bad in (*changed, token[:-1], token + "A", token * 2, "e30:x:y", "null", "ž"):
        answer = social.get("events", query=BASE_QUERY | {"token": bad})
        assert said(answer, 400)["errors"] == {"token": [in_words("bad_cursor")]}
