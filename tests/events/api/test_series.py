"""Series through the Capability and the Tenant API."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from accounts.enums import LinkRole
from comments.domain.takedown import take_down
from events.models import Event, Series
from rsvps.models import Rsvp
from tests.conftest import Api, Clock
from tests.makers import (
    MadeEvent,
    make_event,
    make_link,
    make_question,
    make_rsvp,
    make_series,
    make_tier,
    occurrences,
)
from tests.tenant_cast import make_cast, said

pytestmark = pytest.mark.django_db

BERLIN = ZoneInfo("Europe/Berlin")
START = datetime(2030, 1, 1, 19, tzinfo=BERLIN)
NEW = {
    "title": "Yoga",
    "start_time": "2030-01-01T19:00:00",
    "timezone": "Europe/Berlin",
    "recurrence": {"rrule": "FREQ=WEEKLY;BYDAY=TU;COUNT=5", "exdates": ["2030-01-15"]},
}
WEEKS = ["2030-01-01", "2030-01-08", "2030-01-22", "2030-01-29"]


@pytest.fixture(autouse=True)
def _now(clock: Clock) -> None:
    clock.set(2029, 12, 1)


@pytest.fixture
def four() -> list[MadeEvent]:
    return occurrences(
        make_series("FREQ=WEEKLY;COUNT=4", start_time=START, timezone="Europe/Berlin", title="Yoga")
    )


def series_path(event: MadeEvent) -> str:
    return f"/api/v1/series/{event.row.series_id}"


def test_making_and_reading(api: Api) -> None:
    made = said(api.post("events", NEW), 201)
    series = Series.objects.get()
    told = {
        "id": str(series.pk),
        "rrule": "FREQ=WEEKLY;BYDAY=TU;COUNT=5",
        "index": 0,
        "url": f"http://testserver/s/{series.pk}",
    }
    assert made["event"]["series"] == told
    found = said(api.get(f"/api/v1/series/{series.pk}", per_page=3), 200)
    assert found["series"] == {
        "id": str(series.pk),
        "rrule": "FREQ=WEEKLY;BYDAY=TU;COUNT=5",
        "timezone": "Europe/Berlin",
        "url": f"http://testserver/s/{series.pk}",
        "ics": f"http://testserver/s/{series.pk}.ics",
    }
    assert [each["start_time"][:10] for each in found["events"]] == WEEKS[:3]
    assert [each["series"] for each in found["events"]] == [
        told | {"index": index} for index in range(3)
    ]
    assert found["pagination"]["total_events"] == 4


def test_no_series(api: Api) -> None:
    """Null where an event does not repeat, whatever was sent for it."""
    for body in ({**NEW, "recurrence": None}, {k: v for k, v in NEW.items() if k != "recurrence"}):
        assert said(api.post("events", body), 201)["event"]["series"] is None
    assert not Series.objects.exists()
    said(api.get("/api/v1/series/0b8f5bd4-6a3c-4b0c-9c1e-6a2f5a1d7e11"), 404)


def test_one_link_opens_every_occurrence(api: Api, four: list[MadeEvent]) -> None:
    token = four[0].owner_token
    for each in four:
        said(api.patch(each.path, {"location": "Rua 1"}, token), 200)
    listed = said(api.get(series_path(four[0]), token), 200)["events"]
    assert {each["links"]["admin"].rpartition("/")[2] for each in listed} == {token}


@pytest.mark.parametrize("role", [LinkRole.OWNER, LinkRole.COHOST])
def test_a_link_to_one_occurrence_opens_that_one(
    api: Api, four: list[MadeEvent], role: LinkRole
) -> None:
    token = make_link(four[1], role)
    said(api.patch(four[1].path, {"title": "New"}, token), 200)
    for other in (four[0], four[2]):
        said(api.patch(other.path, {"title": "New"}, token), 403)
    for scope in ("following", "all"):
        for answer in (
            api.patch(f"{four[1].path}?scope={scope}", {"title": "N"}, token),
            api.delete(f"{four[1].path}?scope={scope}", token),
        ):
            assert said(answer, 403)["code"] == "not_allowed"


def test_scope_of_an_event_by_itself(api: Api) -> None:
    event = make_event()
    for answer in (
        api.patch(f"{event.path}?scope=all", {"title": "N"}, event.owner_token),
        api.delete(f"{event.path}?scope=following", event.owner_token),
    ):
        assert list(said(answer, 400)["errors"]) == ["scope"]


def test_private_occurrences_show_to_their_owner(api: Api, four: list[MadeEvent]) -> None:
    """To nobody else, in no way: neither listed nor counted, nor answered with the others."""
    Event.objects.filter(pk=four[1].id).update(is_private=True, title="Secret")
    guest = make_rsvp(four[1])
    stranger = make_event()
    path, token = series_path(four[0]), four[0].owner_token
    assert "Secret" in api.get(path, token).content.decode()
    for other in (None, guest.token, stranger.owner_token, make_link(four[0])):
        answer = api.get(path, other)
        assert "Secret" not in answer.content.decode()
        assert str(four[1].id) not in answer.content.decode()
        assert said(answer, 200)["pagination"]["total_events"] == 3
    given = said(api.post(f"{four[0].path}/rsvps?for=following", WHO), 201)["rsvps"]
    assert [each["event_id"] for each in given] == [str(four[n].id) for n in (0, 2, 3)]
    Event.objects.update(is_private=True)
    said(api.get(path), 404)
    said(api.get(path, token), 200)


# --- Changes ------------------------------------------------------------------------------------


def test_preview_and_change(
    api: Api, four: list[MadeEvent], everything_stored: Callable[[], Any], settings: Any
) -> None:
    """What is told first is what happens, in lists by start."""
    settings.MAIL_ENABLED = True
    make_rsvp(four[2], email="ana@example.org")
    body = {
        "recurrence": {"rrule": "FREQ=WEEKLY;INTERVAL=2;COUNT=3"},
        "start_time": "2030-01-01T20:00:00",
    }
    body |= {"notify": "all"}
    api.get(four[0].path, four[0].owner_token)
    stored = everything_stored()
    path = f"{four[0].path}?scope=all"
    told = said(api.patch(f"{path}&preview=true", body, four[0].owner_token), 200)["preview"]
    assert everything_stored() == stored
    assert told["changes"].keys() == {"start_time", "series"}
    assert told["audience"] == {"going": 1, "all": 1, "notified": 1}
    assert told["series"] == {
        "made": ["2030-01-29T19:00:00Z"],
        "moved": [
            {
                "event_id": str(event.id),
                "start_time": [f"{day}T18:00:00Z", f"{day}T19:00:00Z"],
            }
            for event, day in ((four[0], "2030-01-01"), (four[2], "2030-01-15"))
        ],
        "changed": [
            {"event_id": str(four[0].id), "start_time": "2030-01-01T19:00:00Z"},
            {"event_id": str(four[2].id), "start_time": "2030-01-15T19:00:00Z"},
        ],
        "cancelled": [],
        "restored": [],
        "erased": [
            {"event_id": str(four[1].id), "start_time": "2030-01-08T18:00:00Z"},
            {"event_id": str(four[3].id), "start_time": "2030-01-22T18:00:00Z"},
        ],
    }
    said(api.patch(path, body, four[0].owner_token), 200)
    there = list(Event.objects.order_by("start_time").values_list("start_time", flat=True))
    assert [f"{each:%m-%d %H}" for each in there] == ["01-01 19", "01-15 19", "01-29 19"]


def test_if_match(api: Api, four: list[MadeEvent]) -> None:
    token = four[0].owner_token
    tag = api.get(four[0].path, token)["ETag"]

    def patch(tag: str) -> Any:
        return api.client.patch(
            f"{four[0].path}?scope=all",
            {"title": "New"},
            content_type="application/json",
            headers={"Authorization": f"Bearer {token}", "If-Match": tag},
        )

    said(patch(tag), 200)
    said(patch(tag), 412)
    assert set(Event.objects.values_list("title", flat=True)) == {"New"}


def test_cancelling_in_scope(api: Api, four: list[MadeEvent]) -> None:
    """By a status of its own: one that was written back with a whole event is not meant."""
    token = four[0].owner_token
    said(api.patch(f"{four[1].path}?scope=following", {"status": "cancelled"}, token), 200)
    assert [each.row.cancelled_at is not None for each in four] == [False, True, True, True]
    whole = said(api.get(four[1].path, token), 200)["event"]
    said(api.patch(f"{four[1].path}?scope=all", whole, token), 200)
    assert four[0].row.cancelled_at is None
    said(api.patch(f"{four[1].path}?scope=all", {"status": "cancelled"}, token), 200)
    assert four[0].row.cancelled_at is not None
    said(api.patch(f"{four[0].path}?scope=all", {"status": "scheduled"}, token), 200)
    assert [each.row.cancelled_at for each in four] == [None] * 4


def test_erasing_in_scope(api: Api, four: list[MadeEvent]) -> None:
    token = four[0].owner_token
    path = f"{four[2].path}?scope=following"
    told = said(api.delete(f"{path}&preview=true", token), 200)["preview"]
    assert [each["event_id"] for each in told["series"]["erased"]] == [
        str(each.id) for each in four[2:]
    ]
    assert api.delete(path, token).status_code == 204
    assert Event.objects.count() == 2
    said(api.get(four[0].path, token), 200)


def test_a_rule_without_scope(api: Api, four: list[MadeEvent]) -> None:
    body = {"recurrence": {"rrule": "FREQ=DAILY"}}
    answer = api.patch(four[0].path, body, four[0].owner_token)
    assert list(said(answer, 400)["errors"]) == ["recurrence"]


def test_the_tenant_api(api: Api) -> None:
    """The same, for the creator and staff; its DELETE calls off."""
    cast = make_cast()
    keys = {who: getattr(cast, who).key for who in ("creator", "colleague", "organizer")}
    path = "/api/v1/community-events"
    made = said(api.post(path, NEW, keys["creator"]), 201)
    assert made["series"]["rrule"] == NEW["recurrence"]["rrule"]  # type: ignore[index]
    here = f"{path}/{made['id']}?scope=all"
    said(api.patch(here, {"title": "N"}, keys["colleague"]), 403)
    body = {"title": "New"}
    told = said(api.patch(f"{here}&preview=true", body, keys["organizer"]), 200)["preview"]
    assert len(told["series"]["changed"]) == 4
    said(api.patch(here, body, keys["organizer"]), 200)
    assert set(Event.objects.values_list("title", flat=True)) == {"New"}
    assert api.delete(here, keys["creator"]).status_code == 204
    assert not Event.objects.filter(cancelled_at=None).exists()
    assert Event.objects.count() == 4


def test_each_occurrence_counts(api: Api, settings: Any) -> None:
    """For the throttle of making events: the series that does not fit is not made at all."""
    settings.THROTTLE, settings.THROTTLE_EVENTS = True, "6/hour"
    made = api.post("events", NEW)
    assert made.status_code == 201
    assert "r=2;" in made["RateLimit"]
    assert api.post("events", NEW).status_code == 429
    assert Event.objects.count() == 4


def test_what_was_taken_down(api: Api, four: list[MadeEvent]) -> None:
    """Shows in the series to its owner, and takes no answer that is for all."""
    take_down(event_id=four[1].id, reason="Spam")
    path = series_path(four[0])
    assert len(said(api.get(path, four[0].owner_token), 200)["events"]) == 4
    found = said(api.get(path), 200)["events"]
    assert [each["id"] for each in found] == [str(four[n].id) for n in (0, 2, 3)]
    given = said(api.post(f"{four[0].path}/rsvps?for=following", WHO), 201)["rsvps"]
    assert [each["event_id"] for each in given] == [str(four[n].id) for n in (0, 2, 3)]


# --- Answers ------------------------------------------------------------------------------------

WHO = {"name": "Ana", "status": "yes", "email": "ana@example.org"}


def test_answering_all_that_follow(api: Api, four: list[MadeEvent]) -> None:
    """Each takes its own seat; one that is full is told with the others."""
    Event.objects.filter(pk=four[2].id).update(capacity=1)
    make_rsvp(four[2])
    Event.objects.filter(pk=four[3].id).update(rsvps_closed=True)
    given = said(api.post(f"{four[1].path}/rsvps?for=following", WHO), 201)["rsvps"]
    assert [each["event_id"] for each in given] == [str(four[1].id), str(four[2].id)]
    first, second = given
    assert (first["code"], first["detail"]) == (None, None)
    assert (first["rsvp"]["status"], first["rsvp"]["approval_status"]) == ("yes", "approved")
    assert (second["rsvp"], second["links"], second["code"]) == (None, None, "event_full")
    said(api.get(f"{four[1].path}/rsvps/self", first["rsvp"]["rsvp_token"]), 200)
    assert [each.row.seats_taken for each in four] == [0, 1, 1, 0]


def test_every_token_is_its_own(api: Api, four: list[MadeEvent]) -> None:
    given = said(api.post(f"{four[0].path}/rsvps?for=following", WHO), 201)["rsvps"]
    tokens = [each["rsvp"]["rsvp_token"] for each in given]
    assert len(set(tokens)) == 4
    for each, token in zip(four, tokens, strict=True):
        found = said(api.get(f"{each.path}/rsvps/self", token), 200)["rsvp"]
        assert found["event_id"] == str(each.id)
    said(api.get(f"{four[1].path}/rsvps/self", tokens[0]), 404)


def test_nothing_is_answered_where_all_refuse(
    api: Api, four: list[MadeEvent], everything_stored: Callable[[], Any]
) -> None:
    Event.objects.update(rsvps_closed=True)
    stored = everything_stored()
    answer = api.post(f"{four[0].path}/rsvps?for=following", WHO)
    assert said(answer, 403)["code"] == "rsvps_closed"
    bad = api.post(f"{four[0].path}/rsvps?for=following", {"name": "", "status": "yes"})
    assert list(said(bad, 400)["errors"]) == ["name"]
    assert everything_stored() == stored


def test_for_an_event_by_itself(api: Api) -> None:
    event = make_event()
    for word in ("following", "all", ""):
        answer = api.post(f"{event.path}/rsvps?for={word}", WHO)
        assert list(said(answer, 400)["errors"]) == ["for"]
    said(api.post(f"{event.path}/rsvps?for=this", WHO), 201)


def test_the_ticket_of_the_same_name(api: Api, four: list[MadeEvent]) -> None:
    """And its form; where there is none of that name, that occurrence refuses."""
    asked = {}
    for each in four[:2]:
        tier = make_tier(each, name="Balcony")
        asked[each.id] = (tier, make_question(tier, label="Why?"))
    tier, question = asked[four[0].id]
    body = WHO | {"tier_id": str(tier.pk), "form_answers": {str(question.pk): "Because"}}
    given = said(api.post(f"{four[0].path}/rsvps?for=following", body), 201)["rsvps"]
    assert [each["code"] for each in given] == [None, None, "tier_unknown", "tier_unknown"]
    other, there = asked[four[1].id]
    assert given[1]["rsvp"]["tier_id"] == str(other.pk)
    assert given[1]["rsvp"]["form_answers"] == {str(there.pk): "Because"}


def test_force_is_for_the_owner_of_all(api: Api, four: list[MadeEvent]) -> None:
    Event.objects.update(capacity=1)
    for each in four:
        make_rsvp(each)
    path = f"{four[0].path}/rsvps?for=following&force_accept=true"
    said(api.post(path, WHO, make_link(four[0])), 403)
    given = said(api.post(path, WHO, four[0].owner_token), 201)["rsvps"]
    assert [each["code"] for each in given] == [None] * 4
    assert Rsvp.objects.count() == 8


# --- Costs --------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [3, 26])
def test_reading_costs_the_same(api: Api, count: int, queries_of: Any) -> None:
    event = make_series(f"FREQ=DAILY;COUNT={count}")
    path = series_path(event)
    assert queries_of(lambda: api.get(path, per_page=50)) == 4
    api.get(path, event.owner_token)
    assert queries_of(lambda: api.get(path, event.owner_token, per_page=50)) == 6


def test_weeks(api: Api) -> None:
    said(api.post("events", NEW), 201)
    starts = Event.objects.order_by("start_time").values_list("start_time", flat=True)
    assert [f"{each:%Y-%m-%d}" for each in starts] == WEEKS
    assert timedelta(days=7) * 2 == starts[2] - starts[1]
