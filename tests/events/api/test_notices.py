"""Cancelling and taking it back, who is told of a change, and what a preview says of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from access.models import StoredResponse
from config.cleaners import (
    Email,
    Flag,
    Id,
    Json,
    Moment,
    Null,
    OneOf,
    Text,
    Texts,
    WebAddress,
    Whole,
)
from events.domain.lifecycle import cancel_event
from events.fields import EVENT, EventField
from events.kinds import Hours, Zone
from notify.models import Mail
from outbox.domain.taking import fan_out
from outbox.enums import Kind
from outbox.models import Change
from rsvps.domain.approval import reject
from tests.conftest import Api, Clock
from tests.makers import MadeEvent, make_event, make_image, make_rsvp
from tests.parity.doors import ENDPOINTS
from tests.parity.names import own_name
from tests.social_cast import Social, make_social
from tests.tenant_cast import EVENTS, said

Stored = Callable[[], Any]
TOLD = {"notify": "going", "notify_message": "Sorry!\nSee you"}


@pytest.fixture
def social(api: Api, settings: Any, clock: Clock) -> Social:
    settings.MAIL_ENABLED = True
    return make_social(api)


def fill(event: MadeEvent) -> None:
    """Guests of every kind: two are going and can be told, four answered and can be."""
    make_rsvp(event, name="Ana", email="ana@example.org", guest_count=2)
    make_rsvp(event, name="Bo", email="bo@example.org")
    make_rsvp(event, name="Cy", email="cy@example.org", attendance="interested")
    make_rsvp(event, name="Di", email="di@example.org", attendance="not_going")
    make_rsvp(event, name="No address")
    declined = make_rsvp(event, name="Ed", email="ed@example.org")
    reject(event_id=event.id, rsvp_id=declined.id)


GOING, ALL = ["Ana", "Bo"], ["Ana", "Bo", "Cy", "Di"]
AUDIENCE = {"none": [], "going": GOING, "all": ALL}


@pytest.fixture
def event(social: Social) -> MadeEvent:
    event = social.event(title="Old", capacity=20)
    fill(event)
    social.api.get(event.path, event.owner_token)
    return event


Door = Callable[..., Any]


def doors(social: Social, event: MadeEvent) -> dict[str, Door]:
    """PATCH and DELETE of the two APIs, with a body or a query."""
    links = {
        "capability": (event.path, event.owner_token),
        "tenant": (f"{EVENTS}/{event.id}", social.keys["creator"]),
    }

    def through(path: str, key: str) -> Door:
        def send(method: str, body: Any = None, **query: str) -> Any:
            asked = "&".join(f"{name}={said}" for name, said in query.items())
            return social.api.send(method, f"{path}?{asked}", body, key)

        return send

    return {name: through(*where) for name, where in links.items()}


def last_told() -> tuple[str, dict[str, Any], list[str]]:
    """The last change: what happened, whom it is told, and the guests that are kept for mail."""
    change = Change.objects.latest("id")
    told = {name: said for name, said in change.data.items() if name.startswith("notify")}
    return change.kind, told, [each["name"] for each in change.erased.get("guests", [])]


# --- Who is told ------------------------------------------------------------------------------


@pytest.mark.parametrize("api_name", ["capability", "tenant"])
def test_a_change_says_who_is_told(social: Social, event: MadeEvent, api_name: str) -> None:
    """Changed, cancelled, revived: each once, with what the organizer adds; nobody unasked."""
    send = doors(social, event)[api_name]
    said(send("PATCH", {"title": "New", **TOLD}), 200)
    assert last_told() == (Kind.EVENT_UPDATED, TOLD, [])
    said(send("PATCH", {"title": "Newer", "notify": "none", "notify_message": "x"}), 200)
    assert last_told() == (Kind.EVENT_UPDATED, {}, [])
    said(send("PATCH", {"title": "Newest", "status": "cancelled", **TOLD}), 200)
    assert last_told() == (Kind.EVENT_CANCELLED, TOLD, [])
    first = Change.objects.filter(kind=Kind.EVENT_UPDATED).latest("id")
    assert first.data == {"changed": {"title": ["Newer", "Newest"]}}
    count = Change.objects.count()
    said(send("PATCH", {"status": "cancelled", **TOLD}), 200)
    assert Change.objects.count() == count
    said(send("PATCH", {"status": "scheduled", "notifyMessage": "Back", "notify": "all"}), 200)
    told = {"notify": "all", "notify_message": "Back"}
    assert last_told() == (Kind.EVENT_UPDATED, told, [])


def test_a_cancellation_of_the_tenants_says_who_is_told(social: Social, event: MadeEvent) -> None:
    """In the query, as a DELETE has no body."""
    answer = doors(social, event)["tenant"]("DELETE", notify="all", notify_message="Sorry")
    assert answer.status_code == 204
    assert last_told() == (
        Kind.EVENT_CANCELLED,
        {"notify": "all", "notify_message": "Sorry"},
        [],
    )


@pytest.mark.parametrize("notify", AUDIENCE)
def test_a_deletion_keeps_whom_mail_tells(social: Social, event: MadeEvent, notify: str) -> None:
    """And nobody else; no token is among it."""
    answer = doors(social, event)["capability"]("DELETE", notify=notify, notify_message="Bye")
    assert answer.status_code == 204
    told = {} if notify == "none" else {"notify": notify, "notify_message": "Bye"}
    kind, said_of, guests = last_told()
    assert (kind, said_of, sorted(guests)) == (Kind.EVENT_DELETED, told, AUDIENCE[notify])
    for guest in Change.objects.latest("id").erased.get("guests", ()):
        assert guest.keys() == {"rsvp_id", "name", "email", "attendance", "approval"}


def test_without_mail_nothing_is_kept(social: Social, event: MadeEvent, settings: Any) -> None:
    settings.MAIL_ENABLED = False
    assert doors(social, event)["capability"]("DELETE", notify="all").status_code == 204
    assert Change.objects.latest("id").erased == {}


def test_an_announcement_says_who_is_told(
    social: Social, event: MadeEvent, everything_stored: Stored
) -> None:
    """A note for organizers goes to no guest."""
    path = f"{event.path}/messages"
    said(social.api.post(path, {"content": "Hi", "notify": "all"}, event.owner_token), 201)
    assert last_told() == (Kind.MESSAGE_POSTED, {"notify": "all", "notify_message": ""}, [])
    said(social.api.post(path, {"content": "Hi"}, event.owner_token), 201)
    assert last_told() == (Kind.MESSAGE_POSTED, {}, [])
    before = everything_stored()
    note = {"content": "Hi", "visibility": "admin", "notify": "going"}
    refused = said(social.api.post(path, note, event.owner_token), 400)
    assert list(refused["errors"]) == ["notify"]
    assert everything_stored() == before


# --- Cancelling -------------------------------------------------------------------------------


def test_what_was_read_before_revives_nothing(social: Social, event: MadeEvent) -> None:
    """Neither whole nor in part: the status alone does, with who is told of it."""
    send = doors(social, event)["capability"]
    whole = said(social.api.get(event.path, event.owner_token), 200)["event"]
    cancel_event(event_id=event.id)
    for body in (whole, {"status": "scheduled", "title": "T"}, {"status": "scheduled", "id": 1}):
        assert said(send("PATCH", body), 409)["code"] == "is_cancelled"
    assert event.stored.cancelled_at is not None
    said(send("PATCH", {"status": "scheduled", "notify": "none"}), 200)
    assert event.stored.cancelled_at is None


def test_a_cancelled_event_that_began_is_live_again(api: Api, clock: Clock) -> None:
    """The clock says what it is, once the cancellation is taken back."""
    event = make_event(start_time=clock.now)
    cancel_event(event_id=event.id)
    told = said(api.patch(event.path, {"status": "scheduled"}, event.owner_token), 200)
    assert told["event"]["status"] == "live"


def test_a_tag_that_is_old_cancels_nothing(api: Api) -> None:
    """If-Match holds for the status as for any field; sent again by its key it is done once."""
    event = make_event()
    tag = api.client.get(event.path)["ETag"]
    said(api.patch(event.path, {"title": "New"}, event.owner_token), 200)
    headers = {"Authorization": f"Bearer {event.owner_token}"}

    def send(status: str, **more: str) -> Any:
        return api.client.patch(
            event.path,
            {"status": status},
            content_type="application/json",
            headers=headers | {name.replace("_", "-"): said for name, said in more.items()},
        )

    assert send("cancelled", If_Match=tag).status_code == 412
    assert event.stored.cancelled_at is None
    key = str(uuid4())
    first = send("cancelled", Idempotency_Key=key)
    assert first.status_code == 200
    assert send("scheduled").status_code == 200
    assert send("cancelled", Idempotency_Key=key).content == first.content
    assert event.stored.cancelled_at is None


# --- Preview ----------------------------------------------------------------------------------

COVER = "{cover}"
# Nothing that could be a link.
_NAMES = st.text("aäß \N{SNOWMAN}*<", min_size=1, max_size=12).filter(str.strip)
# A value of each kind that the domain takes; the event begins between the two.
_MOMENTS = {"start_time": (2090, 2094), "end_time": (2096, 2099), "rsvp_close_at": (2030, 2099)}


def values_of(field: EventField) -> st.SearchStrategy[Any]:
    """Values that can be sent for a field, null among them where it means something."""
    kind: Any = field.kind
    match kind:
        case WebAddress():
            found = st.sampled_from(["https://example.org/a", "https://example.org/b"])
        case Text():
            found = _NAMES
        case Email():
            found = st.sampled_from(["ada@example.org", "bo@example.org"])
        case Moment():
            first, last = _MOMENTS[field.name]
            found = st.dates(date(first, 1, 1), date(last, 1, 1)).map(_at_noon)
        case Zone():
            found = st.sampled_from(["Europe/Berlin", "America/New_York", "UTC"])
        case OneOf():
            found = st.sampled_from([value for value, _ in kind.choices])
        case Flag():
            found = st.booleans()
        case Whole():
            found = st.integers(kind.lowest, min(kind.highest or 30, 30))
        case Id():
            found = st.just(COVER)
        case Texts():
            found = st.lists(_NAMES.map(str.strip), max_size=3)
        case Hours():
            found = st.lists(st.integers(1, 720), max_size=3, unique=True)
        case Json():
            found = st.dictionaries(st.sampled_from("ab"), st.integers(0, 3))
        case _:
            raise TypeError(f"No value of {kind}")
    return found if field.null is Null.REFUSED else found | st.none()


def _at_noon(day: date) -> str:
    return f"{day}T12:00:00"


def bodies(api_name: str) -> st.SearchStrategy[dict[str, Any]]:
    """Changes of an event as an API spells them, whoever is told."""
    endpoint = ENDPOINTS[f"{api_name}: event"]
    named = {own_name(endpoint, field.name): values_of(field) for field in EVENT}
    named.pop(None, None)
    told = {
        "status": st.just("cancelled"),
        "notify": st.sampled_from(["none", "going", "all"]),
        "notify_message": _NAMES,
    }
    return st.fixed_dictionaries({}, optional=named | told)  # type: ignore[arg-type]


def queued() -> int:
    """How many mails to guests the changes since the last look give rise to."""
    before = set(Mail.objects.values_list("id", flat=True))
    fan_out.func()
    written = Mail.objects.exclude(id__in=before)
    return written.filter(kind__in=("changed", "cancelled")).count()


@pytest.mark.parametrize("api_name", ["capability", "tenant"])
def test_a_preview_is_what_happens(
    social: Social, everything_stored: Stored, api_name: str
) -> None:
    """Whatever is changed: the same answer, the same differences, as many mails; and a preview
    changes nothing itself."""
    start = datetime(2095, 1, 1, tzinfo=UTC)
    event = social.event(title="Old", capacity=20, channel_id=social.channel.pk, start_time=start)
    fill(event)
    social.api.get(event.path, event.owner_token)
    send, cover = doors(social, event)[api_name], str(make_image(social.cast.tenant).pk)
    seen: Counter[str] = Counter()
    fan_out.func()

    @given(body=bodies(api_name))
    @hypothesis_settings(max_examples=60)
    def holds(body: dict[str, Any]) -> None:
        sent = {name: cover if said == COVER else said for name, said in body.items()}
        with transaction.atomic():
            seen.update(judge(sent))
            transaction.set_rollback(True)

    def judge(body: dict[str, Any]) -> set[str]:
        before = said(send("PATCH", {}), 200)
        stored = everything_stored()
        rehearsed = send("PATCH", body, preview="true")
        assert everything_stored() == stored
        done = send("PATCH", body, preview="false")
        assert rehearsed.status_code == done.status_code, done.content
        if done.status_code != 200:
            assert rehearsed.json() == done.json()
            return {f"refused {name}" for name in done.json()["errors"]}
        after = done.json()
        before, after = before.get("event", before), after.get("event", after)
        passing = {"last_modified", "updated_at"}
        changed = {
            name: [before[name], after[name]]
            for name in before
            if before[name] != after[name] and name not in passing
        }
        told = rehearsed.json()["preview"]
        audience = {"going": 2, "all": 4, "notified": queued()}
        assert told == {"changes": changed, "audience": audience}
        return {*changed, f"notified {audience['notified']}"}

    holds()
    assert not [name for name in seen if name.startswith("refused")]
    assert {"notified 0", "notified 2", "notified 4", "status", "title"} <= seen.keys()


@pytest.mark.parametrize("api_name", ["capability", "tenant"])
@pytest.mark.parametrize(("notify", "number"), [("none", 0), ("going", 2), ("all", 4)])
def test_a_preview_of_an_end(
    social: Social,
    event: MadeEvent,
    everything_stored: Stored,
    api_name: str,
    notify: str,
    number: int,
) -> None:
    """Erased in one API, cancelled in the other; not done in either."""
    stored = everything_stored()
    told = said(doors(social, event)[api_name]("DELETE", preview="true", notify=notify), 200)
    changes = {
        "capability": {"status": ["scheduled", None]},
        "tenant": {"status": ["scheduled", "cancelled"], "rsvps_closed": [False, True]},
    }[api_name]
    audience = {"going": 2, "all": 4, "notified": number}
    assert told == {"preview": {"changes": changes, "audience": audience}}
    assert everything_stored() == stored


def test_a_preview_of_taking_it_back(social: Social, event: MadeEvent) -> None:
    cancel_event(event_id=event.id)
    for send in doors(social, event).values():
        told = said(send("PATCH", {"status": "scheduled"}, preview="true"), 200)
        assert told["preview"]["changes"]["status"] == ["cancelled", "scheduled"]
    assert event.stored.cancelled_at is not None


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"title": ""}, ["title"]),
        ({"end_time": "2001-01-01T00:00:00Z"}, ["end_time"]),
        ({"notify": "some"}, ["notify"]),
        ({"notify": "all", "notify_message": "a\0b"}, ["notify_message"]),
        ({"status": "ended"}, ["status"]),
        ({"preview": True}, ["preview"]),
    ],
)
def test_a_preview_refuses_what_the_change_refuses(
    social: Social, event: MadeEvent, everything_stored: Stored, body: Any, fields: list[str]
) -> None:
    stored = everything_stored()
    for send in doors(social, event).values():
        for preview in ("true", "false"):
            assert list(said(send("PATCH", body, preview=preview), 400)["errors"]) == fields
    assert everything_stored() == stored


def test_what_is_wrong_in_a_query(
    social: Social, event: MadeEvent, everything_stored: Stored
) -> None:
    """Is told as it was spelt, and nothing is deleted."""
    stored = everything_stored()
    for send in doors(social, event).values():
        for name, value in (
            ("preview", "maybe"),
            ("notify", "some"),
            ("notifyMessage", "a%00b"),
            ("notify_message", "x" * 5001),
        ):
            assert list(said(send("DELETE", **{name: value}), 400)["errors"]) == [name]
    assert everything_stored() == stored


def test_a_preview_is_for_organizers_and_by_the_tag(
    social: Social, event: MadeEvent, everything_stored: Stored
) -> None:
    """It says how many answered."""
    stranger = make_rsvp(social.event()).token
    path, stored = f"{event.path}?preview=true", everything_stored()
    for method in ("PATCH", "DELETE"):
        said(social.api.send(method, path, {}), 401)
        said(social.api.send(method, path, {}, stranger), 403)
        headers = {"Authorization": f"Bearer {event.owner_token}", "If-Match": '"old.x"'}
        answer = social.api.client.generic(method, path, "{}", "application/json", headers=headers)
        assert answer.status_code == 412
    assert everything_stored() == stored


def test_a_preview_is_not_kept_for_its_key(social: Social, event: MadeEvent) -> None:
    """With an Idempotency-Key, too, it tells what is so now; the key stays free for the change."""
    headers = {"Authorization": f"Bearer {event.owner_token}", "Idempotency-Key": str(uuid4())}

    def send(query: str = "?preview=true") -> Any:
        return social.api.client.patch(
            f"{event.path}{query}", {"title": "New"}, "application/json", headers=headers
        )

    assert send().json()["preview"]["changes"] == {"title": ["Old", "New"]}
    assert send().headers.get("Idempotency-Replayed") is None
    assert not StoredResponse.objects.exists()
    assert send("").status_code == 200
    assert StoredResponse.objects.count() == 1


def test_without_mail_nobody_is_notified(social: Social, event: MadeEvent, settings: Any) -> None:
    settings.MAIL_ENABLED = False
    send = doors(social, event)["capability"]
    told = said(send("PATCH", {"title": "New", "notify": "all"}, preview="true"), 200)
    assert told["preview"]["audience"] == {"going": 2, "all": 4, "notified": 0}


def test_a_preview_costs_the_same_at_any_size(
    social: Social, queries_of: Callable[[Callable[[], Any]], int]
) -> None:
    costs = []
    for rounds in (1, 5):
        event = social.event()
        social.api.get(event.path, event.owner_token)
        for _ in range(rounds):
            make_rsvp(event, email=f"{uuid4()}@example.org")
        send = doors(social, event)["capability"]
        costs.append(
            queries_of(lambda send=send: said(send("PATCH", {"title": "N"}, preview="1"), 200))
        )
    assert costs[0] == costs[1]
