"""Who is counted when they write, by every API: a credential frees its own event, nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.enums import LinkRole
from tests.community_cast import make_community
from tests.conftest import Api, Clock
from tests.makers import MadeEvent, make_event, make_link, make_rsvp, make_tier
from tests.social_cast import BASE
from tests.tenant_cast import EVENTS, Cast, make_cast, make_member, soon

pytestmark = pytest.mark.once

EVENT = {"title": "T", "start_time": "2031-01-01"}
ANSWER = {"name": "Sky", "status": "no"}
NONE_LEFT = {"RateLimit-Policy": '"writes";q=2;w=3600', "RateLimit": '"writes";r=0;t=3600'}


@pytest.fixture(autouse=True)
def _throttled(settings: Any, clock: Clock) -> None:
    settings.THROTTLE = True
    settings.THROTTLE_EVENTS = "1/hour"
    settings.THROTTLE_WRITES = "2/hour"
    settings.THROTTLE_TENANT_EVENTS = "3/hour"


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def told(response: Any) -> dict[str, str]:
    """What an answer says about limits."""
    names = ("RateLimit-Policy", "RateLimit", "Retry-After")
    return {name: response[name] for name in names if name in response}


def answered(api: Api, event: MadeEvent, token: str | None, times: int = 3) -> list[int]:
    """The statuses of so many answers to the event."""
    return [api.post(f"{event.path}/rsvps", ANSWER, token=token).status_code for _ in range(times)]


# --- Strangers ----------------------------------------------------------------------------------


def test_strangers_are_told_where_they_stand(api: Api, clock: Clock) -> None:
    """In the answers that are allowed, refused by a rule, and refused by the throttle."""
    path = f"{make_event().path}/rsvps"
    policy = {"RateLimit-Policy": '"writes";q=2;w=3600'}
    assert told(api.post(path, ANSWER)) == policy | {"RateLimit": '"writes";r=1;t=3600'}
    clock.advance(minutes=10)
    invalid = api.post(path, {})
    assert (invalid.status_code, told(invalid)) == (
        400,
        policy | {"RateLimit": '"writes";r=0;t=3000'},
    )
    refused = api.post(path, ANSWER)
    assert (refused.status_code, refused.json().keys()) == (429, {"detail", "code"})
    assert told(refused) == policy | {"RateLimit": '"writes";r=0;t=3000', "Retry-After": "3000"}
    clock.advance(minutes=50)
    assert api.post(path, ANSWER).status_code == 201


def test_making_events_has_a_limit_of_its_own(api: Api) -> None:
    made = api.post("events", EVENT)
    assert told(made) == {
        "RateLimit-Policy": '"events";q=1;w=3600',
        "RateLimit": '"events";r=0;t=3600',
    }
    assert api.post("events", EVENT).status_code == 429
    path = made.json()["event"]["links"]["api"]
    assert api.post(f"{path}/rsvps", ANSWER).status_code == 201


def test_reading_is_free(api: Api) -> None:
    event = make_event()
    for path in ["events", event.path] * 3:
        answer = api.get(path)
        assert (answer.status_code, told(answer)) == (200, {})


def test_addresses_are_counted_apart(api: Api) -> None:
    """One visitor's writes are not another's; the forwarded header alone says nothing."""
    path = f"{make_event().path}/rsvps"

    def answer(address: str, forwarded: str) -> int:
        api.client.defaults |= {"REMOTE_ADDR": address}
        headers = {"X-Forwarded-For": forwarded}
        sent = api.client.post(path, ANSWER, content_type="application/json", headers=headers)
        return sent.status_code

    assert [answer("10.0.0.1", f"9.9.9.{n}") for n in range(3)] == [201, 201, 429]
    assert answer("10.0.0.2", "9.9.9.9") == 201


# --- Links and guests' tokens -------------------------------------------------------------------


@pytest.mark.parametrize("role", LinkRole)
def test_a_link_frees_its_own_event_only(api: Api, role: LinkRole) -> None:
    event, other = make_event(), make_event()
    token = make_link(event, role)
    assert answered(api, event, token, 4) == [201] * 4
    assert told(api.post(f"{event.path}/rsvps", ANSWER, token=token)) == {}
    assert answered(api, other, token) == [201, 201, 429]
    assert [api.post("events", EVENT, token).status_code for _ in range(2)] == [201, 429]


def test_a_guests_token_frees_their_own_answer_only(api: Api) -> None:
    """Anybody can get one by answering: it makes no further answers free, here or elsewhere."""
    event, other = make_event(), make_event()
    token = make_rsvp(event).token
    mine = f"{event.path}/rsvps/self"
    assert {api.patch(mine, {"name": "N"}, token).status_code for _ in range(4)} == {200}
    assert told(api.patch(mine, {"name": "N"}, token)) == {}
    assert answered(api, event, token, 1) == [201]
    assert answered(api, other, token, 2) == [201, 429]
    assert api.patch(mine, {"name": "N"}, token).status_code == 200
    assert [api.post("events", EVENT, token).status_code for _ in range(2)] == [201, 429]


def test_a_token_that_opens_nothing_frees_nothing(api: Api) -> None:
    event = make_event()
    owner = event.owner_token
    for token in ("garbage", owner[:-1] + ("A" if owner[-1] != "A" else "E")):
        api.client.defaults |= {"REMOTE_ADDR": f"10.0.0.{len(token)}"}
        assert answered(api, event, token) == [201, 201, 429]


def test_the_root_token_is_never_counted(api: Api, root_token: str) -> None:
    event = make_event()
    assert answered(api, event, root_token, 4) == [201] * 4
    assert [api.post("events", EVENT, root_token).status_code for _ in range(3)] == [201] * 3


# --- Keys ---------------------------------------------------------------------------------------


def test_events_made_by_key_count_for_the_tenant(api: Api, cast: Cast) -> None:
    """Whichever of its people's keys, whichever API, whatever address; another tenant's do not."""
    start = soon(days=3).isoformat()
    ours, theirs = {"title": "T", "start_time": start}, {"title": "T", "startTime": start}
    first = api.post(EVENTS, ours, cast.creator.key)
    assert (first.status_code, told(first)) == (
        201,
        {
            "RateLimit-Policy": '"tenant_events";q=3;w=3600',
            "RateLimit": '"tenant_events";r=2;t=3600',
        },
    )
    api.client.defaults |= {"REMOTE_ADDR": "10.0.0.7"}
    assert api.post(f"{EVENTS}/", ours, cast.organizer.key).status_code == 201
    assert api.post(f"{BASE}/events", theirs, cast.colleague.key).status_code == 201
    refused = api.post(f"{BASE}/events", theirs, cast.colleague.key)
    assert (refused.status_code, refused["Retry-After"]) == (429, "3600")
    assert api.post(EVENTS, ours, cast.creator.key).status_code == 429
    assert api.post(EVENTS, ours, cast.outsider.key).status_code == 201


def test_a_superusers_key_counts_as_any_of_the_tenants(api: Api, cast: Cast) -> None:
    superuser = make_member(cast.tenant, "Sue", is_superuser=True)
    body = {"title": "T", "start_time": soon(days=3).isoformat()}
    statuses = [api.post(EVENTS, body, superuser.key).status_code for _ in range(4)]
    assert statuses == [201, 201, 201, 429]


def test_a_key_that_cannot_write_spends_nothing_of_its_tenants(api: Api, cast: Cast) -> None:
    """A publishable key is on a web site: anybody could send it."""
    body = {"title": "T", "start_time": soon(days=3).isoformat()}
    sent = [api.post(EVENTS, body, cast.keys["publishable"]).status_code for _ in range(3)]
    assert sent == [403, 429, 429]
    assert api.post(EVENTS, body, cast.creator.key)["RateLimit"] == '"tenant_events";r=2;t=3600'


def test_a_users_key_is_free_within_its_tenant(api: Api, cast: Cast) -> None:
    """In all three APIs that take keys, comments too: it reaches nothing outside."""
    event = cast.event()
    writes = [
        ("POST", f"{EVENTS}/{event.id}/rsvp", {"status": "going"}, 201),
        ("POST", f"{BASE}/events/{event.id}/rsvp", {"status": "going"}, 200),
        ("PATCH", f"{EVENTS}/{event.id}", {"title": "New"}, 200),
        (
            "POST",
            "community/comments",
            {"content_type": "event", "content_id": str(event.id), "comment": "Yes."},
            200,
        ),
    ]
    for method, path, body, status in writes:
        for _ in range(3):
            answer = api.send(method, path, body, cast.creator.key)
            assert (answer.status_code, told(answer)) == (status, {}), path


def test_a_shops_key_is_free_within_its_community(api: Api) -> None:
    community = make_community(api)
    event = community.event()
    tier = make_tier(event)
    for number in range(3):
        answer = community.rsvp(event, tier, email=f"kim{number}@example.org")
        assert (answer.status_code, told(answer)) == (200, {})


def test_a_key_of_nobody_is_counted_by_address(api: Api, cast: Cast) -> None:
    """A user without a tenant, and a bad key's next try without one."""
    event = cast.event()
    path = f"{EVENTS}/{event.id}/rsvp"
    body = {"status": "going"}
    sent = [api.post(path, body, cast.keys["no tenant"]) for _ in range(3)]
    assert [each.status_code for each in sent] == [400, 400, 429]
    assert told(sent[1]) == NONE_LEFT


# --- What a caller may ask, and what the document says -------------------------------------------


def test_every_write_of_the_document_names_the_headers(api: Api) -> None:
    paths = api.client.get("/api/schema/", headers={"Accept": "application/json"}).json()["paths"]
    for path, methods in paths.items():
        for method, operation in methods.items():
            for code, answer in operation["responses"].items():
                counted = method != "get" and (code.startswith("2") or code == "429")
                wanted = {"RateLimit-Policy", "RateLimit"} if counted else set()
                wanted |= {"Retry-After"} if code == "429" else set()
                others = {"Link", "X-Next-Cursor", "ETag", "Location", "Idempotency-Replayed"}
                others |= {"Retry-After"} if code == "409" else set()
                named = set(answer.get("headers", {})) - others
                assert named == wanted, (method, path, code)
